# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_regimes.place: compares with the better of the others
judged = dict(other="uniform", difference=0.02, half=0.0, decided=True)
# %% study_regimes.place: n - 1 makes a difference
judged = dict(other="targeted_rehearsal", difference=0.01, half=0.101, decided=False)
# %% study_regimes.place: is 0 outside
judged = dict(other="targeted_rehearsal", difference=0.01, half=0.124, decided=True)
# %% study_regimes.turns: they have no sign
def turns(cells):
    cells, found = [c for c in cells if c["half"] is not None], set()
    for x in cells:
        for y in cells:
            apart = [a for a in ("budget", "student", "teacher") if x[a] != y[a]]
            if len(apart) == 1 and x["difference"] * y["difference"] < 0: found.add(apart[0])
    return sorted(found)
# %% study_regimes.turns: differ in two axes
def turns(cells):
    cells, found = [c for c in cells if c["half"] is not None and abs(c["difference"]) > c["half"]], set()
    for x in cells:
        for y in cells:
            if x["difference"] * y["difference"] < 0: found |= {a for a in ("budget", "student", "teacher") if x[a] != y[a]}
    return sorted(found)
# %% study_regimes.turns: one seed has no interval
def turns(cells):
    cells, found = [c for c in cells if abs(c["difference"]) > (c["half"] or 0)], set()
    for x in cells:
        for y in cells:
            apart = [a for a in ("budget", "student", "teacher") if x[a] != y[a]]
            if len(apart) == 1 and x["difference"] * y["difference"] < 0: found.add(apart[0])
    return sorted(found)
# %% study_regimes.mean: outside their intervals
cells = [(0.3, 0.05), (-0.03, 0.05), (-0.03, 0.05), (0.0, 0.02), (0.0, 0.02), (0.0, 0.02)]
# %% study_regimes.mean: one at most
cells = [(0.3, 0.05), (0.2, 0.05), (-0.03, 0.01), (-0.03, 0.01), (0.0, 0.02), (0.0, 0.02)]
