# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_maps.misfiled: shares are exchanged
read = dict(gate=0.55, test=0.9, needed=0.67)
# %% study_maps.misfiled: which questions does the final test ask
read = dict(gate=0.75, test=0.75, needed=0.67)
# %% study_maps.misfiled: set its reading equal to 0.9
read = dict(gate=0.75, test=0.9, needed=0.9)
# %% study_maps.noticed: is not taught
def noticed(true, wrong, accuracy):
    held = lambda needs, m: any(accuracy[p] < 0.7 for p in needs[m])
    return sorted(m for m in true if held(true, m) != held(wrong, m))
# %% study_maps.noticed: whose lists differ
def noticed(true, wrong, accuracy): return sorted(m for m in true if accuracy[m] < 0.7 and set(true[m]) != set(wrong[m]))
# %% study_maps.noticed: begin too early
def noticed(true, wrong, accuracy):
    held = lambda needs, m: any(accuracy[p] < 0.7 for p in needs[m])
    return sorted(m for m in true if accuracy[m] < 0.7 and held(wrong, m) and not held(true, m))
# %% study_maps.silent: notices it at
silent = dict(wrong=dict(a=[], b=["a"], c=["a"], d=["a"], e=["c"], f=["e"]), student=dict(a=1.0, b=0.5, c=0.5, d=0.5, e=0.3, f=0.3))
# %% study_maps.silent: in a circle
silent = dict(wrong=dict(a=["b"], b=["a"], c=["a"], d=[], e=["c"], f=["b"]), student=dict(a=1.0, b=0.5, c=0.5, d=0.5, e=0.3, f=0.3))
# %% study_maps.silent: which ones must it lack
silent = dict(wrong=dict(a=[], b=["a"], c=["a"], d=["a"], e=["c"], f=["b"]), student=dict(a=1.0, b=0.5, c=0.9, d=0.5, e=0.3, f=0.3))
