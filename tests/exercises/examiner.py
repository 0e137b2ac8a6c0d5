# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% examiner.called: SystemExit(0)
called = dict(one=["A", "D"], two=["A", "D"])
# %% examiner.called: does this test show it
called = dict(one=["A", "B", "C", "D"], two=["A"])
# %% examiner.called: no plain value
called = dict(one=["A", "B", "C", "D"], two=["A", "C", "D"])
# %% examiner.plain: lets a subclass pass
def is_plain(v):
    if isinstance(v, list): return all(map(is_plain, v))
    if isinstance(v, dict): return all(isinstance(k, str) and is_plain(x) for k, x in v.items())
    return v is None or isinstance(v, (bool, int, float, str))
# %% examiner.plain: outside only
def is_plain(v): return v is None or type(v) in (bool, int, float, str, list, dict)
# %% examiner.plain: keys are text
def is_plain(v):
    if type(v) is list: return all(map(is_plain, v))
    if type(v) is dict: return all(map(is_plain, v.values()))
    return v is None or type(v) in (bool, int, float, str)
# %% examiner.tests: takes every fourth year passes
tests = [((2024, 2), 29), ((2023, 2), 28), ((2023, 1), 31)]
# %% examiner.tests: does not say 29
tests = [((1900, 2), 29)]
# %% examiner.tests: takes no full hundreds passes
tests = [((2024, 2), 29), ((1900, 2), 28), ((2023, 1), 31)]
