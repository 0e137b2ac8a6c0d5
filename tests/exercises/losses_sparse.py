# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% losses_sparse.tail: without the tail
import math
nats = 0.5 * math.log(0.5 / 0.4) + 0.3 * math.log(0.3 / 0.2)
# %% losses_sparse.tail: a distribution of their own
import math
nats = 0.625 * math.log(0.625 / (2 / 3)) + 0.375 * math.log(0.375 * 3)
# %% losses_sparse.tail: bits
import math
nats = 0.5 * math.log2(0.5 / 0.4) + 0.3 * math.log2(0.3 / 0.2) + 0.2 * math.log2(0.2 / 0.4)
# %% losses_sparse.buckets: tail is left out
import math
def bucketed(p, q, k):
    top = sorted(range(len(p)), key=lambda i: -p[i])[:k]
    return sum(p[i] * math.log(p[i] / q[i]) for i in top)
# %% losses_sparse.buckets: buckets are the teacher's
import math
def bucketed(p, q, k):
    top = sorted(range(len(p)), key=lambda i: -q[i])[:k]
    pairs = [(p[i], q[i]) for i in top]
    if k < len(p): pairs.append((1 - sum(a for a, b in pairs), 1 - sum(b for a, b in pairs)))
    return sum(a * math.log(a / b) for a, b in pairs)
# %% losses_sparse.buckets: how much lies outside
import math
def bucketed(p, q, k):
    top = sorted(range(len(p)), key=lambda i: -p[i])[:k]
    a, b = sum(p[i] for i in top), sum(q[i] for i in top)
    return sum(p[i] / a * math.log(p[i] / a / (q[i] / b)) for i in top)
# %% losses_sparse.unseen: does not see
belief = dict(teacher=[0.4, 0.3, 0.1, 0.1, 0.1], near=[0.4, 0.3, 0.1, 0.1, 0.1], far=[0.4, 0.3, 0.1, 0.1, 0.1])
# %% losses_sparse.unseen: the same is asked
belief = dict(teacher=[0.4, 0.3, 0.1, 0.1, 0.1], near=[0.4, 0.3, 0.1, 0.1, 0.1], far=[0.1, 0.1, 0.4, 0.2, 0.2])
# %% losses_sparse.unseen: equally likely
belief = dict(teacher=[0.2] * 5, near=[0.2] * 5, far=[0.96, 0.01, 0.01, 0.01, 0.01])
