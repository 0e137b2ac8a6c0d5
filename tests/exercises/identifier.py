# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% identifier.farthest: divide by the teacher's accuracy
farthest = dict(by_gap="sums", by_difference="sums", deficient=["sums"])
# %% identifier.farthest: threshold for gaps
farthest = dict(by_gap="fractions", by_difference="sums", deficient=["sums"])
# %% identifier.farthest: student's accuracy is lowest
farthest = dict(by_gap="ratios", by_difference="sums", deficient=["sums"])
# %% identifier.farthest: not of the form
farthest = "fractions"
# %% identifier.lost: under 0.9 as missing
from statistics import fmean
def lost(h, i, j):
    a, b = [x[j] for x in h if x[i] >= 0.9], [x[j] for x in h if not x[i] >= 0.9]
    return "unknown" if len(a) < 2 or len(b) < 2 else 1 - fmean(b) / fmean(a)
# %% identifier.lost: that is the difference
from statistics import fmean
def lost(h, i, j):
    a, b = [x[j] for x in h if x[i] >= 0.9], [x[j] for x in h if x[i] < 0.7]
    return "unknown" if len(a) < 2 or len(b) < 2 else fmean(a) - fmean(b)
# %% identifier.lost: StatisticsError
from statistics import fmean
def lost(h, i, j):
    a, b = [x[j] for x in h if x[i] >= 0.9], [x[j] for x in h if x[i] < 0.7]
    return 1 - fmean(b) / fmean(a)
# %% identifier.fooled: cannot be computed
fooled = [(0.1, 0.1), (1.0, 1.0)]
# %% identifier.fooled: is still too good
fooled = [(0.1, 0.9), (0.2, 1.0), (1.0, 1.0), (1.0, 1.0), (0.9, 0.1), (0.9, 0.1)]
# %% identifier.fooled: two to eight pairs
fooled = [(0.1, 20), (0.2, 30)]
