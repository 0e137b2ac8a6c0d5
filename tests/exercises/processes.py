# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% processes.dealt: second of three blocks
dealt = dict(questions_of_1=[3, 4, 5], seconds=11, times=30 / 11)
# %% processes.dealt: numbered from 0
dealt = dict(questions_of_1=[0, 3, 6], seconds=24, times=1.25)
# %% processes.dealt: who waits for whom
dealt = dict(questions_of_1=[1, 4, 7], seconds=10, times=3)
# %% processes.together: one after the other
def together(parts): return sum(parts, [])
# %% processes.together: left over at the end is lost
def together(parts): return [answer for row in zip(*parts) for answer in row]
# %% processes.together: leaves no gap
from itertools import zip_longest
def together(parts): return [answer for row in zip_longest(*parts) for answer in row]
# %% processes.apart: all three stop
seconds = [[2.5] * 5, [2.51] * 5, [2.5] * 5]
# %% processes.apart: further apart than
seconds = [[2.5] * 5, [2.2] * 5, [2.5] * 5]
# %% processes.apart: does not come to its stop
seconds = [[2.5] * 4, [2.49] * 4, [2.5] * 4]
