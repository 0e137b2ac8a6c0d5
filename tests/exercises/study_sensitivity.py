# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_sensitivity.tie: larger gap is not the larger severity
tie = dict(first="stories", tie=8 / 11)
# %% study_sensitivity.tie: at a half tables is far ahead
tie = dict(first="tables", tie=0.5)
# %% study_sensitivity.tie: differ by
tie = dict(first="tables", tie=0.9)
# %% study_sensitivity.first: counted from 1
def first_other(ours, theirs):
    return next((n for n, (a, b) in enumerate(zip(ours, theirs)) if a != b), 0)
# %% study_sensitivity.first: not as sets
def first_other(ours, theirs):
    return next((n for n, (a, b) in enumerate(zip(ours, theirs), 1) if sorted(a[0]) != sorted(b[0]) or a[1] != b[1]), 0)
# %% study_sensitivity.first: compare the tries, too
def first_other(ours, theirs):
    return next((n for n, (a, b) in enumerate(zip(ours, theirs), 1) if a[0] != b[0]), 0)
# %% study_sensitivity.flat: nothing was turned anywhere
curve = [(0.86, 0)] * 5
# %% study_sensitivity.flat: rises or falls
curve = [(0.86, 0), (0.86, 0), (0.8, 3), (0.86, 2), (0.86, 1)]
