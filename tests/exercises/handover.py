# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% handover.counted: too early is one row
counted = dict(late=1, repeated=8, batches=6)
# %% handover.counted: two processes share a batch
counted = dict(late=5, repeated=4, batches=6)
# %% handover.counted: some rows more than 40
counted = dict(late=5, repeated=8, batches=5)
# %% handover.numbers: has a new number
def stage_numbers(rounds):
    known = []
    for modules in rounds:
        if modules not in known: known.append(modules)
    return [known.index(modules) + 1 for modules in rounds]
# %% handover.numbers: share a number
def stage_numbers(rounds): return list(range(1, len(rounds) + 1))
# %% handover.numbers: counted from 1
def stage_numbers(rounds):
    numbers = []
    for k, modules in enumerate(rounds): numbers.append(numbers[-1] + (modules != rounds[k - 1]) if numbers else 0)
    return numbers
# %% handover.misses: come earlier
orders = dict(one_row=[1] * 4 + [3] + [2] * 4 + [3] * 3, all_wrong=[2] * 4 + [3] * 4 + [1] * 4)
# %% handover.misses: can be taken out
orders = dict(one_row=[3] * 4 + [2] * 4 + [1] * 4, all_wrong=[2] * 4 + [3] * 4 + [1] * 4)
# %% handover.misses: stage that belongs there
orders = dict(one_row=[3] + [1] * 4 + [2] * 4 + [3] * 3, all_wrong=[1] * 4 + [2] * 4 + [3] * 4)
# %% handover.misses: at most four
orders = dict(one_row=[3] + [1] * 4 + [2] * 4 + [3] * 3, all_wrong=[3, 3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2])
