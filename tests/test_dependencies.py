"Blocks that share nothing give no edges, planted dependencies are found, and bad input is named"
import networkx as nx
import numpy as np
import pytest

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAConfig, IOAError, derive_seed
from ioa_nb.dependencies import (Block, ClassroomParts, Table, Trial, agreement, ask_blocks, co_failures, combine, draw_blocks, edge_intervals, failure_edges,
                                 intervene, intervention_edges, interventions, reduce_edges, seen_without, sharing_edges)
from ioa_nb.identifier import Edge, build_graph, dependencies, load_snapshots
from ioa_nb.mastery import Snapshot
from ioa_nb.models import SHIPPED, HFModel, new_model
from ioa_nb.pretraining import classroom_tokenizer


def tables(rng, pairs, needed=0.0, strata=3, blocks=40): # `needed`: how much of the whole is lost where the part fails
    found = []
    for k in range(pairs):
        for s in range(strata):
            part = rng.random(blocks) < rng.uniform(0.2, 0.8)
            whole = (rng.random(blocks) < rng.uniform(0.2, 0.9)) & (part | (rng.random(blocks) >= needed))
            found.append(Table(f"part {k}", f"whole {k}", f"{s}", tuple(int((p & w).sum()) for p in (part, ~part) for w in (whole, ~whole))))
    return found


def test_blocks_that_share_nothing_give_no_edges():
    rng = np.random.default_rng(1)
    alarms = [len(failure_edges(co_failures(tables(rng, 40)))) for k in range(40)]
    assert sum(map(bool, alarms)) <= 5              # 5 % of 40 are 2; more than 5 has a chance of under 2 %


def test_what_is_needed_is_found():
    found = failure_edges(co_failures(tables(np.random.default_rng(2), 20, needed=0.9)))
    assert len(found) >= 18 and all(e.source[5:] == e.target[6:] for e in found)


def test_good_and_weak_students_together_are_no_evidence():
    "Simpson: pooled, part and whole fail together; within each student they do not"
    strong, weak = Table("a", "b", "strong", (90, 5, 4, 1)), Table("a", "b", "weak", (1, 4, 5, 90))
    assert not failure_edges(co_failures([strong, weak]))
    assert failure_edges(co_failures([Table("a", "b", "pooled", tuple(map(sum, zip(strong.counts, weak.counts))))]))


@pytest.mark.parametrize("strata", [((7, 1),) * 3 + ((1, 7),) * 3, ((40, 1), (1, 40)), ((12, 12),) * 3])
def test_the_interval_of_a_dependency_holds_where_strata_are_lopsided(strata):
    rng, held = np.random.default_rng(5), []
    for _ in range(400):
        drawn = [(rng.binomial(a, 0.8), a, rng.binomial(b, 0.4), b) for a, b in strata]
        held += [c.low <= 0.5 <= c.high for c in co_failures([Table("a", "b", f"{k}", (x, a - x, y, b - y)) for k, (x, a, y, b) in enumerate(drawn)], 1)]        # half of the whole is lost without the part
    assert len(held) > 350 and np.mean(held) > 0.92


def test_many_pairs_do_not_hide_what_is_plain():
    assert len(failure_edges(co_failures([Table(f"part {k}", f"whole {k}", "one", (30, 0, 0, 30)) for k in range(2000)]))) == 2000


@pytest.mark.parametrize("seed", range(40))
def test_reduction_keeps_the_closure(seed):
    rng = np.random.default_rng(seed)
    edges = [Edge(f"m{a}", f"m{b}", 0.5, 2, 2) for a in range(10) for b in range(a + 1, 10) if rng.random() < 0.4]
    few = reduce_edges(edges)
    closure = lambda es: set(nx.transitive_closure(build_graph(es)).edges)
    assert closure(few) == closure(edges)
    assert {(e.source, e.target) for e in few} == set(nx.transitive_reduction(build_graph(edges)).edges)


@pytest.fixture(scope="module")
def room(): return Classroom()


@pytest.fixture(scope="module")
def parts(room): return ClassroomParts(room)


