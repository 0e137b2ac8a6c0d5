"Pairs and rings against their plain forms, results that must not change, gaps against simulation, and bad input"
import hashlib
import math
from statistics import fmean

import networkx as nx
import numpy as np
import pytest

from ioa_nb.core import IOAConfig, IOAError, to_json
from ioa_nb.identifier import (Diagnosis, Edge, _cut, _exact_sums, break_cycles, build_graph, dependencies, dependency, gap_interval, identify,
                               load_snapshots, measure_pairs, wilson_bounds)
from ioa_nb.mastery import Snapshot, wilson
from ioa_nb.models import SHIPPED


class Entry:
    def __init__(self, accuracy): self.accuracy = accuracy


def pairs_by_loop(history, teacher_accuracy, config):
    entries, pairs = [h.accuracy for h in history], {}
    for i, reference in teacher_accuracy.items():
        if reference <= 0: continue
        high = [a for a in entries if i in a and a[i] / reference >= config.tau_high]
        low = [a for a in entries if i in a and a[i] / reference < config.tau_low]
        for j in teacher_accuracy:
            mastered, missing = [a[j] for a in high if j in a], [a[j] for a in low if j in a]
            if i == j or min(len(mastered), len(missing)) < config.min_support: continue
            pairs[i, j] = Edge(i, j, dependency(fmean(mastered), fmean(missing), config.epsilon), len(mastered), len(missing))
    return pairs


def break_one_by_one(edges):
    kept, broken = sorted(edges, key=lambda e: (-e.dependency, e.source, e.target)), []
    while True:
        part = {m: n for n, ms in enumerate(nx.strongly_connected_components(build_graph(kept))) for m in ms}
        looped = [e for e in kept if part[e.source] == part[e.target]]
        if not looped: return kept, broken
        broken.append(looped[-1]); kept.remove(looped[-1])


def random_history(rng):
    modules, probes = [f"m{k}" for k in range(rng.integers(1, 12))], int(rng.integers(1, 50))
    share = lambda: int(rng.integers(0, probes + 1)) / probes if rng.random() < 0.7 else float(rng.random())
    history = [Entry({m: share() for m in modules if rng.random() < 0.9}) for _ in range(rng.integers(0, 25))]
    return history, {m: float(rng.choice([0, 0.5, 0.9, 1.0, rng.random()])) for m in modules}, IOAConfig(min_support=int(rng.integers(1, 5)))


@pytest.mark.parametrize("seed", range(120))
def test_pairs_are_the_loops_to_the_last_bit(seed):
    history, reference, config = random_history(np.random.default_rng(seed))
    assert list(measure_pairs(history, reference, config).items()) == list(pairs_by_loop(history, reference, config).items())


def test_sums_are_rounded_as_fsum_rounds_them():
    rng = np.random.default_rng(0)
    values, weights = rng.random((300, 40)), (rng.random((50, 300)) < 0.5).astype(float)
    values[:5] = [[2.0**-25], [1.0], [1 / 3], [2.0**-24 + 2.0**-70], [0.0]]
    sums = _exact_sums(weights, _cut(values))
    assert all(sums[i, j] == math.fsum(values[weights[i] > 0, j]) for i in range(50) for j in range(40))


@pytest.mark.parametrize("seed", range(60))
def test_rings_are_broken_as_one_by_one(seed):
    rng = np.random.default_rng(seed)
    edges = [Edge(f"m{a}", f"m{b}", float(rng.integers(0, 6)) / 6, 2, 2) for a, b in rng.integers(0, 9, (rng.integers(0, 50), 2))]
    kept, broken = break_cycles(edges)
    assert (kept, broken) == break_one_by_one(edges)
    assert nx.is_directed_acyclic_graph(build_graph(kept))
    assert sorted(map(repr, kept + broken)) == sorted(map(repr, edges))


def test_the_shipped_diagnosis_does_not_change():
    "The recorded runs rest on it; the digest is that of the loop over pairs that stood here before"
    teacher, student = (load_snapshots(SHIPPED/who/"snapshots.json") for who in ("teacher", "student"))
    found = identify(teacher[-1], student[-1], [*teacher, *student])
    assert hashlib.sha256(to_json(found).encode()).hexdigest()[:16] == "4a4a726cbb7032c9"


def test_an_old_diagnosis_still_loads():
    value = dict(gaps={"a": 0.5}, ratios={"a": 0.5}, deficient=["a"], set_aside=[], broken=[], severity={"a": 0.4}, targets=["a"],
                 edges=[dict(source="a", target="b", dependency=0.9, support_high=2, support_low=3)])
    assert Diagnosis.from_dict(value).edges[0].support_low == 3


def test_the_order_of_the_history_does_not_matter():
    history, reference, config = random_history(np.random.default_rng(7))
    assert dependencies(history, reference, config) == dependencies(history[::-1], reference, config)


def test_intervals_cover_the_gap():
    rng = np.random.default_rng(0)
    for student, teacher, n in ((0.05, 0.95, 30), (0.5, 0.9, 60), (0.93, 0.97, 200)):
        s, t = rng.binomial(n, student, 1500), np.maximum(rng.binomial(n, teacher, 1500), 1)
        inside = [low <= 1 - student / teacher <= high for low, high in (gap_interval(int(b), n, int(a), n) for a, b in zip(s, t))]
        assert np.mean(inside) > 0.93


def test_intervals_narrow_with_probes_and_widen_with_confidence():
    width = lambda *a: (lambda b: b[1] - b[0])(gap_interval(*a))
    assert width(39, 40, 20, 40) > width(390, 400, 200, 400)
    assert width(39, 40, 20, 40, 0.8) < width(39, 40, 20, 40) < width(39, 40, 20, 40, 0.99)


def test_wilson_for_arrays_is_wilson():
    counts = np.arange(0, 31)
    assert np.allclose(np.array(wilson_bounds(counts / 30, 30)).T, [wilson(int(c), 30) for c in counts], atol=1e-9)


@pytest.mark.parametrize("counts, says", [((0, 10, 5, 10), "teacher accuracy is 0"), ((5, 0, 5, 10), "teacher: 5 right of 0"), ((5, 10, -1, 10), "student: -1 right of 10")])
def test_counts_that_cannot_be(counts, says):
    with pytest.raises(IOAError, match=says): gap_interval(*counts)


def test_confidence_that_cannot_be():
    with pytest.raises(IOAError, match="confidence is 95"): gap_interval(9, 10, 5, 10, 95)


def test_hundreds_of_modules_in_a_moment():
    "Smaller than what perf/scale.py measures; finding all rings again after every edge would take minutes here"
    rng = np.random.default_rng(0)
    names = [f"m{k}" for k in range(600)]
    history = [Snapshot(f"{n}", dict(zip(names, row)), dict.fromkeys(names, 20)) for n, row in enumerate(rng.binomial(20, rng.choice([0.1, 0.97], (60, 600))).tolist())]
    found = identify(Snapshot("t", dict.fromkeys(names, 20), dict.fromkeys(names, 20)), history[-1], history)
    assert nx.is_directed_acyclic_graph(found.graph)
