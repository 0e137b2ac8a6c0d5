# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% proposals.kept: once is enough
shares = dict(right=115.2, slips=0.2 / 115.4, beliefs=20 / 135.2)
# %% proposals.kept: which share of the kept ones
shares = dict(right=172.8, slips=0.19, beliefs=0.104)
# %% proposals.kept: answers the same again
shares = dict(right=172.8, slips=0.0215, beliefs=0)
# %% proposals.doubted: the wrong way round
def doubted(edges, students, least):
    def objects(s, source, target): return source in s and target in s and s[source] >= 0.9 and s[target] < 0.7
    return [e for e in edges if sum(objects(s, *e) for s in students) >= least]
# %% proposals.doubted: bears no witness
def doubted(edges, students, least): return [(a, b) for a, b in edges if sum(s.get(b, 0) >= 0.9 and s.get(a, 0) < 0.7 for s in students) >= least]
# %% proposals.doubted: compare with least
def doubted(edges, students, least): return [(a, b) for a, b in edges if any(a in s and b in s and s[b] >= 0.9 and s[a] < 0.7 for s in students)]
# %% proposals.sound: write one that does not
items = dict(caught=dict(steps=["2 * 25 = 50"], answer=50), missed=dict(steps=["2 * 25 = 50"], answer=50))
# %% proposals.sound: its last calculation comes to
items = dict(caught=dict(steps=["200 / 25 = 9"], answer=9), missed=dict(steps=["2 * 25 = 50"], answer=5))
# %% proposals.sound: its answer is right
items = dict(caught=dict(steps=["200 / 25 = 9"], answer=9), missed=dict(steps=["200 / 25 = 8"], answer=8))
# %% proposals.sound: no calculation is found
items = dict(caught=dict(steps=["200 / 25 = 9"], answer=9), missed=dict(steps=["There are fifty of them"], answer=50))
