# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% quiz.figures: agrees with itself a little
worked_out = dict(difficulty=0.5, discrimination=0.93, gain=0.3)
# %% quiz.figures: that is the difference
worked_out = dict(difficulty=0.5, discrimination=0.89, gain=0.15)
# %% quiz.figures: own gains
worked_out = dict(difficulty=0.5, discrimination=0.89, gain=0.375)
# %% quiz.figures: is not the share of right answers
worked_out = dict(difficulty=2, discrimination=0.89, gain=0.3)
# %% quiz.figures: what was missing before?
worked_out = dict(difficulty=0.5, discrimination=0.89, gain=0.23)
# %% quiz.figures: right answers to the other questions
worked_out = dict(difficulty=0.5, discrimination=0.8, gain=0.3)
# %% quiz.suspects: speaks for any key
def suspects(answers, key, least):
    found = {}
    for q in key:
        by = {}
        for g in answers.values(): by.setdefault(g[q], []).append(sum(g[x] == key[x] for x in key))
        means = {c: sum(v) / len(v) for c, v in by.items() if c and (c == key[q] or len(v) >= least)}
        if means and (best := max(means, key=means.get)) != key[q]: found[q] = best
    return found
# %% quiz.suspects: how many chose a letter
from collections import Counter
def suspects(answers, key, least):
    found = {}
    for q in key:
        counted = Counter(g[q] for g in answers.values() if g[q])
        mine = counted.pop(key[q], 0)
        if counted and (top := counted.most_common(1)[0])[1] > mine and top[1] >= least: found[q] = top[0]
    return found
# %% quiz.suspects: is no letter
def suspects(answers, key, least):
    found = {}
    for q in key:
        by = {}
        for g in answers.values(): by.setdefault(g[q], []).append(sum(g[x] == key[x] for x in key if x != q))
        means = {c: sum(v) / len(v) for c, v in by.items() if c == key[q] or len(v) >= least}
        mine = means.pop(key[q], 0)
        if means and max(means.values()) > mine: found[q] = max(means, key=means.get)
    return found
# %% quiz.suspects: chose says nothing
def suspects(answers, key, least):
    found = {}
    for q in key:
        by = {}
        for g in answers.values(): by.setdefault(g[q], []).append(sum(g[x] == key[x] for x in key if x != q))
        means = {c: sum(v) / len(v) for c, v in by.items() if c}
        mine = means.pop(key[q], 0)
        if means and max(means.values()) > mine: found[q] = max(means, key=means.get)
    return found
# %% quiz.suspects: know more than the others
def suspects(answers, key, least):
    found = {}
    for q in key:
        by = {}
        for g in answers.values():
            if g[q] and g[q] != key[q]: by.setdefault(g[q], []).append(sum(g[x] == key[x] for x in key if x != q))
        means = {c: sum(v) / len(v) for c, v in by.items() if len(v) >= least}
        if means: found[q] = max(means, key=means.get)
    return found
# %% quiz.whose: same score
marks = [[1] * 5] * 4 + [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0] * 5]
# %% quiz.whose: in the class, question
marks = [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 0, 1], [1, 1, 0, 1, 1], [1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 0, 0, 0]]
# %% quiz.whose: one of the last four has
marks = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 0, 1], [1, 1, 0, 1, 1]]
# %% quiz.whose: have to be closer
marks = [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]
# %% quiz.whose: eight lists
marks = [[1, 1, 1, 1, 1]] * 4
