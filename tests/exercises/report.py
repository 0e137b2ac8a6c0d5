# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% report.worst_pair: the mean of the three gains
drawn = dict(gain=0.4556, low=0.1667, high=1.0)
# %% report.worst_pair: their ratio is asked
drawn = dict(gain=0.2, low=0.1667, high=1.0)
# %% report.worst_pair: a pair stays together
drawn = dict(gain=0.4, low=0.0, high=1.0)
# %% report.worst_pair: is it rarer than 2.5 %
drawn = dict(gain=0.4, low=0.2, high=1.0)
# %% report.worst_pair: which draw has the highest
drawn = dict(gain=0.4, low=0.1667, high=0.4)
# %% report.quoted: the figure less the test
def quoted(rounds, test):
    m = lambda d: sum(d.values()) / len(d)
    return dict(last=m(test) - m(rounds[-1]), best_round=m(test) - max(map(m, rounds)), best_each=m(test) - m({k: max(r[k] for r in rounds) for k in test}))
# %% report.quoted: a best round of its own
def quoted(rounds, test):
    m = lambda d: sum(d.values()) / len(d)
    best = max(rounds, key=m)
    return dict(last=m(rounds[-1]) - m(test), best_round=m(best) - m(test), best_each=m(best) - m(test))
# %% report.quoted: not by its best module
def quoted(rounds, test):
    m = lambda d: sum(d.values()) / len(d)
    best = max(rounds, key=lambda r: max(r.values()))
    return dict(last=m(rounds[-1]) - m(test), best_round=m(best) - m(test), best_each=m({k: max(r[k] for r in rounds) for k in test}) - m(test))
# %% report.hollow: four are asked
gains = dict(hollow=dict(ours=[0.9] * 5, theirs=[0.5] * 5), steady=dict(ours=[0.71] * 5, theirs=[0.7] * 5))
# %% report.hollow: what has to happen on the fifth seed
gains = dict(hollow=dict(ours=[0.75, 0.68, 0.68, 0.68, 0.68], theirs=[0.65, 0.7, 0.7, 0.7, 0.7]), steady=dict(ours=[0.71] * 5, theirs=[0.7] * 5))
# %% report.hollow: 3 % at most
gains = dict(hollow=dict(ours=[0.9, 0.68, 0.68, 0.68, 0.68], theirs=[0.2, 0.7, 0.7, 0.7, 0.7]), steady=dict(ours=[0.8] * 5, theirs=[0.7] * 5))
# %% report.hollow: which draws of five seeds
gains = dict(hollow=dict(ours=[0.9, 0.68, 0.68, 0.68, 0.68], theirs=[0.2, 0.7, 0.7, 0.7, 0.7]), steady=dict(ours=[0.8, 0.69, 0.7, 0.69, 0.69], theirs=[0.7] * 5))
