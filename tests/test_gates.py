"Gates by name: what holds for any counts"
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from ioa_nb.core import IOAConfig, IOAError
from ioa_nb.gates import GATES, Tracing, choose_gate, gate_errors, lower_bound, probes_needed, trace, trace_rounds
from ioa_nb.mastery import Snapshot
from ioa_nb.organizer import Decision, gate

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tracings = st.builds(Tracing, known=st.floats(0.01, 0.99), learn=st.floats(0, 1), slip=st.floats(0.01, 0.3), guess=st.floats(0.05, 0.65))


def profile(**modules): return Snapshot("toy", {m: c for m, (c, n) in modules.items()}, {m: n for m, (c, n) in modules.items()})


@settings(max_examples=100, deadline=None)
@given(a=counts, b=counts, tries=st.integers(1, 4), name=st.sampled_from(sorted(GATES)))
def test_every_gate_speaks_the_same_language(a, b, tries, name):
    teacher, student = profile(x=(20, 20), y=(20, 20)), profile(x=a, y=b)
    d = choose_gate(name)(["x", "y"], teacher, student, IOAConfig(), tries)
    assert d.outcome in ("advance", "remediate", "defer") and set(d.passed) <= {"x", "y"} and d.weakest in ("x", "y")
    assert d.ratios == student.accuracy and Decision.from_dict(d.to_dict()) == d
    if name == "point": assert d == gate(["x", "y"], teacher, student, IOAConfig(), tries)
    if name == "confident": assert set(d.passed) <= set(gate(["x", "y"], teacher, student).passed)     # stricter than the point, never laxer


@settings(max_examples=100, deadline=None)
@given(c=counts, confidence=st.floats(0.51, 0.99))
def test_the_bound_holds_as_often_as_it_says(c, confidence):
    right, n = c
    assert 0 <= lower_bound(right, n, confidence) <= right / n
    assert right == 0 or lower_bound(right, n, confidence) >= lower_bound(right - 1, n, confidence)


def test_a_student_at_the_threshold_passes_as_rarely_as_asked():
    for n in (40, 100, 400): # binomial steps: near the asked-for share, not above it by much
        chance = sum(binom.pmf(c, n, 0.9) for c in range(n + 1) if lower_bound(c, n, 0.9) >= 0.9)
        assert 0.02 < chance < 0.16


@pytest.mark.parametrize("confidence", (0.6, 0.8, 0.9, 0.975))
def test_probes_needed_is_the_first_that_can_pass(confidence):
    n = probes_needed(0.9, confidence)
    assert lower_bound(n, n, confidence) >= 0.9 and (n == 1 or lower_bound(n - 1, n - 1, confidence) < 0.9)


@settings(max_examples=100, deadline=None)
@given(p=st.floats(0.001, 0.999), c=counts, t=tracings)
def test_tracing_is_bayes_rule(p, c, t):
    right, n = c
    there, missing = p * binom.pmf(right, n, 1 - t.slip), (1 - p) * binom.pmf(right, n, t.guess)
    if there + missing > 1e-200: assert abs(trace(p, right, n, t) - there / (there + missing)) < 1e-9
    if right < n: assert trace(p, right + 1, n, t) >= trace(p, right, n, t)


@settings(max_examples=60, deadline=None)
@given(rounds=st.lists(counts, max_size=6), t=tracings)
def test_beliefs_are_probabilities_and_use_only_the_past(rounds, t):
    beliefs = trace_rounds(rounds, t)
    assert len(beliefs) == len(rounds) and all(0 <= b <= 1 for b in beliefs)
    assert trace_rounds(rounds[:-1], t) == beliefs[:-1]


def test_tracing_forgets_nothing_that_it_is_told():
    teacher, weak, strong = profile(x=(20, 20)), profile(x=(8, 20)), profile(x=(19, 20))
    tracing = choose_gate("tracing")
    assert tracing(["x"], teacher, strong, earlier=[weak] * 3).ratios == tracing(["x"], teacher, strong).ratios
    assert trace_rounds([(19, 20), (8, 20)])[-1] < trace_rounds([(8, 20), (19, 20)])[-1]
    other = profile(y=(1, 20))                                              # a profile that did not ask it says nothing about it
    assert tracing(["x"], teacher, strong, earlier=[other]) == tracing(["x"], teacher, strong)


def test_simulated_rates_agree_with_the_binomial():
    truth = np.full((20_000, 1), 0.85)
    passes = lambda counts: counts[-1][0] >= 18
    assert abs(gate_errors(passes, truth, 20)["false_pass"] - binom.sf(17, 20, 0.85)) < 0.01
    assert abs(gate_errors(passes, np.full((20_000, 1), 0.95), 20)["false_hold"] - binom.cdf(17, 20, 0.95)) < 0.01
    assert gate_errors(passes, truth, 20, seed=1) == gate_errors(passes, truth, 20, seed=1) != gate_errors(passes, truth, 20, seed=2)


@pytest.mark.parametrize("call, words", ((lambda: choose_gate("golden"), "unknown gate 'golden'"), (lambda: choose_gate("none", rounds=2), "no setting 'rounds'"),
    (lambda: Tracing(guess=0.0), "both above 0"), (lambda: Tracing(known=1.5), "known is 1.5"), (lambda: lower_bound(3, 2), "3 right of 2"),
    (lambda: gate_errors(bool, [[1.2]], 10), "shares from 0 to 1"), (lambda: choose_gate("tracing")([], profile(x=(1, 1)), profile(x=(1, 1))), "the stage is empty")))
def test_bad_input_says_what_and_what_instead(call, words):
    with pytest.raises(IOAError, match=words): call()
