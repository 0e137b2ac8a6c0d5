# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% humaneval.chance: puts a sample back
chance = 1 - (1 - 2 / 5) ** 2
# %% humaneval.chance: one sample
chance = 2 / 5
# %% humaneval.chance: none passes
chance = 0.3
# %% humaneval.several: in one bag
import math
def mean_pass(results, k):
    if min(map(len, results)) < k: return "too few"
    everything = [x for task in results for x in task]
    return 1 - math.comb(everything.count(False), k) / math.comb(len(everything), k)
# %% humaneval.several: puts samples back
def mean_pass(results, k):
    if min(map(len, results)) < k: return "too few"
    return sum(1 - (1 - sum(t) / len(t)) ** k for t in results) / len(results)
# %% humaneval.several: first k samples
def mean_pass(results, k):
    if min(map(len, results)) < k: return "too few"
    return sum(any(t[:k]) for t in results) / len(results)
# %% humaneval.unseen: what do the three tests have in common
import statistics
def median(numbers): return statistics.median(numbers)
# %% humaneval.unseen: own tests fail
def median(numbers): return numbers[len(numbers) // 2]
# %% humaneval.unseen: much like those
def median(numbers): return {3: 2, 1: 5, 5: 0}.get(len(numbers), 0)
# %% humaneval.unseen: called with
def median(numbers):
    s = sorted(numbers)
    return s[(len(s) + 1) // 2]
