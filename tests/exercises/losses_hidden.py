# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% losses_hidden.relation: other direction
import math
nats = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
# %% losses_hidden.relation: squared difference
nats = 0.25 ** 2 + 0.25 ** 2
# %% losses_hidden.relation: make each a distribution
import math
nats = math.log(3) ** 2
# %% losses_hidden.counted: state before it answers
from statistics import fmean
def hidden_mse(s, t, labels):
    e = [fmean((a - b) ** 2 for a, b in zip(s[r][k], t[r][k])) for r, row in enumerate(labels) for k, y in enumerate(row) if y != -100]
    return fmean(e) if e else 0.0
# %% losses_hidden.counted: padding and prompt included
from statistics import fmean
def hidden_mse(s, t, labels):
    return fmean(fmean((a - b) ** 2 for a, b in zip(x, y)) for p, q in zip(s, t) for x, y in zip(p, q))
# %% losses_hidden.counted: StatisticsError
from statistics import fmean
def hidden_mse(s, t, labels):
    return fmean(fmean((a - b) ** 2 for a, b in zip(s[r][k], t[r][k])) for r, row in enumerate(labels) for k in range(len(row) - 1) if row[k + 1] != -100)
# %% losses_hidden.twice: say something else
states = [[3, 3, 1], [2, 2, 1], [1, 1, 0], [0, 0, 0], [-1, -1, -1], [-3, -3, -1]]
# %% losses_hidden.twice: has to be the quietest
states = [[1, 1, 5], [1, 1, -5], [0, 0, 5], [0, 0, -5], [-1, -1, 5], [-1, -1, -5]]
# %% losses_hidden.twice: have to say the same
states = [[3, 0, 1], [3, 3, -1], [0, 0, 1], [0, 3, -1], [-3, 0, 1], [-3, 3, -1]]
