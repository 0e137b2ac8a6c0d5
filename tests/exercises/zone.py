# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% zone.places: not the one that does most
places = dict(A="alone", B="zone", C="beyond", D="zone", doses=dict(B=2, D=2))
# %% zone.places: no help that was tried
places = dict(A="alone", B="zone", C="zone", D="zone", doses=dict(B=2, C=2, D=1))
# %% zone.places: it needs no help
places = dict(A="zone", B="zone", C="beyond", D="zone", doses=dict(A=1, B=2, D=1))
# %% zone.give: nothing left to find
def give(steps, help): return steps[:help]
# %% zone.give: in doses
def give(steps, help): return steps[:-1]
# %% zone.give: what is left to do
def give(steps, help): return steps[min(help, len(steps) - 1):]
# %% zone.more: how many steps must be left
modules = dict(shorter=dict(alone=0.1, helped=0.6, steps=6, given=1), opened=dict(alone=0.1, helped=0.6, steps=6, given=1))
# %% zone.more: hardly opened
modules = dict(shorter=dict(alone=0.1, helped=0.6, steps=4, given=3), opened=dict(alone=0.1, helped=0.6, steps=4, given=3))
# %% zone.more: the same accuracy
modules = dict(shorter=dict(alone=0.1, helped=0.6, steps=4, given=3), opened=dict(alone=0.1, helped=0.9, steps=6, given=1))
