# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% core.leaked: in both tests
leaked = dict(shuffle=40, hash=0)
# %% core.leaked: whoever cuts
leaked = dict(shuffle=160, hash=160)
# %% core.leaked: a dict is asked
leaked = 160
# %% core.clashes: letters as they stand
def clashes(train, test): return [q for q in test if q in train]
# %% core.clashes: spacing inside
def clashes(train, test):
    known = [t.lower().strip() for t in train]
    return [q for q in test if q.lower().strip() in known]
# %% core.clashes: not in small letters
def clashes(train, test):
    norm = lambda q: ' '.join(q.lower().split())
    known = set(map(norm, train))
    return [norm(q) for q in test if norm(q) in known]
# %% core.twins: twins are two
pair = [7, 7]
# %% core.twins: search with two loops
pair = [1, 2]
# %% core.twins: from 0 to 99
pair = [100, 3]
