# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% exams.by_chance: gives a 5 once
agreed = dict(same=0.8, within_one=0.82, beyond=0.176)
# %% exams.by_chance: two sixes agree as well
agreed = dict(same=0.64, within_one=0.82, beyond=0.176)
# %% exams.by_chance: gives ten ratings equally often
agreed = dict(same=0.1, within_one=0.28, beyond=0.69)
# %% exams.by_chance: or a 6 and then a 5
agreed = dict(same=0.66, within_one=0.74, beyond=0.176)
# %% exams.by_chance: how long is the whole way
agreed = dict(same=0.66, within_one=0.82, beyond=0.06)
# %% exams.compared: after minus before
def compared(before, after):
    a, b = {s["task"]: s for s in before}, {s["task"]: s for s in after}
    def one(t):
        if t not in a or t not in b: return "missing"
        for word, get in (("rows", lambda s: s["rows"]), ("judge", lambda s: s["notes"].get("judge")), ("measure", lambda s: s["headline"])):
            if get(a[t]) != get(b[t]): return word
        return a[t]["measures"][a[t]["headline"]][0] - b[t]["measures"][b[t]["headline"]][0]
    return {t: one(t) for t in set(a) | set(b)}
# %% exams.compared: then it is another exam
def compared(before, after):
    a, b = {s["task"]: s for s in before}, {s["task"]: s for s in after}
    def one(t):
        if t not in a or t not in b: return "missing"
        for word, get in (("judge", lambda s: s["notes"].get("judge")), ("measure", lambda s: s["headline"])):
            if get(a[t]) != get(b[t]): return word
        return b[t]["measures"][b[t]["headline"]][0] - a[t]["measures"][a[t]["headline"]][0]
    return {t: one(t) for t in set(a) | set(b)}
# %% exams.compared: look into the notes
def compared(before, after):
    a, b = {s["task"]: s for s in before}, {s["task"]: s for s in after}
    def one(t):
        if t not in a or t not in b: return "missing"
        for word in ("rows", "headline"):
            if a[t][word] != b[t][word]: return dict(headline="measure").get(word, word)
        return b[t]["measures"][b[t]["headline"]][0] - a[t]["measures"][a[t]["headline"]][0]
    return {t: one(t) for t in set(a) | set(b)}
# %% exams.compared: is to be named as well
def compared(before, after):
    a, b = {s["task"]: s for s in before}, {s["task"]: s for s in after}
    def one(t):
        for word, get in (("rows", lambda s: s["rows"]), ("judge", lambda s: s["notes"].get("judge")), ("measure", lambda s: s["headline"])):
            if get(a[t]) != get(b[t]): return word
        return b[t]["measures"][b[t]["headline"]][0] - a[t]["measures"][a[t]["headline"]][0]
    return {t: one(t) for t in a if t in b}
# %% exams.first_rows: level is asked
questions = [["w", 9, 5]] * 4 + [["m", 5, 5]] * 4 + [["c", 5, 6]] * 4
# %% exams.first_rows: Which six are these
questions = [["w", 9, 5]] * 4 + [["m", 5, 5]] * 4 + [["c", 5, 9]] * 4
# %% exams.first_rows: ahead by 1 at least
questions = [["w", 5, 5]] * 4 + [["m", 5, 5]] * 4 + [["c", 5, 5]] * 4
# %% exams.first_rows: category by category
questions = [["w", 9, 5], ["m", 5, 5], ["c", 5, 9]] * 4
