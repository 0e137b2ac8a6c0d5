# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% recipes.rows: whatever comes out may be that
rows = dict(gate=("ioa", "no_gate"), organizer=("ioa", "uniform_rehearsal"), adapter=("no_organizer", "targeted_rehearsal"), rehearsal=("uniform", "uniform_rehearsal"), diagnosis=("hard_rehearsal", "targeted_rehearsal"))
# %% recipes.rows: curriculum stands around the adapter
rows = dict(gate=("no_gate", "ioa"), organizer=("ioa", "no_organizer"), adapter=("ioa", "no_adapter"), rehearsal=("uniform", "uniform_rehearsal"), diagnosis=("hard_rehearsal", "targeted_rehearsal"))
# %% recipes.rows: differ in rehearsal, too
rows = dict(gate=("no_gate", "ioa"), organizer=("ioa", "no_organizer"), adapter=("no_organizer", "targeted_rehearsal"), rehearsal=("uniform", "uniform_rehearsal"), diagnosis=("hard", "targeted_rehearsal"))
# %% recipes.apart: first arm alone
def one_apart(arms):
    first = next(iter(arms))
    found = []
    for second in list(arms)[1:]:
        other = [f for f in arms[first] if arms[first][f] != arms[second][f]]
        if len(other) == 1: found.append([first, second, other[0]])
    return found
# %% recipes.apart: asked once
def one_apart(arms):
    found = []
    for first in arms:
        for second in arms:
            other = [f for f in arms[first] if arms[first][f] != arms[second][f]]
            if len(other) == 1: found.append([first, second, other[0]])
    return found
# %% recipes.apart: nobody can say which field
def one_apart(arms):
    names = list(arms)
    return [[a, b, next(f for f in arms[a] if arms[a][f] != arms[b][f])] for k, a in enumerate(names) for b in names[k + 1:] if arms[a] != arms[b]]
# %% recipes.both: although each alone can be spared
table = dict(ioa=0.86, no_adapter=0.86, no_organizer=0.86, targeted_rehearsal=0.86)
tables = dict(stand_in=table, team=table)
# %% recipes.both: do not add up
tables = dict(stand_in=dict(ioa=0.86, no_adapter=0.86, no_organizer=0.86, targeted_rehearsal=0.8), team=dict(ioa=0.86, no_adapter=0.8, no_organizer=0.8, targeted_rehearsal=0.74))
# %% recipes.both: away from ioa
tables = dict(stand_in=dict(ioa=0.86, no_adapter=0.8, no_organizer=0.8, targeted_rehearsal=0.74), team=dict(ioa=0.86, no_adapter=0.8, no_organizer=0.8, targeted_rehearsal=0.8))
