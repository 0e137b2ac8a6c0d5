# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% sandbox.walls: first process of a table
walls = dict(A="files", B="network", C="processes", D="limits", E="limits", F="limits")
# %% sandbox.walls: what stops it there
walls = dict(A="files", B="network", C="processes", D="processes", E="processes", F="limits")
# %% sandbox.walls: is asked
walls = dict(A="disk", B="network", C="processes", D="processes", E="limits", F="limits")
# %% sandbox.environment: come through
def cleaned(environment, allowed):
    bad = ('TOKEN', 'SECRET', 'KEY', 'PASSWORD')
    return {k: v for k, v in environment.items() if not any(b in k.upper() for b in bad)}
# %% sandbox.environment: whole names
def cleaned(environment, allowed): return {k: v for k, v in environment.items() if any(k.startswith(n) for n in allowed)}
# %% sandbox.environment: KeyError
def cleaned(environment, allowed): return {n: environment[n] for n in allowed}
# %% sandbox.worst: a limit of
limits = dict(workers=4, seconds=3, processes=16, memory=1)
# %% sandbox.worst: minutes
limits = dict(workers=1, seconds=10, processes=2, memory=0.5)
# %% sandbox.worst: more workers than cores
limits = dict(workers=8, seconds=3, processes=2, memory=0.5)
