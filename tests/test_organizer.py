"Whatever the graph, the student and the gate say: a run goes on while something is missing, and nobody is skipped"

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ioa_nb.core import IOAConfig, IOAError
from ioa_nb.gates import choose_gate, lower_bound, trace_rounds
from ioa_nb.identifier import identify
from ioa_nb.mastery import Snapshot
from ioa_nb.organizer import ORDERS, Bridge, Progress, advance_progress, find_bridges, needs_within, plan, soft_shares

N = 20


def snapshot(correct, n=N): return Snapshot("student", dict(correct), {m: n for m in correct})


@st.composite
def graphs(draw, most=7):
    "A prerequisite graph without a cycle: each module builds on earlier ones"
    names = [f"m{k}" for k in range(draw(st.integers(1, most)))]
    return {m: tuple(draw(st.sets(st.sampled_from(names[:k]), max_size=3))) if k else () for k, m in enumerate(names)}


@st.composite
def students(draw):
    graph = draw(graphs())
    return graph, {m: draw(st.integers(0, N)) for m in graph}


configs = st.builds(IOAConfig, focus=st.sampled_from((0.1, 0.3, 1.0)), stage_size=st.sampled_from((None, 1, 2)), max_tries=st.integers(1, 4), tau_zpd=st.sampled_from((0.0, 0.15, 3.0)))


