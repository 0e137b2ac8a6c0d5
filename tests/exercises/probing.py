# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% probing.decided: as small as 0.24
verdicts = dict(A="deficient", B="deficient", C="fine", D="fine")
# %% probing.decided: one side of 0.3
verdicts = dict(A="open", B="open", C="open", D="open")
# %% probing.decided: what it lacks to 1
verdicts = dict(A="open", B="deficient", C="open", D="deficient")
# %% probing.stop: after every probe
from ioa_nb.mastery import wilson
def probes_asked(answers, threshold, step):
    for n in range(1, len(answers) + 1):
        low, high = wilson(sum(answers[:n]), n)
        if low > threshold or high < threshold: return n
    return len(answers)
# %% probing.stop: share itself
def probes_asked(answers, threshold, step):
    for n in range(step, len(answers) + 1, step):
        if sum(answers[:n]) / n != threshold: return n
    return len(answers)
# %% probing.stop: gives None
from ioa_nb.mastery import wilson
def probes_asked(answers, threshold, step):
    for n in range(step, len(answers) + 1, step):
        low, high = wilson(sum(answers[:n]), n)
        if low > threshold or high < threshold: return n
# %% probing.average: five surest are over-confident
sure = [(0.8, 1)] * 4 + [(0.8, 0)] + [(0.4, 1)] * 2 + [(0.4, 0)] * 3
# %% probing.average: on average
sure = [(0.9, 0)] * 5 + [(0.3, 0)] * 5
# %% probing.average: equally sure
sure = [(0.5, 1)] * 5 + [(0.5, 0)] * 5
