# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% half_known.rounds_left: deferred after two failures
cost = dict(deferred=0.73, rounds=1.73, left=2.81)
# %% half_known.rounds_left: waited until it passes
cost = dict(deferred=0.53, rounds=3.70, left=-3.1)
# %% half_known.rounds_left: sometimes one is enough
cost = dict(deferred=0.53, rounds=2, left=2)
# %% half_known.spent: one round may cost more tokens
def spent(rounds, deficient):
    rounds = [r for r in rounds if r["tokens"]]
    return {m: sum(1 / len(r["stage"]) for r in rounds if m in r["stage"]) / max(1, len(rounds)) for m in deficient}
# %% half_known.spent: give all of them to each
def spent(rounds, deficient):
    total = sum(r["tokens"] for r in rounds) or 1
    return {m: sum(r["tokens"] for r in rounds if m in r["stage"]) / total for m in deficient}
# %% half_known.spent: give it a 0
def spent(rounds, deficient):
    found, total = {}, sum(r["tokens"] for r in rounds)
    for r in rounds:
        for m in r["stage"]:
            if m in deficient and total: found[m] = found.get(m, 0) + r["tokens"] / len(r["stage"]) / total
    return found
# %% half_known.alike: has its turn within the eight
students = dict(harmed=[0.8, 0.8, 0.8, 0.95, 0.95, 0.3], harmless=[1.0, 1.0, 1.0, 1.0, 0.3, 0.3])
# %% half_known.alike: teaches a module of it
students = dict(harmed=[0.8, 0.8, 0.8, 0.8, 0.95, 0.3], harmless=[0.95, 0.85, 1.0, 1.0, 0.35, 0.3])
# %% half_known.alike: differ by
students = dict(harmed=[0.8, 0.8, 0.8, 0.8, 0.95, 0.3], harmless=[1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
