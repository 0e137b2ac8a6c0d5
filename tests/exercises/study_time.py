# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_time.price: somebody has to pay
price = dict(ioa_seconds=30, ioa_teacher=55, uniform_seconds=45, uniform_teacher=100)
# %% study_time.price: on nobody's bill
price = dict(ioa_seconds=49, ioa_teacher=55, uniform_seconds=51, uniform_teacher=100)
# %% study_time.price: a later one is below again
price = dict(ioa_seconds=75, ioa_teacher=100, uniform_seconds=45, uniform_teacher=100)
# %% study_time.price: the preparation is not its own
price = dict(ioa_seconds=45, ioa_teacher=55, uniform_seconds=60, uniform_teacher=100)
# %% study_time.price: when were its lessons bought
price = dict(ioa_seconds=45, ioa_teacher=55, uniform_seconds=45, uniform_teacher=75)
# %% study_time.price: at the look that counts
price = dict(ioa_seconds=45, ioa_teacher=80, uniform_seconds=45, uniform_teacher=100)
# %% study_time.saved: is not its price
def saved(ours, theirs):
    other = {s: v for s, v, _ in theirs}
    return [[s, "exactly", other[s] - v] for s, v, _ in sorted(ours) if s in other]
# %% study_time.saved: those that tell most
def saved(ours, theirs):
    a, b = ({s: v for s, v, r in rows if r} for rows in (ours, theirs))
    return [[s, "exactly", b[s] - a[s]] for s in sorted(a.keys() & b.keys())]
# %% study_time.saved: wrong way round
def saved(ours, theirs):
    a, b = ({s: (v, r) for s, v, r in rows} for rows in (ours, theirs))
    found = []
    for s in sorted(a.keys() & b.keys()):
        (v, r), (w, q) = a[s], b[s]
        if not r and not q: found.append([s, "unknown"])
        else: found.append([s, "exactly" if r and q else "at most" if r else "at least", w - v])
    return found
# %% study_time.saved: so nothing is known
def saved(ours, theirs):
    b = {s: (v, r) for s, v, r in theirs}
    return [[s, "exactly" if r and b[s][1] else "at most" if b[s][1] else "at least", b[s][0] - v] for s, v, r in sorted(ours) if s in b]
# %% study_time.saved: what we save
def saved(ours, theirs):
    a, b = ({s: (v, r) for s, v, r in rows} for rows in (ours, theirs))
    return [[s, "unknown"] if not a[s][1] and not b[s][1] else [s, "exactly" if a[s][1] and b[s][1] else "at least" if a[s][1] else "at most", a[s][0] - b[s][0]] for s in sorted(a.keys() & b.keys())]
# %% study_time.saved: and that is not right
def saved(ours, theirs):
    a, b = ({s: (v, r) for s, v, r in rows} for rows in (ours, theirs))
    return [[s, "unknown", 0] if not a[s][1] and not b[s][1] else [s, "exactly" if a[s][1] and b[s][1] else "at least" if a[s][1] else "at most", b[s][0] - a[s][0]] for s in sorted(a.keys() & b.keys())]
# %% study_time.survivors: written as never
spent_until = dict(ours=[20, 25, 120, 140, 150], theirs=[40, 45, 300, 300, 300])
# %% study_time.survivors: quicker by 5 wherever
spent_until = dict(ours=[80, 80, 80, 80, 80], theirs=[40, 45, "never", "never", "never"])
# %% study_time.survivors: which seeds are left out
spent_until = dict(ours=[20, 25, 30, 35, 20], theirs=[40, 45, "never", "never", "never"])
# %% study_time.survivors: and not all
spent_until = dict(ours=[20, 25, 120, 140, 150], theirs=[40, "never", "never", "never", "never"])
# %% study_time.survivors: on every seed
spent_until = dict(ours=[20, 25, 120, 140, "never"], theirs=[40, 45, "never", "never", "never"])
