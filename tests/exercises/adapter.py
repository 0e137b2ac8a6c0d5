# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% adapter.shares: add up to 1
shares = [0.1, 0.6, 0.725]
# %% adapter.shares: error alone
shares = [0.056, 0.333, 0.611]
# %% adapter.shares: everything gets a little
shares = [0, 0.444, 0.556]
# %% adapter.lessons: everything is scaffolded
def lessons(budget, accuracy, brief, scaffolded): return budget // scaffolded
# %% adapter.lessons: mix numbers of lessons
def lessons(budget, accuracy, brief, scaffolded):
    share = 1.0 if accuracy <= 0.9 else 1 - 5 * (accuracy - 0.9)
    return int(budget * share / scaffolded + budget * (1 - share) / brief)
# %% adapter.lessons: round down
def lessons(budget, accuracy, brief, scaffolded):
    share = 1.0 if accuracy <= 0.9 else 1 - 5 * (accuracy - 0.9)
    return budget / (share * scaffolded + (1 - share) * brief)
# %% adapter.student: too good
pupil = dict(right=[10, 8, 1], kind="missing_step")
# %% adapter.student: do not mend
pupil = dict(right=[8, 0, 0], kind="arithmetic")
# %% adapter.student: most lessons are at level 1
pupil = dict(right=[0, 0, 0], kind="missing_step")
# %% adapter.student: three counts
pupil = dict(right=[0.8, 0, 0], kind="missing_step")
