# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% stepping.frame: does that reach
frame = dict(answers=1, words=["mastered", "mastered", "deficient", "mastered"])
# %% stepping.frame: how many of 8
frame = dict(answers=13, words=["mastered", "between", "deficient", "mastered"])
# %% stepping.frame: ahead of its teacher
frame = dict(answers=1, words=["mastered", "between", "deficient", "deficient"])
# %% stepping.frame: not accuracies
frame = dict(answers=1, words=["deficient", "deficient", "mastered", "deficient"])
# %% stepping.used: take away what was spent
def used(totals, n): return totals.get(n, 'unknown')
# %% stepping.used: spent nothing
def used(totals, n):
    if n not in totals: return 'unknown'
    return totals[n] - totals.get(n - 1, 0)
# %% stepping.used: KeyError
def used(totals, n): return totals[n] - (totals[n - 1] if n > 1 else 0)
# %% stepping.story: two tries are all
story = [("A", 1, "advance"), ("B", 1, "remediate"), ("B", 2, "remediate"), ("B", 3, "advance"), ("C", 1, "advance"), ("D", 1, "advance")]
# %% stepping.story: on its first try
story = [("A", 1, "advance"), ("B", 1, "defer"), ("C", 1, "remediate"), ("C", 2, "advance"), ("B", 1, "advance"), ("D", 1, "advance")]
# %% stepping.story: passed later is missing
story = [("A", 1, "advance"), ("B", 1, "remediate"), ("B", 2, "advance"), ("C", 1, "advance"), ("D", 1, "advance"), ("E", 1, "advance")]
# %% stepping.story: same stage goes on
story = [("A", 1, "remediate"), ("B", 1, "advance"), ("A", 2, "advance"), ("C", 1, "advance"), ("D", 1, "advance"), ("E", 1, "advance")]
