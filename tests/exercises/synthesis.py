# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% synthesis.price: rejects are paid for
bill = dict(asked=300, kept=300, cost=40)
# %% synthesis.price: above 40
bill = dict(asked=300, kept=225, cost=40 * 0.75)
# %% synthesis.price: part of the price
bill = dict(asked=300, kept=225, cost=40)
# %% synthesis.agree: silent samples
from collections import Counter
def agree(answers, least):
    said = [a.replace(",", "") for a in answers if a]
    if not said: return "none"
    (best, n), = Counter(said).most_common(1)
    return best if n >= least * len(said) else "none"
# %% synthesis.agree: take the commas out
from collections import Counter
def agree(answers, least):
    c = Counter(a for a in answers if a)
    if not c: return "none"
    best, n = c.most_common(1)[0]
    return best if n / len(answers) >= least else "none"
# %% synthesis.agree: AttributeError
from collections import Counter
def agree(answers, least):
    best, n = Counter(a.replace(",", "") for a in answers).most_common(1)[0]
    return best if n / len(answers) >= least else "none"
# %% synthesis.believed: chooses the right answer
samples = ["27 + 15 = 42. #### 42"] * 4 + ["27 + 15 = 32. #### 32"]
# %% synthesis.believed: not among them
samples = ["27 + 15 = 32. #### 32"] * 5
# %% synthesis.believed: keeps nothing below
samples = ["#### 32", "27 + 15 = 32. #### 32", "#### 42", "#### 42", "#### 41"]
# %% synthesis.believed: five are asked
samples = ["#### 32"] * 3