def test_parts_do_not_use_what_is_declared(room, parts):
    "A classroom with its prerequisites taken away is taken apart in the same way"
    bare = Classroom()
    bare.prerequisites = {m: () for m in bare.modules}
    there, here = draw_blocks(bare, ClassroomParts(bare), 4), draw_blocks(room, parts, 4)
    assert [[(p.module, p.question) for p in b.parts] for b in there] == [[(p.module, p.question) for p in b.parts] for b in here]


def test_parts_are_other_modules_and_solvable(room, parts):
    for block in draw_blocks(room, parts, 6, seed=5):
        assert block.whole.module not in {p.module for p in block.parts}
        assert all(room.check(p, p.solution).correct for p in block.parts)


def test_blocks_and_histories_together_agree(room, parts):
    teacher, student = (load_snapshots(SHIPPED/who/"snapshots.json") for who in ("teacher", "student"))
    for seed in (0, 7):
        shared = sharing_edges(draw_blocks(room, parts, seed=seed))
        kept, _ = combine(shared, (), [*teacher, *student], teacher[-1].accuracy)
        assert agreement(kept, room.prerequisites)["f1"] >= 0.8
        assert nx.is_directed_acyclic_graph(build_graph(kept))


def test_a_question_is_no_part_of_itself(room):
    item = room.sample("add_carry", 1, seed=0)[0]
    assert sharing_edges([Block(item, ())]) == []
    assert draw_blocks(room, lambda i: [i], 1, modules=["add_carry"])[0].parts == ()


def test_agreement_names_what_it_does_not_know():
    declared = {"a": (), "b": ("a",)}
    assert agreement([("a", "b")], declared)["f1"] == 1
    with pytest.raises(IOAError, match="unknown module 'z' in the prerequisites"): agreement([], {"a": ("z",)})
    with pytest.raises(IOAError, match="unknown module 'z' in the edges"): agreement([("a", "z")], declared)


def test_edge_intervals_contain_the_edge_and_repeat():
    teacher, student = (load_snapshots(SHIPPED/who/"snapshots.json") for who in ("teacher", "student"))
    history, reference = [*teacher, *student], teacher[-1].accuracy
    edges = dependencies(history, reference)
    found = edge_intervals(edges, history, reference)
    assert found == edge_intervals(edges, history, reference)
    assert [v.edge for v in found] == edges and all(v.low <= v.edge.dependency <= v.high for v in found)
    assert {v.how for v in edge_intervals(edges, history, reference, resamples=0)} == {"closed form"}
    assert all(v.how == "closed form" for v in found if min(v.edge.support_high, v.edge.support_low) < 8)


def test_a_history_is_read_twice_however_many_edges_are_drawn_again():
    class Entry: # says how often it was asked
        def __init__(self, accuracy): self.said, self.asked = accuracy, 0
        @property
        def accuracy(self): self.asked += 1; return self.said
    rng = np.random.default_rng(3)
    history = [Entry({m: a for m, a in zip("abcdefgh", row) if rng.random() < 0.9}) for row in rng.choice([0.1, 0.5, 1.0], (60, 8)).tolist()]
    reference, config = dict.fromkeys("abcdefgh", 0.9), IOAConfig(tau_dep=0.05)
    edges = dependencies(history, reference, config)
    for h in history: h.asked = 0
    found = [v for v in edge_intervals(edges, history, reference, config) if v.how == "bootstrap"]
    assert len(found) > 5 and {h.asked for h in history} == {2}
    for v in found: # as it is done for one edge alone
        both = [(h.said[v.edge.source] / 0.9, h.said[v.edge.target]) for h in history if {v.edge.source, v.edge.target} <= set(h.said)]
        draws = np.random.default_rng(derive_seed("edge", 0, v.edge.source, v.edge.target))
        mastered, missing = (draws.choice(side, (400, len(side))).mean(1) for side in ([j for i, j in both if i >= config.tau_high], [j for i, j in both if i < config.tau_low]))
        assert (v.low, v.high) == tuple(np.quantile((mastered - missing) / (mastered + config.epsilon), [0.5 - 0.95 / 2, 0.5 + 0.95 / 2]))


