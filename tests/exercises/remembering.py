# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% remembering.two: not the first
figures = dict(forgetting=0.05, backward_transfer=-0.04)
# %% remembering.two: a loss is below 0
figures = dict(forgetting=0.1, backward_transfer=0.04)
# %% remembering.two: not the best
figures = dict(forgetting=0.1, backward_transfer=-0.1)
# %% remembering.forgotten: inside the maximum
from statistics import fmean
def forgotten(looks, need):
    best = {m: max(l[m] for l in looks) for m in need}
    drops = [best[m] - looks[-1][m] for m in need if best[m] >= need[m]]
    return fmean(drops) if drops else 'none'
# %% remembering.forgotten: nothing to forget
def forgotten(looks, need):
    return sum(max(l[m] for l in looks[:-1]) - looks[-1][m] for m in need) / len(need)
# %% remembering.forgotten: StatisticsError
from statistics import fmean
def forgotten(looks, need):
    return fmean(max(l[m] for l in looks[:-1]) - looks[-1][m] for m in need if max(l[m] for l in looks[:-1]) >= need[m])
# %% remembering.noise: really fallen
looks = [1.0, 1.0, 0.95, 0.95, 0.8, 0.85, 0.85, 0.8]
# %% remembering.noise: at least 0.1
looks = [0.9] * 8
# %% remembering.noise: twenty questions
looks = [0.9, 0.91, 0.92, 0.89, 0.9, 0.9, 0.9, 0.88]
