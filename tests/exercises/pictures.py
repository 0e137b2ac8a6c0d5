# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% pictures.overlap: do not add up
halves = dict(apart=0.08, together=0.0283, least=0.22)
# %% pictures.overlap: the root is missing
halves = dict(apart=0.0032, together=0.0008, least=0.22)
# %% pictures.overlap: mind the sign
halves = dict(apart=0.0566, together=0.0748, least=0.22)
# %% pictures.overlap: at smaller correlations as well
halves = dict(apart=0.0566, together=0.0283, least=0.75)
# %% pictures.overlap: it need not be nothing
halves = dict(apart=0.0566, together=0.0283, least=1)
# %% pictures.turned: is left out of the mean
def turned(runs, default):
    base, points = dict(runs)[default], []
    for value, seeds in sorted(runs, key=lambda p: p[0]):
        known = [s["accuracy"] for s in seeds if s["accuracy"] is not None] or [b["accuracy"] for b in base]
        points.append(dict(value=value, mean=sum(known) / len(known), run=sum(s["choices"] != b["choices"] for s, b in zip(seeds, base)), default=value == default))
    return points
# %% pictures.turned: was taken as 0
def turned(runs, default):
    base = dict(runs)[default]
    return [dict(value=v, mean=sum(s["accuracy"] or 0 for s in seeds) / len(seeds), run=sum(s["choices"] != b["choices"] for s, b in zip(seeds, base)), default=v == default) for v, seeds in sorted(runs, key=lambda p: p[0])]
# %% pictures.turned: that of the values is asked
def turned(runs, default):
    base = dict(runs)[default]
    return [dict(value=v, mean=sum(b["accuracy"] if s["choices"] == b["choices"] else s["accuracy"] for s, b in zip(seeds, base)) / len(seeds), run=sum(s["choices"] != b["choices"] for s, b in zip(seeds, base)), default=v == default) for v, seeds in runs]
# %% pictures.turned: whether there are any
def turned(runs, default):
    base = dict(runs)[default]
    return [dict(value=v, mean=sum(b["accuracy"] if s["choices"] == b["choices"] else s["accuracy"] for s, b in zip(seeds, base)) / len(seeds), run=int(any(s["choices"] != b["choices"] for s, b in zip(seeds, base))), default=v == default) for v, seeds in sorted(runs, key=lambda p: p[0])]
# %% pictures.split: in both kinds
changes = dict(ours=dict(first=[0.2], remedial=[0.01] * 5), theirs=dict(first=[0.16] * 5, remedial=[0.02]))
# %% pictures.split: the same shares of the two kinds
changes = dict(ours=dict(first=[0.2, 0.2], remedial=[0.06, 0.06]), theirs=dict(first=[0.16, 0.16], remedial=[0.02, 0.02]))
# %% pictures.split: how far apart are the two kinds
changes = dict(ours=dict(first=[0.1], remedial=[0.09] * 5), theirs=dict(first=[0.07] * 5, remedial=[0.06]))
# %% pictures.split: who has more of it
changes = dict(ours=dict(first=[0.2] * 5, remedial=[0.06]), theirs=dict(first=[0.16], remedial=[0.02] * 5))
# %% pictures.split: twelve rounds at most
changes = dict(ours=dict(first=[0.2], remedial=[0.06] * 15), theirs=dict(first=[0.16] * 5, remedial=[0.02]))
