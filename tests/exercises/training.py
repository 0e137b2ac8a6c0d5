# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% training.counted: end token of each answer
counted = dict(labels=10, width=12, padding=1, two_epochs=20)
# %% training.counted: prompt is masked
counted = dict(labels=25, width=13, padding=1, two_epochs=50)
# %% training.counted: each pass
counted = dict(labels=12, width=13, padding=1, two_epochs=12)
# %% training.counted: not of the form
counted = 12
# %% training.step: mean of the micro-batches' means
def step_loss(micro_batches):
    means = []
    for losses, labels in micro_batches:
        kept = [x for x, y in zip(losses, labels) if y != -100]
        means.append(sum(kept) / len(kept) if kept else 0)
    return sum(means) / len(means)
# %% training.step: nothing is to be learnt there
def step_loss(micro_batches):
    everything = [x for losses, labels in micro_batches for x in losses]
    return sum(everything) / len(everything)
# %% training.step: ZeroDivisionError
def step_loss(micro_batches):
    kept = [x for losses, labels in micro_batches for x, y in zip(losses, labels) if y != -100]
    return sum(kept) / len(kept)
# %% training.fair: as many lessons is not as many tokens
arms = dict(brief=dict(lessons=400, epochs=5, batch=10), scaffolded=dict(lessons=400, epochs=2, batch=10))
# %% training.fair: epochs are paid for
arms = dict(brief=dict(lessons=500, epochs=4, batch=10), scaffolded=dict(lessons=200, epochs=2, batch=10))
# %% training.fair: what makes a step
arms = dict(brief=dict(lessons=500, epochs=2, batch=25), scaffolded=dict(lessons=200, epochs=2, batch=10))
# %% training.fair: whole numbers
arms = dict(brief=dict(lessons=500, epochs=2.5, batch=10), scaffolded=dict(lessons=200, epochs=2, batch=10))
