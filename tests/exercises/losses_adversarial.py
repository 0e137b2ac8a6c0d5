# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% losses_adversarial.steep: that is the gradient
best = dict(shift=[3, 4], gain=25, by_signs=7)
# %% losses_adversarial.steep: longer than 0.5
best = dict(shift=[0.3, 0.4], gain=2.5, by_signs=3.5)
# %% losses_adversarial.steep: another direction
best = dict(shift=[0.5 / 2 ** 0.5, 0.5 / 2 ** 0.5], gain=2.47, by_signs=2.47)
# %% losses_adversarial.cut: made longer
import math
def cut_back(rows, radius): return [[radius * x / (math.hypot(*r) or 1) for x in r] for r in rows]
# %% losses_adversarial.cut: turns the direction
def cut_back(rows, radius): return [[max(-radius, min(radius, x)) for x in r] for r in rows]
# %% losses_adversarial.cut: ZeroDivisionError
import math
def cut_back(rows, radius): return [[x * min(1, radius / math.hypot(*r)) for x in r] for r in rows]
# %% losses_adversarial.pointed: what makes chance miss
model = dict(dimensions=2, slope=1.0, radius=1.0, margin=0.5)
# %% losses_adversarial.pointed: does not flip
model = dict(dimensions=400, slope=1.0, radius=1.0, margin=5.0)
# %% losses_adversarial.pointed: whole number
model = dict(dimensions=10**6, slope=1.0, radius=1.0, margin=0.5)
