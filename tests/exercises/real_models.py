# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% real_models.outside: the longer one weighs more
import math
outside = dict(loss=2.5, perplexity=math.exp(2.5))
# %% real_models.outside: take e and not 2
outside = dict(loss=2.8, perplexity=2 ** 2.8)
# %% real_models.outside: all nats
outside = dict(loss=5.0, perplexity=1.0)
# %% real_models.cut: old indices
def cut(layers): return layers[::2]
# %% real_models.cut: begin with the second
def cut(layers): return [dict(x, index=k) for k, x in enumerate(layers[1::2])]
# %% real_models.cut: first half
def cut(layers): return layers[:(len(layers) + 1) // 2]
# %% real_models.pays: the same is asked
students = dict(selective=[1.0] * 4 + [0.2] * 4, raw=[0.2] * 8)
# %% real_models.pays: something to choose
students = dict(selective=[1.0] * 4 + [0.2] * 4, raw=[0.8] * 4 + [0.4] * 4)
# %% real_models.pays: at most four
students = dict(selective=[1.0] * 3 + [0.3] * 5, raw=[0.5625] * 8)
