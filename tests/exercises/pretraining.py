# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% pretraining.closed: builds on a gap
left_out = dict(gaps=["doubling", "products"], chain=2, depth=4, alone=["sharing", "stories"])
# %% pretraining.closed: not what a gap needs
left_out = dict(gaps=["doubling", "adding", "counting"], chain=3, depth=4, alone=["sharing", "stories"])
# %% pretraining.closed: over tens it is shorter
left_out = dict(gaps=["doubling", "products", "sharing"], chain=3, depth=3, alone=["sharing", "stories"])
# %% pretraining.numbered: must not matter
import random
rng = random.Random(0)
def batch(index, seed): return [rng.randrange(1000) for _ in range(8)]
# %% pretraining.numbered: two students would get the same
from ioa_nb.core import named_random
def batch(index, seed):
    rng = named_random("stream", index)
    return [rng.randrange(1000) for _ in range(8)]
# %% pretraining.numbered: made into one number
import random
def batch(index, seed):
    rng = random.Random(seed + index)
    return [rng.randrange(1000) for _ in range(8)]
# %% pretraining.numbered: does the number count
import random
def batch(index, seed):
    rng = random.Random(seed)
    return [rng.randrange(1000) for _ in range(8)]
# %% pretraining.own: builds on a gap and is taught
gaps = ["add_facts", "sub_facts", "times_tables"]
# %% pretraining.own: would close
gaps = ["groups_story", "two_step_story", "three_step_story"]
# %% pretraining.own: longest chain
gaps = ["exact_division", "fraction_of", "missing_part"]
# %% pretraining.own: no module
gaps = ["sub_borrow", "stories", "missing_part"]
