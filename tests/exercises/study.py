# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study.three: 1.96 belongs
three = dict(half=1.96 * 0.02 / 3 ** 0.5, leaves_out_zero=True)
# %% study.three: n - 1
three = dict(half=0.0406, leaves_out_zero=True)
# %% study.three: root of n
three = dict(half=0.0861, leaves_out_zero=False)
# %% study.three: compare the half width
three = dict(half=0.0497, leaves_out_zero=True)
# %% study.differences: same place is not the same seed
def differences(rows, ours, theirs):
    return [a - b for a, b in zip([v for n, s, v in rows if n == ours], [v for n, s, v in rows if n == theirs])]
# %% study.differences: other way round
def differences(rows, ours, theirs):
    a, b = ({s: v for n, s, v in rows if n == x} for x in (ours, theirs))
    return [b[s] - a[s] for s in sorted(a.keys() & b.keys())]
# %% study.differences: KeyError
def differences(rows, ours, theirs):
    a, b = ({s: v for n, s, v in rows if n == x} for x in (ours, theirs))
    return [a[s] - b[s] for s in sorted(a)]
# %% study.four: what makes it wide
arms = dict(ours=[0.83] * 5, theirs=[0.80] * 5)
# %% study.four: four are asked
arms = dict(ours=[0.9, 0.9, 0.9, 0.7, 0.7], theirs=[0.80] * 5)
# %% study.four: mean difference
arms = dict(ours=[0.83, 0.83, 0.83, 0.83, 0.5], theirs=[0.80] * 5)
