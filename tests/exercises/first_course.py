# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% first_course.parts: falls to a tenth, not to nothing
course = dict(steps=300, rate=5e-5, again=10)
# %% first_course.parts: number of lessons
course = dict(steps=2400, rate=5.5e-5, again=10)
# %% first_course.parts: not made again
course = dict(steps=300, rate=5.5e-5, again=210)
# %% first_course.choose: equally many steps
def choose(trials, seconds):
    last = {name: max([r[0] for r in rows if r[2] <= seconds], default=0) for name, rows in trials.items()}
    steps = min(last.values(), default=0)
    seen = {name: [r[1] for r in rows if r[0] <= steps][-1] for name, rows in trials.items() if steps}
    return min(seen, key=seen.get) if seen else ""
# %% first_course.choose: best loss that was ever seen
def choose(trials, seconds):
    seen = {name: min(r[1] for r in rows if r[2] <= seconds) for name, rows in trials.items() if any(r[2] <= seconds for r in rows)}
    return min(seen, key=seen.get) if seen else ""
# %% first_course.choose: time is up do not count
def choose(trials, seconds): return min(trials, key=lambda name: trials[name][-1][1]) if trials else ""
# %% first_course.test: something to select
students = dict(no_test=[0.6] * 5 + [0.9] * 5, test=[0.1] * 3 + [1.0] * 7)
# %% first_course.test: either side
students = dict(no_test=[0.6] * 10, test=[0.1] * 2 + [0.65] + [1.0] * 7)
# %% first_course.test: need not be a poor student
students = dict(no_test=[0.1] * 10, test=[0.1] * 3 + [1.0] * 7)
