# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% rounds.spent: paid for
spent = dict(teacher=1020, student=800, trained=2280)
# %% rounds.spent: wrong answers were written
spent = dict(teacher=1320, student=720, trained=2280)
# %% rounds.spent: each pass
spent = dict(teacher=1320, student=800, trained=1140)
# %% rounds.spent: not it
spent = dict(teacher=40, student=800, trained=2280)
# %% rounds.result: fixed before the first lesson
from statistics import fmean
def result(t, b, a):
    x, y = [a[m] for m in b if 1 - a[m] / t[m] > 0.3], [a[m] / b[m] for m in b if a[m] / t[m] >= 0.9]
    return dict(deficient=fmean(x) if x else "none", retained=fmean(y) if y else "none")
# %% rounds.result: in units of the teacher
from statistics import fmean
def result(t, b, a):
    x, y = [a[m] for m in b if 1 - b[m] / t[m] > 0.3], [a[m] / b[m] for m in b if b[m] >= 0.9]
    return dict(deficient=fmean(x) if x else "none", retained=fmean(y) if y else "none")
# %% rounds.result: StatisticsError
from statistics import fmean
def result(t, b, a):
    return dict(deficient=fmean(a[m] for m in b if 1 - b[m] / t[m] > 0.3), retained=fmean(a[m] / b[m] for m in b if b[m] / t[m] >= 0.9))
# %% rounds.column: which two modules were deficient
after = dict(aimed=dict(facts=1.0, carry=1.0, story=0.5, ratio=0.5), spread=dict(facts=1.0, carry=1.0, story=0.5, ratio=0.5))
# %% rounds.column: what can a student lose
after = dict(aimed=dict(facts=1.0, carry=0.96, story=0.8, ratio=0.8), spread=dict(facts=1.0, carry=0.95, story=0.6, ratio=0.6))
# %% rounds.column: from 0 to 1
after = dict(aimed=dict(facts=100, carry=96, story=80, ratio=80), spread=dict(facts=100, carry=95, story=60, ratio=60))
