# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% organizer.stages: the need runs through it
stages = [["facts", "clocks", "products", "stories"], ["ratios"]]
# %% organizer.stages: wait for nothing
stages = [["facts"], ["clocks"], ["products"], ["stories"], ["ratios"]]
# %% organizer.stages: not in the same one
stages = [["facts", "clocks"], ["products", "stories", "ratios"]]
# %% organizer.stages: mastered already
stages = [["facts"], ["carry"]]
# %% organizer.broken: same stage is too late
import networkx as nx
def broken(stages, prerequisites):
    g, at = nx.DiGraph((p, m) for m, ps in prerequisites.items() for p in ps), {m: n for n, s in enumerate(stages) for m in s}
    return sorted([m, p] for m in at for p in nx.ancestors(g, m) if p in at and at[p] > at[m])
# %% organizer.broken: all the way
def broken(stages, prerequisites):
    at = {m: n for n, s in enumerate(stages) for m in s}
    return sorted([m, p] for m in at for p in prerequisites.get(m, ()) if p in at and at[p] >= at[m])
# %% organizer.broken: KeyError
def broken(stages, prerequisites):
    at = {m: n for n, s in enumerate(stages) for m in s}
    return sorted([m, p] for m in at for p in prerequisites[m] if at[p] >= at[m])
# %% organizer.gate: a false pass
design = dict(n=40, right=32)
# %% organizer.gate: taught again
design = dict(n=40, right=40)
# %% organizer.gate: at most 100
design = dict(n=1000, right=900)
# %% organizer.gate: mend both
design = dict(n=10, right=10)
