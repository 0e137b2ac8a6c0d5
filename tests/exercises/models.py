# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% models.greedy: need not be it
texts = dict(greedy="ax", likeliest="ax", p_greedy=0.22, p_likeliest=0.22)
# %% models.greedy: before it sees
texts = dict(greedy="bx", likeliest="bx", p_greedy=0.405, p_likeliest=0.405)
# %% models.greedy: product of its two
texts = dict(greedy="ax", likeliest="bx", p_greedy=0.95, p_likeliest=1.35)
# %% models.pad: goes on
def pad(prompts, filler):
    w = max(map(len, prompts), default=0)
    return dict(ids=[p + [filler] * (w - len(p)) for p in prompts], mask=[[1] * len(p) + [0] * (w - len(p)) for p in prompts])
# %% models.pad: made of lengths
def pad(prompts, filler):
    w = max(map(len, prompts), default=0)
    ids = [[filler] * (w - len(p)) + p for p in prompts]
    return dict(ids=ids, mask=[[int(t != filler) for t in row] for row in ids])
# %% models.pad: ValueError
def pad(prompts, filler):
    w = max(map(len, prompts))
    return dict(ids=[[filler] * (w - len(p)) + p for p in prompts], mask=[[0] * (w - len(p)) + [1] * len(p) for p in prompts])
# %% models.warm: still has
logits = [3.0, 0.0, 0.0]
# %% models.warm: at temperature 1
logits = [1.0, 0.0]
# %% models.warm: two to twelve
logits = [6.0] + [0.0] * 40