class Run(RuleBasedStateMachine):
    "A run whose lessons do what they like: raise a module, leave it, or make it forget"

    @initialize(student=students(), config=configs, gate=st.sampled_from(("point", "confident", "tracing")), order=st.sampled_from(ORDERS), skip=st.booleans())
    def begin(self, student, config, gate, order, skip):
        self.graph, self.correct = student
        self.config, self.gate, self.order, self.skip = config, choose_gate(gate), order, skip
        self.name, self.teacher = gate, snapshot({m: N for m in self.graph})
        self.progress, self.decision, self.earlier, self.tried = Progress(), None, [], set()
        self.turn()

    def deficient(self): return set(identify(self.teacher, snapshot(self.correct)).deficient)

    def turn(self): # from the last decision to the next stage
        now = snapshot(self.correct)
        missing = identify(self.teacher, now)
        fresh = plan(missing, now, self.graph, self.config, self.order)
        learned = [m for m in self.graph if self.correct[m] >= 0.9 * N] if self.skip else ()
        before, self.progress = self.progress, advance_progress(self.progress, self.decision, fresh, learned)
        self.came_back(before)
        if self.progress.tries == 1: self.nothing_skipped(missing.deficient)

    def came_back(self, before): # a module put off is still put off, is taught now, or was learned and says so
        for m in before.deferred: assert m in (*self.progress.deferred, *self.progress.stage) or self.skip and m in self.progress.passed

    def nothing_skipped(self, deficient): # what a stage builds on is there, is put off after a try, or comes back with it
        if self.order != "curriculum": return
        for m in self.progress.stage:
            for p in needs_within({*deficient, *self.progress.stage}, self.graph)[m]:
                assert p in self.progress.deferred and p in self.tried or p in self.progress.stage and p in self.tried and m in self.tried

    @precondition(lambda self: self.progress.stage)
    @rule(data=st.data())
    def one_round(self, data):
        for m in self.graph: # lessons for the stage, forgetting anywhere
            up = 6 if m in self.progress.stage else 0
            self.correct[m] = min(N, max(0, self.correct[m] + data.draw(st.integers(-3, up))))
        self.tried |= set(self.progress.stage)
        now = snapshot(self.correct)
        self.decision = self.gate(self.progress.stage, self.teacher, now, self.config, self.progress.tries, earlier=self.earlier)
        self.gate_is_honest(now)
        self.earlier.append(now)
        self.turn()

    def gate_is_honest(self, now):
        d = self.decision
        for m in self.progress.stage:
            if self.name == "point": there = now.accuracy[m] >= self.config.tau_mastery
            elif self.name == "confident": there = lower_bound(self.correct[m], N) >= self.config.tau_mastery
            else: there = trace_rounds([(s.correct[m], N) for s in (*self.earlier, now)])[-1] >= 0.95
            assert (m in d.passed) == there
        assert (d.outcome == "advance") == (set(d.passed) == set(self.progress.stage))
        assert d.outcome != "defer" or self.progress.tries == self.config.max_tries

    @precondition(lambda self: not self.progress.stage)
    @rule(module=st.integers(0, 6), left=st.integers(0, N // 2))
    def slips_after_the_end(self, module, left):
        self.correct[list(self.graph)[module % len(self.graph)]], self.decision = left, None
        self.turn()

    @invariant()
    def no_deadlock(self):
        if not hasattr(self, "progress"): return
        assert self.progress.stage or not self.deficient() and not self.progress.deferred
        assert 1 <= self.progress.tries <= self.config.max_tries or not self.progress.stage
        assert not set(self.progress.stage) & {*self.progress.deferred, *self.progress.passed} and not set(self.progress.passed) & set(self.progress.deferred)

    @invariant()
    def can_be_saved(self):
        if hasattr(self, "progress"): assert Progress.from_dict(self.progress.to_dict()) == self.progress


TestRun = Run.TestCase
TestRun.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@settings(max_examples=80, deadline=None)
@given(student=students(), config=configs, lessons=st.lists(st.integers(1, 6), min_size=7, max_size=7), order=st.sampled_from(ORDERS))
def test_every_run_ends(student, config, lessons, order):
    "If each module can be learned in some number of rounds, all of them are, within tries and returns that can be counted beforehand"
    (graph, correct), teacher = student, snapshot({m: N for m in student[0]})
    left, progress, decision = dict(zip(graph, lessons)), Progress(), None
    for turn in range(sum(lessons) * len(graph) * 2 + 20):
        now = snapshot(correct)
        progress = advance_progress(progress, decision, plan(identify(teacher, now), now, graph, config, order))
        if not progress.stage: break
        for m in progress.stage:
            left[m] -= 1
            if left[m] <= 0: correct[m] = N
        decision = choose_gate("point")(progress.stage, teacher, snapshot(correct), config, progress.tries)
    assert not progress.stage and not progress.deferred and not identify(teacher, snapshot(correct)).deficient


@settings(max_examples=60, deadline=None)
@given(student=students(), config=configs, stubborn=st.integers(0, 6))
def test_one_stubborn_module_stops_nobody(student, config, stubborn):
    "A module that is never learned keeps its turn, and everything else has its own"
    (graph, correct), teacher = student, snapshot({m: N for m in student[0]})
    never, progress, decision, taught = list(graph)[stubborn % len(graph)], Progress(), None, []
    correct[never] = 5
    wanted = set(identify(teacher, snapshot(correct)).deficient)
    for turn in range(6 * len(graph) * config.max_tries + 10):
        now = snapshot(correct)
        progress = advance_progress(progress, decision, plan(identify(teacher, now), now, graph, config))
        assert progress.stage
        taught.append(progress.stage)
        for m in progress.stage: correct[m] = 5 if m == never else N
        decision = choose_gate("point")(progress.stage, teacher, snapshot(correct), config, progress.tries)
    assert wanted <= {m for stage in taught for m in stage} and never in {m for stage in taught[-2 * config.max_tries:] for m in stage}


@settings(max_examples=80, deadline=None)
@given(student=students(), config=configs)
def test_expected_accuracy_moves_the_bound_and_nothing_else(student, config):
    graph, correct = student
    missing, now = identify(snapshot({m: N for m in graph}), snapshot(correct)), snapshot(correct)
    assert plan(missing, now, graph, config, expected=now.accuracy) == plan(missing, now, graph, config)
    other = plan(missing, now, graph, config, expected={m: 0.5 for m in graph})
    assert sorted(m for s in other.stages for m in s.modules) == sorted(missing.deficient) and not any("bridge" in line for line in other.audit)


@settings(max_examples=80, deadline=None)
@given(student=students(), config=configs, forms=st.dictionaries(st.tuples(st.sampled_from(("level", "help")), st.integers(1, 3)), st.floats(0, 1), max_size=4))
def test_bridges_stay_under_the_bound(student, config, forms):
    graph, correct = student
    now = snapshot(correct)
    made = plan(identify(snapshot({m: N for m in graph}), now), now, graph, config)
    found = find_bridges(made, {m: forms for m in graph}, config.tau_zpd)
    assert len({b.stage for b in found}) == sum("bridge" in line for line in made.audit)      # one for each step that the plan complained about
    for b in found:
        assert b.module in made.stages[b.stage - 1].modules and Bridge.from_dict(b.to_dict()) == b
        if b.kind == "none": assert all(1 - a > b.limit for a in forms.values())
        else: assert b.difficulty <= b.limit + 1e-9 and forms[b.kind, b.amount] == 1 - b.difficulty or abs(forms[b.kind, b.amount] - 1 + b.difficulty) < 1e-12


@settings(max_examples=80, deadline=None)
@given(student=students())
def test_soft_shares_are_shares(student):
    graph, correct = student
    teacher, now = snapshot({m: N for m in graph}), snapshot(correct)
    shares = soft_shares(list(graph), teacher, now, graph)
    assert abs(sum(shares.values()) - 1) < 1e-9 and min(shares.values()) > 0
    for m in graph: # one more right answer, never more lessons
        if correct[m] < N: assert soft_shares(list(graph), teacher, snapshot({**correct, m: correct[m] + 1}), graph)[m] <= shares[m] + 1e-12


def test_prerequisites_that_nobody_knows():
    now = snapshot({"a": 3})
    with pytest.raises(IOAError, match="unknown module 'alchemy' in the prerequisites"): plan(identify(snapshot({"a": N}), now), now, {"a": ("alchemy",)})


def test_an_area_with_one_module_is_a_plan_of_one_stage():
    now = snapshot({"a": 3})
    assert [s.modules for s in plan(identify(snapshot({"a": N}), now), now, {}).stages] == [("a",)]
