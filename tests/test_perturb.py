"The classroom's perturbed questions: what may change, what may not, and in which split they stay"
import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import COLOURS, PERTURBATIONS, STYLES, THINGS, Chain, Classroom
from ioa_nb.core import IOAError, Mark, split_of

ROOM = Classroom()
drawn = st.tuples(st.sampled_from(sorted(ROOM.modules)), st.sampled_from(("train", "gate", "test")), st.integers(1, 3), st.integers(0, 10_000))
WORDS = {w for m in ROOM.modules for i in ROOM.sample(m, 60, seed=0) for w in re.findall("[A-Za-z]+", i.question)}


def item_of(module, split, level, seed): return ROOM.probes(module, 1, split, seed, level)[0]


@settings(max_examples=300, deadline=None)
@given(drawn, st.sampled_from(PERTURBATIONS), st.integers(0, 1000))
def test_answer_solution_and_split(drawn, how, seed):
    item = item_of(*drawn)
    new = ROOM.perturb(item, how, seed)
    assert new == ROOM.perturb(item, how, seed)
    assert (new.module, new.skills) == (item.module, item.skills)
    assert ROOM.check(new, new.solution) == Mark(True)
    for style in STYLES: assert ROOM.check(new, ROOM.solve(new, style)) == Mark(True)
    if not ROOM.modules[item.module].closed: assert split_of(new.question) == split_of(item.question) == drawn[1]
    if how == "numbers": assert ROOM.chain(new) != ROOM.chain(item) and new.answer == str(ROOM.chain(new).answer)
    else: assert (new.answer, new.solution, ROOM.chain(new)) == (item.answer, item.solution, ROOM.chain(item))
    assert (new is item) == (how == "rename" and item.data["form"] == "bare") and (new is item or new.key != item.key)


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 1000))
def test_typos_spare_numbers_and_make_no_other_word(drawn, seed):
    item = item_of(*drawn)
    new = ROOM.perturb(item, "typos", seed)
    assert re.findall(r"[^A-Za-z]+", new.question) == re.findall(r"[^A-Za-z]+", item.question)
    for a, b in zip(item.question.split(), new.question.split(), strict=True):
        if a != b: assert b not in WORDS or len(b) <= 3 or b + "s" == a, (a, b)


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 1000))
def test_a_distractor_is_one_more_sentence_of_others(drawn, seed):
    item = item_of(*drawn)
    new, words = ROOM.perturb(item, "distractor", seed), item.data["words"]
    before = re.split(r"(?<=[.?]) ", item.question)
    after = re.split(r"(?<=[.?]) ", new.question)
    said = [s for s in after if s not in before]
    assert len(said) == 1 and [s for s in after if s != said[0]] == before
    assert not {words["name"], words["other"], words["thing"], *COLOURS} & set(re.findall("[A-Za-z]+", said[0]))
    assert after.index(said[0]) in (0, len(after) - 2)


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 1000))
def test_rename_leaves_nobody(drawn, seed):
    item = item_of(*drawn)
    new, words = ROOM.perturb(item, "rename", seed), item.data["words"]
    if item.data["form"] == "bare": return
    assert not {words["name"], words["thing"]} & set(re.findall("[A-Za-z]+", new.question))
    assert re.findall(r"\d+", new.question) == re.findall(r"\d+", item.question)
    assert ROOM._write(new.module, new.level, ROOM.chain(new), "story", item.data["wording"], new.data["words"]).question == new.question


@settings(max_examples=100, deadline=None)
@given(drawn, st.integers(0, 1000))
def test_numbers_keep_the_words(drawn, seed):
    item = item_of(*drawn)
    new = ROOM.perturb(item, "numbers", seed)
    assert [o for o, _ in ROOM.chain(new).changes] == [o for o, _ in ROOM.chain(item).changes]
    assert (new.data["form"], new.data["wording"], new.block) == (item.data["form"], item.data["wording"], None)
    if new.data["words"] == item.data["words"] and item.module not in ("fraction_of", "place_value"):   # there numbers are words, too
        assert re.sub(r"\d+", "n", new.question) == re.sub(r"\d+", "n", item.question)


def test_perturbations_stack():
    for item in ROOM.probes("one_step_story", 20, "gate", 0):
        new = ROOM.perturb(ROOM.perturb(ROOM.perturb(item, "rename"), "distractor"), "typos")
        assert split_of(new.question) == "gate" and ROOM.check(new, new.solution) == Mark(True)
        assert not any(t in new.question.split() for t in THINGS if t == item.data["words"]["thing"])


def test_what_cannot_be_done_is_said():
    room = Classroom()

    @room.add("one_and_one", "The only sum", "sums", 1, (), ("bare",))
    def _(rng, level): return Chain(1, (("+", 1),))

    item = room._item("one_and_one", Random(0), 1)
    with pytest.raises(IOAError, match="no numbers found for 'What is 1 . 1.' that stays in the"): room.perturb(item, "numbers")
    with pytest.raises(IOAError, match="unknown perturbation 'shout'; choose one of typos, distractor, rename, numbers"): room.perturb(item, "shout")
    with pytest.raises(IOAError, match="unknown module 'one_and_one'"): ROOM.perturb(item, "typos")
