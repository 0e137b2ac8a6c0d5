# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% general_teacher.judged: does not look at how many are wrong
judged = dict(auc=0.88, wrong=0.053, each=237)
# %% general_teacher.judged: share of the passed ones
judged = dict(auc=0.85, wrong=0.2, each=237)
# %% general_teacher.judged: refused ones are paid for
judged = dict(auc=0.85, wrong=0.053, each=180)
# %% general_teacher.quality: left out
def two_shares(truths, verdicts):
    good = [v for t, v in zip(truths, verdicts) if t and v is not None]
    bad = [not v for t, v in zip(truths, verdicts) if not t and v is not None]
    a, r = sum(good) / len(good), sum(bad) / len(bad)
    return [a, r, (a + r) / 2]
# %% general_teacher.quality: taken for a yes
def two_shares(truths, verdicts):
    good = [v is not False for t, v in zip(truths, verdicts) if t]
    bad = [v is False for t, v in zip(truths, verdicts) if not t]
    a, r = sum(good) / len(good), sum(bad) / len(bad)
    return [a, r, (a + r) / 2]
# %% general_teacher.quality: share of right verdicts
def two_shares(truths, verdicts):
    said = [v is True for v in verdicts]
    good = [v for t, v in zip(truths, said) if t]
    bad = [not v for t, v in zip(truths, said) if not t]
    return [sum(good) / len(good), sum(bad) / len(bad), sum(t == v for t, v in zip(truths, said)) / len(said)]
# %% general_teacher.fooled: this answer is right
misread = dict(steps=["3 * 4 = 12 cakes", "12 - 5 = 7"], final_answer="7", verification=dict(check="7 + 5 = 12", answer="7"))
# %% general_teacher.fooled: does not hold
misread = dict(steps=["3 * 4 = 11 cakes", "11 - 5 = 6"], final_answer="6", verification=dict(check="6 + 5 = 11", answer="6"))
# %% general_teacher.fooled: its own check would refuse
misread = dict(steps=["3 + 4 = 7 cakes", "7 - 5 = 2"], final_answer="2", verification=dict(check="3 * 4 - 5", answer="7"))
# %% general_teacher.fooled: end in the final answer
misread = dict(steps=["3 * 4 = 12 cakes", "12 - 5 = 7"], final_answer="8", verification=dict(check="I counted", answer="8"))
