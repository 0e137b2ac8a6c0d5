# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% dependencies.together: difference
lost = dict(whole_without_part=0.6, part_without_whole=0.4)
# %% dependencies.together: exchanged
lost = dict(whole_without_part=(40 / 42 - 10 / 18) / (40 / 42), part_without_whole=0.75)
# %% dependencies.together: without the part
lost = dict(whole_without_part=3.0, part_without_whole=0.4)
# %% dependencies.direct: as far as it goes
def direct(edges):
    return sorted((a, b) for a, b in edges if not any((a, c) in edges and (c, b) in edges for _, c in edges))
# %% dependencies.direct: nothing is left out
def direct(edges): return sorted(edges)
# %% dependencies.direct: shortcut
def direct(edges):
    gone = {(a, b) for a, b in edges for x, y in edges if x == b and (a, y) in edges}
    return sorted(set(edges) - gone)
# %% dependencies.common: how different
counts = dict(easy=[[25, 25], [25, 25]], hard=[[25, 25], [25, 25]])
# %% dependencies.common: within this sort
counts = dict(easy=[[80, 10], [2, 8]], hard=[[1, 9], [9, 81]])
# %% dependencies.common: four whole counts
counts = dict(easy=[[9, 1], [1, 0]], hard=[[0, 1], [1, 9]])
