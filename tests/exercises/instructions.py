# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% instructions.by_hand: same order in both
scores = dict(shared=8, precision=1.0, recall=8 / 11, rouge_l=16 / 19)
# %% instructions.by_hand: may have gaps
scores = dict(shared=3, precision=3 / 8, recall=3 / 11, rouge_l=6 / 19)
# %% instructions.by_hand: arithmetic mean
scores = dict(shared=4, precision=0.5, recall=0.364, rouge_l=0.432)
# %% instructions.by_hand: exchanged
scores = dict(shared=4, precision=0.364, recall=0.5, rouge_l=0.421)
# %% instructions.lead: nothing is subtracted
def score(a, b):
    a, b = a.split(), b.split()
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b): best[i + 1][j + 1] = best[i][j] + 1 if x == y else max(best[i][j + 1], best[i + 1][j])
    return 2 * best[-1][-1] / (len(a) + len(b))
def lead(rows): return sum(score(a, r) for q, a, r in rows) / len(rows)
# %% instructions.lead: in any order
from collections import Counter
def score(a, b): return 2 * (Counter(a.split()) & Counter(b.split())).total() / len((a + " " + b).split())
def lead(rows): return sum(score(a, r) - score(q, r) for q, a, r in rows) / len(rows)
# %% instructions.fooled: nothing in it seems to be wrong
fooled = dict(right="Second platform, nine o'clock", wrong="The train leaves at nine from platform two.")
# %% instructions.fooled: say it in other words
fooled = dict(right="At nine from platform two.", wrong="The train leaves at ten from platform two.")
# %% instructions.fooled: keep more of the reference
fooled = dict(right="Be there by 9, it is on track 2", wrong="It never leaves at nine.")
