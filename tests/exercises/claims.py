# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% claims.verdicts: what of the interval round it
verdicts = dict(gain="holds", order="partly", time="partly", parts="not tested", kept="partly")
# %% claims.verdicts: look below 0
verdicts = dict(gain="holds", order="not", time="not", parts="not tested", kept="partly")
# %% claims.verdicts: one of them has no row
verdicts = dict(gain="holds", order="not", time="partly", parts="partly", kept="partly")
# %% claims.verdicts: do not say the same
verdicts = dict(gain="holds", order="not", time="partly", parts="not tested", kept="not")
# %% claims.verdicts: a verdict is
verdicts = dict(gain=True, order=False, time=True, parts=False, kept=True)
# %% claims.finer: level would be a claim of its own
def finer(differences, margin):
    return ["not tested" if d is None else "ahead" if d[0] > 0 else "behind" if d[1] < 0 else "level" for d in differences]
# %% claims.finer: a mean near 0 with a wide one
def finer(differences, margin):
    words = []
    for d in differences:
        if d is None: words.append("not tested")
        elif abs((d[0] + d[1]) / 2) <= margin: words.append("level")
        else: words.append("ahead" if d[0] > 0 else "behind" if d[1] < 0 else "undecided")
    return words
# %% claims.finer: surely too small to matter
def finer(differences, margin):
    return ["not tested" if d is None else "ahead" if d[0] > 0 else "behind" if d[1] < 0 else "level" if max(-d[0], d[1]) <= margin else "undecided" for d in differences]
# %% claims.finer: the ends of the margin
def finer(differences, margin):
    return ["not tested" if d is None else "level" if max(abs(d[0]), abs(d[1])) < margin else "ahead" if d[0] > 0 else "behind" if d[1] < 0 else "undecided" for d in differences]
# %% claims.finer: and that is not right
def finer(differences, margin):
    return ["not tested" if d is None else "level" if max(abs(d[0]), abs(d[1])) <= margin else "ahead" if d[0] > margin else "behind" if d[1] < -margin else "undecided" for d in differences]
# %% claims.finer: not tested
def finer(differences, margin):
    return ["undecided" if d is None else "level" if max(abs(d[0]), abs(d[1])) <= margin else "ahead" if d[0] > 0 else "behind" if d[1] < 0 else "undecided" for d in differences]
# %% claims.rule: nothing is recorded
def rule(intervals):
    if any(i is None for i in intervals): return "not tested"
    above = [low > 0 for low, _ in intervals]
    return "holds" if all(above) else "partly" if any(above) else "not"
# %% claims.rule: the missing row hides
def rule(intervals):
    if not intervals or any(i is None for i in intervals): return "not tested"
    above = [low > 0 for low, _ in intervals]
    return "holds" if all(above) else "partly" if any(above) else "not"
# %% claims.rule: has to be recorded and above 0
def rule(intervals):
    seen = [i for i in intervals if i]
    if not seen: return "not tested"
    above = [low > 0 for low, _ in seen]
    return "holds" if all(above) else "partly" if any(above) else "not"
# %% claims.rule: one is above and another below
def rule(intervals):
    seen = [i for i in intervals if i]
    if not seen: return "not tested"
    if any(high < 0 for _, high in seen): return "not"
    return "holds" if len(seen) == len(intervals) and all(low > 0 for low, _ in seen) else "partly"
# %% claims.rule: in another order
def rule(intervals):
    seen = [i for i in intervals if i]
    if not seen: return "not tested"
    above, below = [low > 0 for low, _ in seen], [high < 0 for _, high in seen]
    if all(above) and len(seen) == len(intervals): return "holds"
    if all(below): return "not"
    if any(below): return "partly" if any(above) else "not"
    return "partly" if above[-1] else "not"
# %% claims.rule: which lie no lower
def rule(intervals):
    seen = [i for i in intervals if i]
    if not seen: return "not tested"
    above, below = [low > 0 for low, _ in seen], [high < 0 for _, high in seen]
    if all(above) and len(seen) == len(intervals): return "holds"
    if all(below) or any(above) and not any(below): return "not"
    return "partly"
# %% claims.rule: holds
def rule(intervals):
    seen = [i for i in intervals if i]
    if not seen: return "not tested"
    return "holds" if sum(low + high for low, high in seen) > 0 else "not"
