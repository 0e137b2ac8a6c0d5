# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_parts.grown: what does the gate add to it
gate = dict(means=0.22, worth=0.17, column=-0.03)
# %% study_parts.grown: means: what is a part worth
gate = dict(means=0.02, worth=-0.03, column=0.03)
# %% study_parts.grown: takes all seeds that an arm has
gate = dict(means=0.03, worth=0.03, column=-0.03)
# %% study_parts.grown: which seeds do both arms have
gate = dict(means=-0.02, worth=-0.02, column=0.02)
# %% study_parts.grown: who is subtracted from whom
gate = dict(means=-0.02, worth=0.03, column=0.03)
# %% study_parts.grown: not from the two means
gate = dict(means=-0.02, worth=0.03, column=0.02)
# %% study_parts.fall: may go down once more
def fall(before, curve):
    lowest = min([before] + [a for _, a in curve])
    return dict(depth=before - lowest, back=next((t for t, a in curve if a >= before), "never"))
# %% study_parts.fall: yours is below 0
def fall(before, curve):
    good = [k for k in range(len(curve)) if all(a >= before for _, a in curve[k:])]
    return dict(depth=before - min(a for _, a in curve), back=curve[good[0]][0] if good else "never")
# %% study_parts.fall: not at the last
def fall(before, curve):
    good = [k for k in range(len(curve)) if all(a >= before for _, a in curve[k:])]
    return dict(depth=max(0, before - curve[-1][1]), back=curve[good[0]][0] if good else "never")
# %% study_parts.fall: is not below it
def fall(before, curve):
    good = [k for k in range(len(curve)) if all(a > before for _, a in curve[k:])]
    return dict(depth=max(0, before - min(a for _, a in curve)), back=curve[good[0]][0] if good else "never")
# %% study_parts.fall: back from its first look on
def fall(before, curve):
    below = [k for k, (_, a) in enumerate(curve) if a < before]
    back = curve[below[-1] + 1][0] if below and below[-1] + 1 < len(curve) else "never"
    return dict(depth=max(0, before - min(a for _, a in curve)), back=back)
# %% study_parts.fall: and that is not right
def fall(before, curve):
    good = [k for k in range(len(curve)) if all(a >= before for _, a in curve[k:])]
    return dict(depth=max(0, before - min(a for _, a in curve)), back=good[0] if good else "never")
# %% study_parts.stops: after a third of the budget
curves = dict(ours=[0.72, 0.75, 0.8, 0.85, 0.88, 0.9], theirs=[0.3, 0.69, 0.8, 0.9, 0.92, 0.93])
# %% study_parts.stops: at the end theirs
curves = dict(ours=[0.8, 0.85, 0.87, 0.88, 0.88, 0.9], theirs=[0.3, 0.5, 0.68, 0.8, 0.88, 0.91])
# %% study_parts.stops: none of its looks
curves = dict(ours=[0.6, 0.85, 0.87, 0.88, 0.88, 0.88], theirs=[0.3, 0.5, 0.68, 0.8, 0.88, 0.91])
# %% study_parts.stops: two at least are asked
curves = dict(ours=[0.9, 0.9, 0.9, 0.9, 0.9, 0.9], theirs=[0.3, 0.7, 0.75, 0.8, 0.88, 0.93])
# %% study_parts.stops: over the whole way
curves = dict(ours=[0.71, 0.71, 0.72, 0.75, 0.8, 0.8], theirs=[0.6, 0.6, 0.8, 0.9, 0.95, 0.98])
