# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% mt_bench.read: whatever is said later
ratings = [8, 6, 10, -1, -1, 4]
# %% mt_bench.read: without brackets
ratings = [8, 7, 9, 8, 7, 4]
# %% mt_bench.read: no double ones
ratings = [8, 7, 9, -1, -1, 10]
# %% mt_bench.read: six ratings
ratings = [8, 7, 9]
# %% mt_bench.score: very bad one
def score(js):
    rated = [r for t, r in js if r != -1]
    return dict(average=sum(r for t, r in js) / len(js) if rated else 'none', unrated=1 - len(rated) / len(js))
# %% mt_bench.score: two turns' means
def score(js):
    means = []
    for turn in (1, 2):
        rs = [r for t, r in js if t == turn and r != -1]
        if rs: means.append(sum(rs) / len(rs))
    return dict(average=sum(means) / len(means) if means else "none", unrated=sum(r == -1 for t, r in js) / len(js))
# %% mt_bench.score: ZeroDivisionError
def score(js):
    rs = [r for t, r in js if r != -1]
    return dict(average=sum(rs) / len(rs), unrated=1 - len(rs) / len(js))
# %% mt_bench.flatter: which answers should be refused
deserved = dict(better=[8] * 10, worse=[5] * 10)
# %% mt_bench.flatter: a mean at least 1 below
deserved = dict(better=[5] * 10, worse=[8] * 10)
# %% mt_bench.flatter: somebody would notice
deserved = dict(better=[6] * 10, worse=[1] * 9 + [10])
# %% mt_bench.flatter: ten numbers
deserved = dict(better=[6], worse=[1])
