# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% widgets.told: is swallowed
moves = dict(raised=[False, False, False, False], in_test=[True, False, True, False], shown=[2, 1, 1, 4], kept=2)
# %% widgets.told: can do without the exception
moves = dict(raised=[True, False, True, False], in_test=[True, False, True, False], shown=[2, 1, 1, 4], kept=2)
# %% widgets.told: would a chapter that shows a red line pass
moves = dict(raised=[True, False, False, False], in_test=[True, False, False, False], shown=[2, 1, 1, 4], kept=2)
# %% widgets.told: what stood before still stands
moves = dict(raised=[True, False, False, False], in_test=[True, False, True, False], shown=[0, 1, -1, 4], kept=2)
# %% widgets.told: what of the list
moves = dict(raised=[True, False, False, False], in_test=[True, False, True, False], shown=[2, 1, 1, 4], kept=0)
# %% widgets.told: what of the list
moves = dict(raised=[True, False, False, False], in_test=[True, False, True, False], shown=[2, 1, 1, 4], kept=1)
# %% widgets.page: the last good one is to stay
def on_page(step, values):
    out = []
    for v in values:
        try: out.append([step(v), ""])
        except IOAError as e: out.append(["", " ".join(str(e).split())])
        except Exception as e: out.append(["", " ".join(f"{type(e).__name__}: {e}".split())])
    return out
# %% widgets.page: the red line is gone
def on_page(step, values):
    out, now, line = [], "", ""
    for v in values:
        try: now = step(v)
        except IOAError as e: line = " ".join(str(e).split())
        except Exception as e: line = " ".join(f"{type(e).__name__}: {e}".split())
        out.append([now, line])
    return out
# %% widgets.page: with the type of its error
def on_page(step, values):
    out, now = [], ""
    for v in values:
        line = ""
        try: now = step(v)
        except Exception as e: line = " ".join(str(e).split())
        out.append([now, line])
    return out
# %% widgets.page: is not one line
def on_page(step, values):
    out, now = [], ""
    for v in values:
        line = ""
        try: now = step(v)
        except IOAError as e: line = str(e)
        except Exception as e: line = f"{type(e).__name__}: {e}"
        out.append([now, line])
    return out
# %% widgets.page: ValueError: no such
def on_page(step, values):
    out, now = [], ""
    for v in values:
        line = ""
        try: now = step(v)
        except IOAError as e: line = " ".join(str(e).split())
        out.append([now, line])
    return out
# %% widgets.page: the type says nothing to a reader
def on_page(step, values):
    out, now = [], ""
    for v in values:
        line = ""
        try: now = step(v)
        except Exception as e: line = " ".join(f"{type(e).__name__}: {e}".split())
        out.append([now, line])
    return out
# %% widgets.states: the step in work has not ended
states = dict(idle=dict(start="running"), running=dict(step="running", last="finished", pause="paused", stop="idle"), paused=dict(resume="running", stop="idle"), stopping={}, finished={})
# %% widgets.states: can be started again
states = dict(idle=dict(start="running"), running=dict(step="running", last="finished", pause="paused", stop="stopping"), paused=dict(resume="running", stop="stopping"), stopping=dict(last="finished"), finished={})
# %% widgets.states: it is offered in idle alone
states = dict(idle=dict(start="running"), running=dict(last="finished", pause="paused", stop="stopping"), paused=dict(start="running", stop="stopping"), stopping=dict(step="idle", last="finished"), finished={})
# %% widgets.states: nothing happens there any more
states = dict(idle=dict(start="running"), running=dict(last="finished", pause="paused", stop="stopping"), paused=dict(resume="running", stop="stopping"), stopping=dict(step="idle", last="finished"), finished=dict(step="idle"))
# %% widgets.states: may be the last one
states = dict(idle=dict(start="running"), running=dict(last="finished", pause="paused", stop="stopping"), paused=dict(resume="running", stop="stopping"), stopping=dict(step="idle"), finished={})
# %% widgets.states: cannot be reached
states = dict(idle=dict(start="running"), running=dict(last="finished", stop="stopping"), paused=dict(resume="running", stop="stopping"), stopping=dict(step="idle", last="finished"), finished={})
# %% widgets.states: is no move between
states = dict(idle=dict(start="running"), running=dict(done="finished", pause="paused", stop="stopping"), paused=dict(resume="running", stop="stopping"), stopping=dict(step="idle", last="finished"), finished={})
# %% widgets.states: a button that does nothing
states = dict(idle=dict(start="running"), running=dict(last="finished", pause="paused", stop="stopping"), paused=dict(pause="paused", resume="running", stop="stopping"), stopping=dict(step="idle", last="finished"), finished={})
