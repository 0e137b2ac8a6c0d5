"Repeats and exams: what is found, what is kept together, what is refused"
import subprocess
import sys
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError, split_of
from ioa_nb.hygiene import _Grams, clean, compare_data, energy_distance, find_contamination, min_hash, near_repeats
from ioa_nb.synthesis import Example

ROOM = Classroom()
words = st.lists(st.sampled_from("red blue green one two three dog cat bird runs sleeps eats".split()), max_size=25)
texts = st.lists(words.map(" ".join), max_size=12)


def shingles(text, n): # by hand, of sets of words
    found = text.split()
    return {tuple(found[k:k + n]) for k in range(max(1, len(found) - n + 1))}


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(1, 5))
def test_grams_are_runs_of_words(texts, n):
    grams, counts = _Grams(n)(texts)
    parts = np.split(grams, np.cumsum(counts)[:-1]) if len(texts) else []
    numbers = {}
    for text, part in zip(texts, parts):
        runs = [tuple(text.split()[k:k + n]) for k in range(len(part))]
        for run, number in zip(runs, part.tolist()): assert numbers.setdefault(run, number) == number
    assert len(set(numbers.values())) == len(numbers)


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from((0.5, 0.8, 1.0)))
def test_near_repeats_are_near(texts, threshold):
    first = near_repeats(texts, threshold)
    for k, f in enumerate(first.tolist()):
        assert f <= k and first[f] == f
        if f != k: # it is near somebody of its cluster
            mine = [j for j in range(len(texts)) if first[j] == f and j != k]
            assert any(len(a & b) / len(a | b) >= threshold for j in mine for a, b in [(shingles(texts[k], 3), shingles(texts[j], 3))])
    for k, text in enumerate(texts): assert first[k] == first[texts.index(text)]             # equal texts are always found


def test_most_near_copies_are_found():
    rng = np.random.default_rng(0)
    base = [" ".join(f"w{k}" for k in rng.integers(0, 5000, 60)) for _ in range(300)]
    copies = [t.replace(t.split()[0], "other", 1) for t in base]                                # one shingle of 58 differs
    assert (near_repeats(base + copies)[300:] == np.arange(300)).mean() > 0.99
    assert (near_repeats(base) == np.arange(300)).all()


def test_signatures_estimate_the_share():
    rng = np.random.default_rng(1)
    flat = [f"w{k}" for k in rng.integers(0, 5000, 120)]
    errors = []
    for cut in range(0, 60, 5):
        a, b = " ".join(flat[:60]), " ".join(flat[cut:60 + cut])
        x, y = min_hash([a, b])
        errors.append((x == y).mean() - len(shingles(a, 3) & shingles(b, 3)) / len(shingles(a, 3) | shingles(b, 3)))
    assert abs(np.mean(errors)) < 0.05 and max(map(abs, errors)) < 0.18


def test_signatures_are_the_same_in_every_process():
    code = "from ioa_nb.hygiene import min_hash; print(min_hash(['one two three four five']).sum())"
    said = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**__import__("os").environ, "PYTHONHASHSEED": s}).stdout for s in ("1", "2")]
    assert said[0] == said[1] != ""


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(words.map(" ".join), min_size=1, max_size=5), st.integers(2, 6))
def test_contamination_is_a_shared_run(texts, exam, n):
    found = find_contamination(texts, dict(test=exam), ("test",), n).found
    runs = set().union(*(shingles(t, n) for t in exam)) - {()}
    short = [f" {t} " for t in exam if 5 <= len(t.split()) < n]
    assert set(found) == {k for k, t in enumerate(texts) if shingles(t, n) & runs or any(s in f" {t} " for s in short)}


def test_short_exam_questions_are_looked_for_in_questions():
    exams = dict(gate=["What is the capital of France?", "Who was it?"], test=["How many legs do three spiders and two cats have all together?", "What is 3 * 4 + 2?", "Où est né Molière ?"])
    def told(question, answer="So it is."): return Example("add_carry", question, answer, (), None, "lesson", 1)
    asked = ["What is the capital of France", "Tell me, what is the capital of France? I forgot.", "Who was it", unicodedata.normalize("NFD", "Où est né Molière"), "Ann asks how many legs do three spiders and two cats have all together, and Tom knows.", "Say: what is 3*4+2?"]
    fair = ["Now what is 3 + 4 * 2, worked out in the usual order?", "Tell me, who was it?", "What is the capital of Peru?"]
    result = clean([told(q) for q in (*asked, *fair)] + [told("Why Paris?", "What is the capital of France? It is Paris.")], ROOM, exams=exams, free_text=True)
    assert [e.question for e, _ in result.dropped] == asked and {why for _, why in result.dropped} == {"asked in gate", "asked in test"}
    assert set(find_contamination([*asked, *fair], exams).found) == set(range(6))
    assert find_contamination(["Here: what is the capital of France?"], exams, n=5).found == {0: "gate"}
    assert find_contamination(["He asks where was it."], dict(gate=["Where was it?"], test=["x"])).found == {}


