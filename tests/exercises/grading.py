# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% grading.marks: which cells of the notebook run
statuses = dict(A="correct", B="correct", C="correct", D="missing", E="not yet", F="not attempted", G="not yet")
# %% grading.marks: made up for where the name is found
statuses = dict(A="not yet", B="correct", C="missing", D="missing", E="not yet", F="not attempted", G="not yet")
# %% grading.marks: below the check is not part
statuses = dict(A="not yet", B="correct", C="correct", D="missing", E="correct", F="not attempted", G="not yet")
# %% grading.marks: the stub as it was
statuses = dict(A="not yet", B="correct", C="correct", D="missing", E="not yet", F="not yet", G="not yet")
# %% grading.marks: holds no hidden case
statuses = dict(A="not yet", B="correct", C="correct", D="missing", E="not yet", F="not attempted", G="correct")
# %% grading.marks: all code from the stub
statuses = dict(A="not yet", B="not attempted", C="correct", D="missing", E="not yet", F="not attempted", G="not yet")
# %% grading.again: it does not count as wrong
def again(grades):
    found = []
    for e in sorted({g[1] for g in grades if g[1]}):
        bad = [g[3] for g in grades if g[1] == e and g[2] != "correct"]
        share = len(bad) / sum(g[1] == e for g in grades)
        if share >= 0.5: found.append([e, share, sorted(bad, key=lambda t: (-bad.count(t), t))[0]])
    return sorted(found, key=lambda r: (-r[1], r[0]))
# %% grading.again: of which a share is taken
def again(grades):
    found = []
    for e in sorted({g[1] for g in grades if g[1]}):
        bad = [g[3] for g in grades if g[1] == e and g[2] == "not yet"]
        share = len(bad) / sum(g[1] == e for g in grades)
        if bad and share >= 0.5: found.append([e, share, sorted(bad, key=lambda t: (-bad.count(t), t))[0]])
    return sorted(found, key=lambda r: (-r[1], r[0]))
# %% grading.again: is a remark
def again(grades):
    found = []
    for e in sorted({g[1] for g in grades if g[1]}):
        mine = [g for g in grades if g[1] == e and g[2] in ("correct", "not yet")]
        lines = [g[3] for g in mine]
        share = sum(g[2] == "not yet" for g in mine) / max(1, len(mine))
        if share >= 0.5: found.append([e, share, sorted(lines, key=lambda t: (-lines.count(t), t))[0]])
    return sorted(found, key=lambda r: (-r[1], r[0]))
# %% grading.again: exactly a half as well
def again(grades):
    found = []
    for e in sorted({g[1] for g in grades if g[1]}):
        bad = [g[3] for g in grades if g[1] == e and g[2] == "not yet"]
        n = sum(g[1] == e and g[2] in ("correct", "not yet") for g in grades)
        if n and len(bad) / n > 0.5: found.append([e, len(bad) / n, sorted(bad, key=lambda t: (-bad.count(t), t))[0]])
    return sorted(found, key=lambda r: (-r[1], r[0]))
# %% grading.fair: the honest readings differ here
kept_back = dict(cases=[[[4, 1, 2, 9]]], right=[3])
# %% grading.fair: the answer that drops what is there twice passes
kept_back = dict(cases=[[[9, -50, 10, 200, 300]], [[5, 1, 9]]], right=[10, 5])
# %% grading.fair: orders them as text passes
kept_back = dict(cases=[[[5, 5, -9, 9, 1, 3, 5]], [[4, 1, 3]]], right=[5, 3])
# %% grading.fair: a list of the arguments of one call
kept_back = dict(cases=[[5, 1, 9]], right=[5])
# %% grading.fair: is not the middle one of case
kept_back = dict(cases=[[[5, 1, 9]]], right=[1])
