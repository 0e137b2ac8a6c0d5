"The scale recovers what made the data, whatever that was"
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from ioa_nb.core import IOAError
from ioa_nb.mastery import Profile, Row, Snapshot
from ioa_nb.rasch import Scale, fit_rasch


def draw(abilities, difficulties, n, seed, keep=1.0):
    rng = np.random.default_rng(seed)
    tables = [{f"m{i}": int(rng.binomial(n, expit(a - b))) for i, b in enumerate(difficulties) if rng.random() < keep or i == k % len(difficulties)} for k, a in enumerate(abilities)]
    return [Snapshot(f"s{k}", t, dict.fromkeys(t, n)) for k, t in enumerate(tables)]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), students=st.integers(6, 20), items=st.integers(4, 15), keep=st.sampled_from((1.0, 0.7)))
def test_recovers_abilities_and_difficulties(seed, students, items, keep):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, 1.2, students), rng.normal(0, 1.2, items)
    b -= b.mean()
    scale = fit_rasch(draw(a, b, 200, seed, keep))
    found = np.array([scale.ability[f"s{k}"] for k in range(students)] + [scale.difficulty.get(f"m{i}", np.nan) for i in range(items)])
    error = np.array([scale.ability_error[f"s{k}"] for k in range(students)] + [scale.difficulty_error.get(f"m{i}", np.nan) for i in range(items)])
    if np.isnan(found).any(): return                                        # an item that nobody was asked is not on the scale
    off = found - np.r_[a, b]
    if keep == 1.0: assert (abs(off) < 5 * error).all() and np.corrcoef(found[students:], b)[0, 1] > 0.9
    assert (abs(off) < 3 * error).mean() > 0.7


def test_standard_errors_cover_as_often_as_they_say():
    a, b = np.linspace(-1.5, 1.5, 10), np.linspace(-1.5, 1.5, 10)
    z = []
    for seed in range(60):
        s = fit_rasch(draw(a, b, 50, seed))
        z += [(s.difficulty[f"m{i}"] - b[i]) / s.difficulty_error[f"m{i}"] for i in range(10)] + [(s.ability[f"s{k}"] - a[k]) / s.ability_error[f"s{k}"] for k in range(10)]
    assert 0.92 < (abs(np.array(z)) < 1.96).mean() < 0.98


def test_misfit_is_one_where_the_model_holds_and_large_where_it_does_not():
    a, b = np.linspace(-1.5, 1.5, 30), np.linspace(-1.5, 1.5, 10)
    right = draw(a, b, 50, 0)
    assert all(0.2 < m < 2 for m in fit_rasch(right).misfit.values())
    for k, s in enumerate(right): s.correct["m4"] = 45 if k % 2 else 5       # half of the students were never taught m4
    scale = fit_rasch(right)
    assert scale.misfit["m4"] > 3 and max(scale.misfit, key=scale.misfit.get) == "m4"


table = st.lists(st.lists(st.integers(0, 10), min_size=3, max_size=3), min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(rows=table, prior=st.floats(0.5, 5))
def test_any_table_gives_finite_places(rows, prior):
    "All right, all wrong, one student: the prior holds them"
    students = [Snapshot(f"s{k}", dict(zip("abc", r)), dict.fromkeys("abc", 10)) for k, r in enumerate(rows)]
    scale = fit_rasch(students, prior=prior)
    values = [*scale.ability.values(), *scale.difficulty.values(), *scale.ability_error.values(), *scale.difficulty_error.values(), *scale.misfit.values()]
    assert np.isfinite(values).all() and min([*scale.ability_error.values(), *scale.difficulty_error.values()]) > 0
    assert abs(sum(scale.difficulty.values())) < 1e-6 and Scale.from_dict(scale.to_dict()) == scale
    totals = {s.name: sum(s.correct.values()) for s in students}
    for s in totals: # more right answers on the same probes, more ability
        for t in totals: assert totals[s] <= totals[t] or scale.ability[s] > scale.ability[t] - 1e-4
    assert all(0 < p < 1 for p in scale.expected("s0").values())


def test_order_of_students_does_not_matter():
    students = draw(np.linspace(-1, 1, 6), np.linspace(-1, 1, 5), 30, 1)
    one, other = fit_rasch(students), fit_rasch(students[::-1])
    for m in one.difficulty: assert abs(one.difficulty[m] - other.difficulty[m]) < 1e-4


def test_levels_are_items_of_their_own():
    rows = [Row(f"{k}", "sums", 1 + k % 2, None, "", "", k % 2 == 0 or k < 4, "", None, 0.0, 1) for k in range(40)]
    scale = fit_rasch([Profile("p", "gate", tuple(rows))], by_level=True)
    assert set(scale.difficulty) == {"sums/1", "sums/2"} and scale.difficulty["sums/2"] > scale.difficulty["sums/1"]


@pytest.mark.parametrize("students, settings_, words", (([], {}, "no students"), ([Snapshot("x", {"a": 1}, {"a": 2})] * 2, {}, "two students are called 'x'"),
    ([Snapshot("x", {}, {})], {}, "no probes at all"), ([Snapshot("x", {"a": 1}, {"a": 2})], dict(prior=-1), "prior is -1"), ([Snapshot("x", {"a": 1}, {"a": 2})], dict(by_level=True), "keeps no levels")))
def test_bad_input_says_what_and_what_instead(students, settings_, words):
    with pytest.raises(IOAError, match=words): fit_rasch(students, **settings_)
