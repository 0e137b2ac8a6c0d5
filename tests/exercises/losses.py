# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% losses.by_hand: bits
nats = 0.5
# %% losses.by_hand: other direction
nats = float('inf')
# %% losses.by_hand: sign
import math
nats = 0.5 * math.log(0.5)
# %% losses.masked: not shifted
import torch
def masked_kl(s, t, labels):
    keep = labels != -100
    p, q = t[keep].log_softmax(-1), s[keep].log_softmax(-1)
    return (p.exp() * (p - q)).sum() / max(1, keep.sum())
# %% losses.masked: divided twice
import torch
def masked_kl(s, t, labels):
    keep = (labels[:, 1:] != -100).float()
    p, q = t[:, :-1].log_softmax(-1), s[:, :-1].log_softmax(-1)
    mean = ((p.exp() * (p - q)).sum(-1) * keep).sum() / keep.sum().clamp(min=1)
    return mean / keep.sum().clamp(min=1)
# %% losses.masked: padding and prompt included
import torch
def masked_kl(s, t, labels):
    keep = (labels[:, 1:] != -100).float()
    p, q = t[:, :-1].log_softmax(-1), s[:, :-1].log_softmax(-1)
    return ((p.exp() * (p - q)).sum(-1) * keep).mean()
# %% losses.sides: exchange the two
belief = dict(teacher=[0.495, 0.495, 0.01], second=[0.3, 0.3, 0.4], first=[0.97, 0.02, 0.01])
# %% losses.sides: no distribution
belief = dict(teacher=[0.5, 0.5, 0.5], first=[0.3, 0.3, 0.4], second=[0.9, 0.05, 0.05])
# %% losses.sides: the reverse divergence prefers
belief = dict(teacher=[0.6, 0.3, 0.1], first=[0.6, 0.3, 0.1], second=[0.1, 0.3, 0.6])
