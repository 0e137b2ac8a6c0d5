"Robustness: pairs of a probe and its perturbed twin, whatever the domain makes of it"
from collections import Counter

import pytest

from ioa_nb.classroom import PERTURBATIONS, Classroom
from ioa_nb.core import IOAError, Item, Mark, Module, split_of
from ioa_nb.mastery import Effect, Robustness, measure, robustness
from ioa_nb.models import Generation


class Pupil:
    "Answers by heart, and counts what it was asked"
    name = "pupil"
    def __init__(self, book=()): self.book, self.asked = dict(book), []
    def generate(self, requests, sampling):
        self.asked += [r.messages[-1]["content"] for r in requests]
        return [[Generation(self.book.get(r.messages[-1]["content"], ""))] for r in requests]


@pytest.fixture(scope="module")
def room(): return Classroom()


@pytest.mark.parametrize("split", ["train", "gate", "test"])
def test_pairs_belong_together_and_stay_in_their_split(room, split):
    pupil = Pupil()
    found = robustness(pupil, room, split, n=4, seed=3)
    assert [r.question for r in found.clean.rows] == [r.question for r in measure(Pupil(), room, split, 4, 3).rows]
    for how in PERTURBATIONS:
        assert len(found.perturbed[how].rows) == len(found.clean.rows)
        for item, a, b in zip([i for m in room.modules for i in room.probes(m, 4, split, 3)], found.clean.rows, found.perturbed[how].rows):
            assert (a.question, b.question) == (item.question, room.perturb(item, how).question)
            assert room.modules[b.module].closed or split_of(b.question) == split
    assert len(pupil.asked) == len(found.clean.rows) + len(found.pairs())         # what did not change is not asked twice


def test_effects_count_pairs_only(room):
    items = [i for m in ("add_carry", "one_step_story") for i in room.probes(m, 12, "gate", 0)]
    book = {i.question: room.solve(i) for i in items} | {(t := room.perturb(i, "rename")).question: room.solve(t) for i in items}
    found = robustness(Pupil(book), room, n=12, modules=["add_carry", "one_step_story"])
    stories = Counter(i.module for i in items if i.data["form"] == "story")
    assert {m: e.probes for m, e in found.by_module("rename").items()} == stories
    assert found.effect("rename") == Effect(sum(stories.values()), 1.0, 1.0, 1.0, 1.0)
    assert found.effect("typos") == Effect(24, 1.0, 0.0, 0.0, 0.0)
    whole = found.effect()
    assert whole.probes == sum(e.probes for e in found.summary().values())
    assert whole.perturbed == pytest.approx(sum(e.probes * e.perturbed for e in found.summary().values()) / whole.probes)


def test_saved_and_loaded(room, tmp_path):
    from ioa_nb.models import load_lm
    found = robustness(load_lm("classroom/student"), room, n=1, modules=["add_carry", "groups_story"], how="typos")
    assert Robustness.load(found.save(tmp_path/"robustness.json")) == found
    (tmp_path/"list.json").write_text('{"clean": {}, "perturbed": []}')
    with pytest.raises(IOAError, match="holds no robustness"): Robustness.load(tmp_path/"list.json")


class Shelf:
    "A domain of one's own that can change nothing"
    name, modules, prerequisites = "shelf", {"books": Module("books")}, {"books": ()}
    def probes(self, module, n, split, seed, level=None, block=None): return [Item(module, f"Which book is number {k}?", str(k)) for k in range(n)]
    def messages(self, item, style=None): return [{"role": "user", "content": item.question}]
    def check(self, item, output): return Mark(output == item.answer)
    def perturb(self, item, how): return item


def test_a_domain_that_changes_nothing():
    pupil = Pupil()
    found = robustness(pupil, Shelf(), n=3, how=("typos", "rename"))
    assert len(pupil.asked) == 3 and found.summary() == {} and found.effect() is None and found.pairs() == []
