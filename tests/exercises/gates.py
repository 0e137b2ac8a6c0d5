# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% gates.twice: three are wanted
chances = dict(first=0.8, within_two=0.96)
# %% gates.twice: not added
chances = dict(first=0.512, within_two=1.024)
# %% gates.twice: pass both times
chances = dict(first=0.512, within_two=0.512 ** 2)
# %% gates.belief: exchanged
def belief(p, correct, n, slip, guess, learn):
    a, b = p * (1 - guess) ** correct * guess ** (n - correct), (1 - p) * slip ** correct * (1 - slip) ** (n - correct)
    p = a / (a + b)
    return p + (1 - p) * learn
# %% gates.belief: lessons that follow are missing
def belief(p, correct, n, slip, guess, learn):
    a, b = p * (1 - slip) ** correct * slip ** (n - correct), (1 - p) * guess ** correct * (1 - guess) ** (n - correct)
    return a / (a + b)
# %% gates.belief: a wrong one is evidence
def belief(p, correct, n, slip, guess, learn):
    a, b = p * (1 - slip) ** correct, (1 - p) * guess ** correct
    p = a / (a + b)
    return p + (1 - p) * learn
# %% gates.early: where should it linger
truth = [0.55, 0.6, 0.66, 0.74, 0.82, 0.9]
# %% gates.early: more than 0.08
truth = [0.5, 0.5, 0.5, 0.5, 0.5, 0.9]
# %% gates.early: not before
truth = [0.6, 0.68, 0.76, 0.84, 0.9, 0.92]
