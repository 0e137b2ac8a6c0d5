# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% rasch.logits: sign is turned round
apart = dict(easier=0.12, middle=0.49, top=0.70)
# %% rasch.logits: that is one logit
apart = dict(easier=0.73, middle=0.49, top=0.70)
# %% rasch.logits: difference of the accuracies
apart = dict(easier=0.88, middle=0.12, top=0.01)
# %% rasch.climb: prior is missing
import numpy as np
from scipy.special import expit
def climb(right, probes, difficulty, prior, steps):
    theta = 0.0
    for _ in range(steps): theta += 0.1 * float((np.array(right) - np.array(probes) * expit(theta - np.array(difficulty))).sum())
    return theta
# %% rasch.climb: stands its square
import numpy as np
from scipy.special import expit
def climb(right, probes, difficulty, prior, steps):
    theta = 0.0
    for _ in range(steps): theta += 0.1 * (float((np.array(right) - np.array(probes) * expit(theta - np.array(difficulty))).sum()) - theta / prior)
    return theta
# %% rasch.climb: pushes outwards
import numpy as np
from scipy.special import expit
def climb(right, probes, difficulty, prior, steps):
    theta = 0.0
    for _ in range(steps): theta += 0.1 * (float((np.array(right) - np.array(probes) * expit(theta - np.array(difficulty))).sum()) + theta / prior ** 2)
    return theta
# %% rasch.gap: too much
student = [0.2, 0.9, 0.9, 0.9, 0.9]
# %% rasch.gap: no gap
student = [0.88, 0.73, 0.5, 0.27, 0.12]
# %% rasch.gap: where else
student = [0.1, 0.73, 0.5, 0.27, 0.12]
