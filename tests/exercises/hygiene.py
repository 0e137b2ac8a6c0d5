# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% hygiene.alike: out of the runs of one text
share = 3 / 4
# %% hygiene.alike: single words
share = 5 / 7
# %% hygiene.alike: in common twice
share = 3 / 8
# %% hygiene.shares: follow each other
import re
def shares_run(lesson, exam, n):
    words = lambda t: set(re.findall('[a-z0-9]+', t.lower()))
    return len(words(lesson) & words(exam)) >= n
# %% hygiene.shares: makes no other word
def shares_run(lesson, exam, n):
    runs = lambda t: {tuple(t.lower().split()[k:k + n]) for k in range(len(t.split()) - n + 1)}
    return bool(runs(lesson) & runs(exam))
# %% hygiene.shares: large and small
import re
def shares_run(lesson, exam, n):
    w = lambda t: re.findall('[A-Za-z0-9]+', t)
    runs = lambda t: {tuple(w(t)[k:k + n]) for k in range(len(w(t)) - n + 1)}
    return bool(runs(lesson) & runs(exam))
# %% hygiene.slip: shares a run
lesson = "Ben has 12 red pens in a box. He gives 5 of them to Tom and buys 3 new ones. How many now?"
# %% hygiene.slip: the numbers are
lesson = "There were 13 pencils inside a tin; after handing 6 to a friend its owner bought another 2. Count them all."
# %% hygiene.slip: 12 to 40 words
lesson = "12 - 5 + 3"