def test_history_objects_from_its_support_on():
    odd = Snapshot("odd", {"a": 1, "b": 10}, {"a": 10, "b": 10})
    edge, whole = Edge("a", "b", 1.0, 5, 0), {"a": 1.0, "b": 1.0}
    assert seen_without([odd], whole) == {("a", "b"): 1}
    assert combine([edge], (), [odd], whole)[0] == [edge]
    assert combine([edge], (), [odd, odd], whole)[0] == []
    assert combine([edge], (), [odd], whole, IOAConfig(min_support=1))[0] == []


def test_too_little_support_is_no_evidence():
    assert co_failures([Table("a", "b", "s", (4, 0, 0, 4))], min_support=5) == []
    assert co_failures([Table("a", "b", "s", (0, 30, 0, 30))]) == []                          # never right: nothing to lose
    with pytest.raises(IOAError, match="min_support is 0"): co_failures([], min_support=0)


def test_no_blocks_no_tables(room):
    class Silent:
        name = "silent"
        def generate(self, requests, sampling): return []
    assert ask_blocks(Silent(), room, []) == []


def trials(gains, seeds=4, noise=0.01): # taught module -> share of the loss that it saves
    rng = np.random.default_rng(0)
    return [Trial(s, i, "j", (9.0, (1 - g) * (1 + noise * rng.standard_normal()))) for s in range(seeds) for i, g in gains.items()]


def test_a_planted_effect_is_found_and_no_other():
    found = interventions(trials(dict(a=0.4, b=0.0, c=0.0, d=0.0)))
    assert [(e.source, e.target) for e in intervention_edges(found)] == [("a", "j")]
    assert all(v.low <= v.gain <= v.high and v.seeds == 4 and v.controls == 3 for v in found)


def test_where_nothing_helps_edges_are_rare():
    alarms = sum(bool(intervention_edges(interventions(
        [Trial(s, i, "j", (9.0, float(x))) for s in range(5) for i, x in zip("abcd", np.random.default_rng([k, s]).normal(1, 0.05, 4))]))) for k in range(60))
    assert alarms <= 14             # four pairs at 2.5 % each: 6 of 60 expected


def test_one_seed_is_no_evidence_and_one_module_no_control():
    (a, b) = interventions(trials(dict(a=0.4, b=0.0), seeds=1))
    assert (a.low, a.high) == (-np.inf, np.inf) and not intervention_edges([a, b])
    assert interventions(trials(dict(a=0.4))) == []


@pytest.fixture(scope="module")
def beginner():
    tokenizer = classroom_tokenizer()
    return HFModel(new_model("student", tokenizer, 0), tokenizer, "beginner")


QUICK = dict(taught=128, learned=256, batch=64, probes=4)


def test_trials_are_the_same_again_go_on_and_leave_the_start_alone(beginner):
    before = {n: p.clone() for n, p in beginner.model.state_dict().items()}
    room, pairs = Classroom(), [("add_facts", "add_carry"), ("times_tables", "times_tens")]
    first = intervene(beginner, room, pairs, (0,), controls=1, **QUICK)
    assert len(first) == 4 and len({t.taught for t in first if t.learned == "add_carry"}) == 2
    assert intervene(beginner, room, pairs, (0,), controls=1, **QUICK) == first
    both = intervene(beginner, room, pairs, (0, 1), controls=1, done=first, **QUICK)
    assert both[:4] == first and [t.seed for t in both[4:]] == [1] * 4
    assert set(both) == set(intervene(beginner, room, pairs[::-1], (1, 0), controls=1, **QUICK))       # whatever the order
    assert all((p == before[n]).all() for n, p in beginner.model.state_dict().items())


def test_bad_requests_are_named(beginner):
    room = Classroom()
    for wrong, words in ((dict(doses=0), "doses 0"), (dict(learned=0), "learned 0"), (dict(controls=-1), "controls is -1"), (dict(controls=99), "controls is 99")):
        with pytest.raises(IOAError, match=words): intervene(beginner, room, [("add_facts", "add_carry")], **{**QUICK, **wrong})
    with pytest.raises(IOAError, match="unknown module 'alchemy'"): intervene(beginner, room, [("alchemy", "add_carry")], **QUICK)
