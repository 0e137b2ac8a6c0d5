# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% mastery.perfect: no width
probes = 1
# %% mastery.perfect: just short
probes = 15
# %% mastery.perfect: a number is asked
probes = "16"
# %% mastery.paired: leave them out of n
from scipy.stats import binomtest
def paired(first, second):
    ahead = 0
    for a, b in zip(first, second): ahead += a and not b
    return binomtest(int(ahead), len(first)).pvalue
# %% mastery.paired: return
def paired(first, second): sum(first) - sum(second)
# %% mastery.paired: ValueError
from scipy.stats import binomtest
def paired(first, second):
    ahead, behind = sum(a > b for a, b in zip(first, second)), sum(a < b for a, b in zip(first, second))
    return binomtest(ahead, ahead + behind).pvalue if ahead != behind else binomtest(2, 1).pvalue
# %% mastery.apart: still meet
design = dict(n=40, first=34, second=38)
# %% mastery.apart: at most 400
design = dict(n=1000, first=400, second=500)
