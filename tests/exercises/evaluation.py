# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% evaluation.resume: three lines that are whole
resumed = dict(known=32, asked=68, batches=9, in_all=108)
# %% evaluation.resume: asked twice
resumed = dict(known=35, asked=65, batches=9, in_all=100)
# %% evaluation.resume: need not be full
resumed = dict(known=35, asked=65, batches=65 // 8, in_all=105)
# %% evaluation.left: even where it can be read
import json
def to_ask(text, keys):
    known = set()
    for line in text.split("\n"):
        try: known.add(json.loads(line)["key"])
        except ValueError: pass
    return [key for key in keys if key not in known]
# %% evaluation.left: in their own order
import json
def to_ask(text, keys):
    return sorted(set(keys) - {json.loads(line)["key"] for line in text.split("\n")[:-1]})
# %% evaluation.left: JSONDecodeError
import json
def to_ask(text, keys):
    known = {json.loads(line)["key"] for line in text.splitlines()}
    return [key for key in keys if key not in known]
# %% evaluation.together: more alike
ratings = dict(wider=[(9, 2), (3, 8)] * 5, narrower=[(9, 2), (3, 8)] * 5)
# %% evaluation.together: make up for the first
ratings = dict(wider=[(9, 9), (2, 2)] * 5, narrower=[(9, 9), (2, 2)] * 5)
# %% evaluation.together: nothing to be unsure of
ratings = dict(wider=[(5, 5)] * 10, narrower=[(5, 5)] * 10)
