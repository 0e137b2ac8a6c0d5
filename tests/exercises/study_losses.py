# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% study_losses.looks: chances are not added
looks = dict(expected=0.8, any=0.8, level=0.9969)
# %% study_losses.looks: chance that none does
looks = dict(expected=0.8, any=0.44, level=0.9969)
# %% study_losses.looks: how sure is it then
looks = dict(expected=0.8, any=0.56, level=0.0031)
# %% study_losses.unfair: other batches
def unfair(one, other):
    def of_the_loss(name): return name.endswith("_weight") or name == "on_policy_fraction"
    def form(v): return sorted(v) if isinstance(v, list) else v
    return sorted(n for n in {*one, *other} if not of_the_loss(n) and (n not in one or n not in other or form(one[n]) != form(other[n])))
# %% study_losses.unfair: only one run has
def unfair(one, other): return sorted(n for n in one if n in other and one[n] != other[n] and not n.endswith("_weight") and n != "on_policy_fraction")
# %% study_losses.unfair: not the same as one that is None
def unfair(one, other): return sorted(n for n in {*one, *other} if one.get(n) != other.get(n) and not n.endswith("_weight") and n != "on_policy_fraction")
# %% study_losses.chosen: easier
arms = dict(labels=(0.79, 0.80), logits=(0.80, 0.79), on_policy=(0.80, 0.79), hidden=(0.82, 0.79), adversarial=(0.80, 0.79))
# %% study_losses.chosen: not behind labels
arms = dict(labels=(0.79, 0.79), logits=(0.79, 0.79), on_policy=(0.79, 0.80), hidden=(0.82, 0.80), adversarial=(0.79, 0.80))