@pytest.mark.parametrize("exams", [dict(test=["x"]), dict(test=["x"], gate=[]), {}])
def test_a_missing_exam_stops_everything(exams):
    with pytest.raises(IOAError, match="exam 'gate' is (missing|empty)"): find_contamination(["a"], exams)


def lesson(item, **more): return Example(item.module, item.question, item.solution, tuple(ROOM.messages(item)), None, "lesson", item.level, item=item.key, **more)


LESSONS = [lesson(i) for m in ("add_carry", "times_tables", "one_step_story") for i in ROOM.sample(m, 6, 0)] + [lesson(i) for i in ROOM.probes("add_carry", 3, "test", 0)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(len(LESSONS))), st.sampled_from(("", "p", "q", "r"))), max_size=20))
def test_clean(drawn):
    examples = [replace(LESSONS[k], pair=pair) for k, pair in drawn]
    result = clean(examples, ROOM)
    assert len(result.examples) + len(result.dropped) == len(examples)
    kept = [e for e in result.examples if not ROOM.modules[e.module].closed]
    assert all(split_of(e.question) == "train" for e in kept)
    for k, e in enumerate(kept): assert all(e.question != o.question or e.pair == o.pair != "" for o in kept[:k])
    pairs = {e.pair for e in result.examples} & {e.pair for e, _ in result.dropped} - {""}
    assert not pairs                                                                              # none was torn
    alone = [e for e in examples if ROOM.modules[e.module].closed and not e.pair]
    assert [e for e in result.examples if ROOM.modules[e.module].closed and not e.pair] == alone    # exempt
    assert clean(result.examples, ROOM).examples == result.examples


def test_clean_remembers():
    seen = set()
    once = clean(LESSONS, ROOM, seen)
    again = clean(LESSONS, ROOM, seen)
    assert {e.module for e in again.examples} == {"times_tables"} and len(once.examples) > len(again.examples)


def test_free_text():
    def told(question, answer, **more): return Example("add_carry", question, answer, (), None, "lesson", 1, **more)
    base = "Why does a ship of iron float on the sea although a nail of iron sinks at once in any glass of water"
    examples = [told(base, "It pushes much water aside."), told(base + " please", "It pushes much water aside."), told(base + " really", "It pushes much water aside.", pair="p"),
                told("What is air?", "A gas.", pair="p"), told("Which ten words", "of the exam are these now standing here for all to see today")]
    exams = dict(gate=["nothing"], test=["Ten words of the exam are these now standing here for all to see today"])
    result = clean(examples, ROOM, exams=exams, free_text=True)
    assert [e.question for e in result.examples] == [base]
    assert [why.split(" ")[0] for _, why in result.dropped] == ["close", "close", "linked", "shares"]


def test_near_repeats_of_earlier_lessons_go():
    def told(*questions, **more): return [Example("add_carry", q, "It pushes much water aside.", (), None, "lesson", 1, **more) for q in questions]
    base, exams, seen = "Why does a ship of iron float on the sea although a nail of iron sinks at once in any glass of water", dict(gate=["nothing"], test=["nothing"]), set()
    first = clean(told(base), ROOM, seen, exams, free_text=True).examples
    again = told(f"{base} today", "What is air made of, and who found it out first?")
    result = clean(again, ROOM, seen, exams, free_text=True, earlier=first)
    assert result.examples == (again[1],) and result.dropped[0][1] == f"close to {base[:40]!r}, taught before"
    assert clean(told(f"{base} today", pair="p"), ROOM, seen, exams, free_text=True, earlier=[replace(first[0], pair="p")]).examples == ()
    assert clean(again, ROOM, earlier=first).examples == clean(again, ROOM).examples        # generated questions may be alike


def test_two_samples():
    rng = np.random.default_rng(0)
    same = [energy_distance(rng.normal(size=(20, 4)), rng.normal(size=(20, 4)), 99, seed=k)[1] for k in range(20)]
    assert np.mean([p < 0.1 for p in same]) < 0.35                                                # no false alarm as a rule
    names = [c.name for c in compare_data(LESSONS, LESSONS)]
    assert names == ["length", "operations", "level"] and all(c.p_value > 0.9 for c in compare_data(LESSONS, LESSONS))


def test_operations_of_one_example_are_one_witness():
    rng = np.random.default_rng(0)
    pool = [replace(LESSONS[0], answer=". ".join([f"7 {operation} 2 = 1"] * times)) for operation, times in zip(rng.choice(list("+-*"), 120), rng.integers(1, 6, 120))]
    halves = [np.random.default_rng(k).permutation(120) for k in range(40)]
    p = [compare_data([pool[k] for k in h[:60]], [pool[k] for k in h[60:]])[1].p_value for h in halves]
    assert np.mean(np.array(p) < 0.05) <= 0.125                                                  # independent operations would give 0.5
    few = [replace(LESSONS[0], answer="none"), replace(LESSONS[0], answer="1 + 1 = 2")]
    assert compare_data(few, few)[1].p_value == 1.0 and [c.name for c in compare_data(few[:1], few)] == ["length", "level"]
