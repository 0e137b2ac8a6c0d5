# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% pretrained.three: which labels does a mask by number take away
verdicts = dict(A="fine", B="fine", C="wrong end", D="raises", E="fine")
# %% pretrained.three: takes away what was filled up and nothing else
verdicts = dict(A="never stops", B="never stops", C="wrong end", D="raises", E="fine")
# %% pretrained.three: compare its end token
verdicts = dict(A="never stops", B="fine", C="fine", D="raises", E="fine")
# %% pretrained.labels: token's number
def labels(ids, prompt, answer, side, fill):
    begin = (0 if side == "right" else len(ids) - prompt - answer) + prompt
    return [token if begin <= k < begin + answer and token != fill else -100 for k, token in enumerate(ids)]
# %% pretrained.labels: begins further right
def labels(ids, prompt, answer, side, fill): return [-100] * prompt + ids[prompt:prompt + answer] + [-100] * (len(ids) - prompt - answer)
# %% pretrained.labels: question is not learnt
def labels(ids, prompt, answer, side, fill):
    begin = 0 if side == "right" else len(ids) - prompt - answer
    return [token if begin <= k < begin + prompt + answer else -100 for k, token in enumerate(ids)]
# %% pretrained.talks: stops soon
replies = dict(spoilt="6 + 5 = 11. And 7 + 2?", lucky="6 + 5 = 12. No, 11.")
# %% pretrained.talks: it is marked right
replies = dict(spoilt="6 + 5 = 11. Now let us try another one together, just for the fun of it, you and me: 11.", lucky="6 + 5 = 12. No, 11.")
# %% pretrained.talks: a wrong one is asked
replies = dict(spoilt="6 + 5 = 11. Now let us try another one together, just for the fun of it: what is 7 + 2?", lucky="6 + 5 = 11. Now let us try another one together, just for the fun of it: what is 7 + 2?")
