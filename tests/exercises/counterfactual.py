# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% counterfactual.follows: nobody asked about stones
follows = dict(A="another answer", B="same solution", C="another answer", D="another answer", E="same answer")
# %% counterfactual.follows: only the way is another
follows = dict(A="another answer", B="same solution", C="another answer", D="same solution", E="another answer")
# %% counterfactual.follows: operation is turned round
follows = dict(A="another answer", B="same solution", C="same solution", D="same solution", E="same answer")
# %% counterfactual.clashes: leave the pair out
def contradictions(pairs): return sum(a != b for k, a, b in pairs) / len(pairs)
# %% counterfactual.clashes: both wrong is no contradiction
def contradictions(pairs):
    told = [p for p in pairs if None not in p]
    return sum(not (a and b) if k == 'inverted' else a != b for k, a, b in told) / len(told) if told else 'none'
# %% counterfactual.clashes: ZeroDivisionError
def contradictions(pairs):
    told = [p for p in pairs if None not in p]
    return sum(a != b for k, a, b in told) / len(told)
# %% counterfactual.seven: three at least
answers = dict(steady=[(7, 7)] * 6, lively=[(15, 15), (22, 22), (9, 9), (31, 31), (7, 7), (40, 4)])
# %% counterfactual.seven: two at most
answers = dict(steady=[(15, 15), (22, 22), (9, 9), (31, 31), (7, 7), (40, 40)], lively=[(15, 15), (22, 22), (9, 9), (31, 13), (7, 1), (40, 4)])
# %% counterfactual.seven: contradicts itself in 6
answers = dict(steady=[(1, 2)] * 6, lively=[(15, 15), (22, 22), (9, 9), (31, 13), (7, 1), (40, 4)])
