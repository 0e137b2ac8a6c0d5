"The five adaptations: what the measures count, what they reject, and what the choice of them obeys"
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.adaptations import FIVE, NUMBER_WORDS, REMEDIES, apply_adaptation, choose_adaptations, cognitive_load, compare_syllabi, count_steps, judge_lesson, measure_adaptation, prescribe, quantities, reading_level
from ioa_nb.adapter import Brief, adapt
from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError
from ioa_nb.mastery import Profile, Row

ROOM = Classroom()
OPEN = [m for m in ROOM.modules if not ROOM.modules[m].closed]
drawn = st.tuples(st.sampled_from(OPEN), st.integers(1, 3), st.integers(0, 10_000))
kinds = st.dictionaries(st.sampled_from([*REMEDIES, "something new"]), st.integers(1, 20))


def item_of(module, level, seed): return ROOM.sample(module, 1, seed, level)[0]


@settings(max_examples=150, deadline=None)
@given(drawn, st.sampled_from(sorted(FIVE)))
def test_the_same_text_is_never_an_adaptation(drawn, name):
    text = ROOM.solve(item_of(*drawn)) if FIVE[name].side == "answer" else item_of(*drawn).question
    assert not measure_adaptation(name, text, text).done


@settings(max_examples=150, deadline=None)
@given(drawn)
def test_the_classrooms_rewritings_hold(drawn):
    item = item_of(*drawn)
    for name in ("concretize", "plain"):
        new, style = apply_adaptation(ROOM, item, name)
        assert style == "brief"
        if new.key != item.key: assert measure_adaptation(name, item.question, new.question).done, (item.question, new.question)


@settings(max_examples=150, deadline=None)
@given(drawn)
def test_the_classrooms_styles_hold(drawn):
    item = item_of(*drawn)
    short, long = ROOM.solve(item), ROOM.solve(item, "scaffolded")
    assert measure_adaptation("template", short, ROOM.solve(item, "scaffolded template")).done
    assert measure_adaptation("decompose", short, long).done == (count_steps(long) > count_steps(short))
    if item.data["form"] == "story" and item.module != "place_value": assert count_steps(long) > count_steps(short)


@given(st.lists(st.integers(0, 99_999), max_size=6))
def test_load_grows_with_size_and_number(numbers):
    text = f"There are {', '.join(map(str, numbers))} things."
    assert quantities(text) == numbers
    assert cognitive_load(text + " And 7 more.") > cognitive_load(text)
    assert cognitive_load(f"There are {', '.join(str(10 * n + 1) for n in numbers)} things.") >= cognitive_load(text)


@pytest.mark.parametrize("number", [0, 7, 13, 20, 40, 61, 99, 100, 700])
def test_a_number_in_words_is_not_lost(number):
    told = next(w for w, n in NUMBER_WORDS.items() if n == number)
    assert quantities(f"There are {told} apples.") == quantities(f"There are {told.replace('-', ' ')} apples.") == [number]
    assert measure_adaptation("plain", f"There are {number} additional apples.", f"There are {told} more apples.").done


@pytest.mark.parametrize("text, numbers", [("1,2,3", [1, 2, 3]), ("1,234,567 and 12,34", [1234567, 12, 34]), ("12,3456", [12, 3456]), ("a hundred and one", [100, 1]), ("twenty ones, often", [20]), ("three-step", [3])])
def test_commas_and_words(text, numbers): assert quantities(text) == numbers


def test_questions_in_other_scripts_are_measured():
    before, after = "Сколько яблок лежит на столе, если их было 12 и 5 забрали?", "Их было 12. Взяли 5. Сколько яблок на столе?"
    assert measure_adaptation("plain", before, after).done and not measure_adaptation("plain", after, before).done
    assert measure_adaptation("concretize", "Сколько будет 12 и 5?", "У Анны 12 яблок, у Ивана 5. Сколько их?").done


@given(st.lists(st.sampled_from("a sun big additional number apple".split()), min_size=1, max_size=30), st.integers(1, 5))
def test_shorter_sentences_are_easier(words, size):
    chunks = [" ".join(words[k:k + size]) for k in range(0, len(words), size)]
    assert reading_level(". ".join(chunks) + ".") <= reading_level(" ".join(words) + ".") + 1e-9


@given(st.floats(0, 1), st.floats(0, 1), kinds)
def test_adaptations_fade(one, other, kinds):
    low, high = sorted((one, other))
    more, less = choose_adaptations(low, kinds), choose_adaptations(high, kinds)
    assert more.keys() == less.keys() <= FIVE.keys()
    assert all(0 <= less[n] <= more[n] <= 0.5 for n in more)


def profile(module, right, kind):
    return Profile("p", "gate", tuple(Row(f"{l}{k}", module, l, None, "", "", k < n, "correct" if k < n else kind, None, 0.0, 1) for l, n in enumerate(right, 1) for k in range(5)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(ROOM.modules)), st.tuples(*[st.integers(0, 5)] * 3), st.sampled_from(sorted(REMEDIES)), st.sets(st.sampled_from(sorted(FIVE))))
def test_a_prescription_is_a_brief(module, right, kind, allowed):
    [b] = prescribe([module], profile(module, right, kind), ROOM, allowed=tuple(allowed)).modules
    assert sum(b.levels) == pytest.approx(1) and sum(w for _, w in b.styles) == pytest.approx(1) and all(w > 0 for _, w in b.styles)
    assert {n for n, _ in b.adaptations} <= allowed & {"concretize", "load", "plain"}
    if ROOM.modules[module].closed: assert not b.adaptations
    if "decompose" not in allowed: assert all("scaffolded" not in s for s, _ in b.styles)
    if "template" not in allowed: assert all("template" not in s for s, _ in b.styles)
    assert Brief.from_dict(Brief((b,)).to_dict()).modules == (b,)


def test_adapt_is_as_it_was():
    assert adapt(["two_step_story"], profile("two_step_story", (0, 0, 0), "missing_step"), ROOM).modules[0].adaptations == (("concretize", 0.2), ("plain", 0.2))


def test_a_false_claim_is_named():
    told = judge_lesson(["load", "decompose"], "What is 47 + 38?", "What is 48 + 39?", "47 + 38 = 85. #### 85", "47 + 38 = 85. #### 85")
    assert [v.done for v in told] == [False, False] and "not lighter" in told[0].reason and "not taken apart" in told[1].reason


def test_syllabi_show_every_module_once():
    briefs = {w: prescribe([m], profile(m, (1, 0, 0), "arithmetic"), ROOM) for w, m in (("A", "add_carry"), ("B", "sub_borrow"))}
    lines = compare_syllabi(briefs).splitlines()
    assert [line.split()[0] for line in lines] == ["module", "add_carry", "sub_borrow"] and lines[1].endswith("-")
    with pytest.raises(IOAError, match="no brief"): compare_syllabi({})
