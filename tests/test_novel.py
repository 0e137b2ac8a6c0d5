"Novel questions: answered as an independent reader answers them, asked of nobody before, in words that everybody knows"
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import NOVELTIES, STYLES, WORDINGS, Chain, Classroom, write_question
from ioa_nb.core import IOAError, Mark, item_hash, named_random
from ioa_nb.mastery import Profile, measure_novel
from ioa_nb.models import Generation, load_lm
from ioa_nb.pretraining import COURSES, Lessons

ROOM = Classroom()
drawn = st.sampled_from([(m, k) for k in NOVELTIES for m in ROOM.novelties(k)])
PARTS = {"half": (1, 2), "third": (1, 3), "quarter": (1, 4), "fifth": (1, 5)}
PLACES = {"ones": 1, "tens": 10, "hundreds": 100, "thousands": 1000}
PLACE = re.compile(r"(\d+) (ones|tens|hundreds|thousands)\b")


def share_of(text): # "a third", "3 quarters", "Half"
    number, part = re.fullmatch(r"(?:(\d+|a) )?(half|third|quarter|fifth)s?", text.lower()).groups()
    top, bottom = PARTS[part]
    return top * (1 if number in (None, "a") else int(number)), bottom


def exact(number, top, bottom): assert number % bottom == 0; return number // bottom * top


def read(question): # a reader who knows nothing of chains: sentence by sentence
    "The number that is asked for"
    if question.endswith("?") and (bare := re.fullmatch(r"(?:What is|What number is|How many are) (.*)\?", question)):
        text = bare[1]
        if parts := re.fullmatch(r"(.+) of (\d+)", text): return exact(int(parts[2]), *share_of(parts[1]))
        if PLACE.search(text): return sum(int(n) * PLACES[p] for n, p in PLACE.findall(text))
        a, op, b = text.split(" ")
        return exact(int(a), 1, int(b)) if op == "/" else {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}[op](int(a), int(b))
    sentences = re.findall(r"[^.?]+[.?]", question)
    asked = next(s.strip() for s in sentences if "?" in s)
    told = [s.strip().rstrip(".") for s in sentences if "?" not in s] or [asked]
    if re.search(r"\d", asked): told, asked = [*told, asked], asked              # a comparison may be told in the question
    value = whole = None
    for s in told: value, whole = listen(s, value, whole)
    return value


def listen(s, value, whole): # one sentence; `whole`: of whom parts were named
    numbers = [int(n) for n in re.findall(r"\d+", s)]
    n = numbers[0] if numbers else None
    if PLACE.search(s): return sum(int(k) * PLACES[p] for k, p in PLACE.findall(s)), None
    if part := re.search(r"(?i)(half|an? (?:third|quarter|fifth)|\d+ (?:third|quarter|fifth)s) (?:of them )?are", s):
        whole = int(re.search(r"(?:owns|Among the) (\d+)", s)[1]) if re.search(r"(?:owns|Among the) \d+", s) else value
        return exact(whole, *share_of(part[1])), None
    if re.search(r"\d+ (\w+) of \w+, \d+ are|counts \d+ \w+, and \d+ of them", s): return numbers[0] - numbers[1], None
    if re.fullmatch(r"\d+ of them are \w+", s): return value - n, None
    if re.search(r"boxes|bags|trays|jars", s) and len(numbers) == 2: return numbers[0] * numbers[1], None
    if found := re.search(r"shares the \w+ with (\d+) friends", s): return exact(value, 1, int(found[1])), None
    if found := re.search(r"(?:shares|divides) (\d+) \w+ (?:equally )?(?:with|between) (\d+)", s): return exact(int(found[1]), 1, int(found[2])), None
    if re.search(r"gives away \d+ \w+$", s) and value is None: return n, None    # to children, as the next sentence says
    if re.search(r"\d+ children get equally many", s): return exact(value, 1, n), None
    if len(numbers) == 2: return (numbers[0] + numbers[1] if "more" in s else numbers[0] - numbers[1]), None      # While ... owns 5 more, When ... counts 2 less
    if value is None: return n, None
    if re.search(r"less|loses|gives away|hands over \d+ of the", s): return value - n, None
    if re.search(r"more|gets|gives|additional", s): return value + n, None
    raise AssertionError(s)


@settings(max_examples=400, deadline=None)
@given(drawn, st.integers(0, 100_000))
def test_an_independent_reader_comes_to_the_same_answer(drawn, seed):
    (item,) = ROOM.novel(drawn[0], 1, seed, drawn[1])
    assert read(item.question) == int(item.answer), item.question


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 100_000))
def test_every_solution_is_right_and_short_enough(drawn, seed):
    module, kind = drawn
    (item,) = ROOM.novel(module, 1, seed, kind)
    assert item.module == module and item.skills[0] == module and (item.level > ROOM.levels) == (kind != "wording")
    assert min(ROOM.chain(item).values()) >= 0
    for style in STYLES:
        solution = ROOM.solve(item, style)
        assert ROOM.check(item, solution) == Mark(True)
        assert len(tokenizer()(item.question + solution)["input_ids"]) < 240     # models have 256 places


@cache
def tokenizer(): return load_lm("classroom/student").tokenizer


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 100_000))
def test_no_word_is_spelled_by_letters(drawn, seed):
    (item,) = ROOM.novel(drawn[0], 1, seed, drawn[1])
    pieces = tokenizer().tokenize(item.question)
    assert not [p for p in pieces if p.startswith("@@") or p == "<|unk|>"], item.question
    assert all(tokenizer().tokenize(w) == [w] for w in re.findall("[A-Za-z]+", item.question))


def test_deterministic_and_different():
    for kind in NOVELTIES:
        for m in ROOM.novelties(kind):
            some = ROOM.novel(m, 25, 3, kind)
            assert some == Classroom().novel(m, 25, 3, kind) != ROOM.novel(m, 25, 4, kind)
            if not ROOM.modules[m].closed: assert len({item_hash(i.question) for i in some}) == 25


def test_no_module_asks_them(): # whatever form and wording a course may draw
    fresh = {item_hash(i.question) for k in NOVELTIES for m in ROOM.novelties(k) for seed in range(2) for i in ROOM.novel(m, 30, seed, k)}
    asked = set()
    for m in ROOM.modules:
        for draw in range(900):
            rng = named_random("anything", m, draw)
            asked.add(item_hash(ROOM._item(m, rng, 1 + draw % 3, form=rng.choice(("bare", "story"))).question))
    assert len(asked) > 8_000 and not fresh & asked


def test_no_chain_of_a_module_is_as_large_or_composed_so(): # the reason why, beyond any sample
    def shape(c): return c.kind, tuple(o for o, _ in c.changes)
    def sizes(c): # of the quotient; of both quantities, as they are and without their zeros
        if c.changes[0][0] == "/": return [(c.values()[1],)] * 2
        return [tuple(sorted((f(c.start), f(c.changes[0][1])))) for f in (int, lambda n: int(str(n).rstrip("0") or 0))]
    ordinary = [ROOM._draw[m](named_random("shape", m, k), 1 + k % 3) for m in ROOM.modules for k in range(600)]
    shapes = {shape(c) for c in ordinary}
    known = {s: [set(k) for k in zip(*(sizes(c) for c in ordinary if shape(c) == s))] for s in shapes}
    for m in ROOM.novelties("numbers"):
        for i in ROOM.novel(m, 60, 0, "numbers"):
            c = ROOM.chain(i)
            assert c not in ordinary and shape(c) in shapes            # the operations are known, the size is not
            if m == "groups_story": assert c.start > 10 and c.changes[0][1] % 10 == 0      # two factors, each of a size that is known, never together
            else: assert any(not any(all(x <= y for x, y in zip(size, k)) for k in ks) for size, ks in zip(sizes(c), known[shape(c)])), i.question
    for m in ROOM.novelties("composition"):
        for i in ROOM.novel(m, 60, 0, "composition"):
            c = ROOM.chain(i)
            assert shape(c) not in shapes or (m == "times_two_digit" and c.start > 10), i.question


def test_not_in_what_the_models_were_brought_up_on():
    fresh = {item_hash(i.question) for k in NOVELTIES for m in ROOM.novelties(k) for i in ROOM.novel(m, 40, 0, k)}
    for course in COURSES.values():
        lessons, met = Lessons(course, ROOM, tokenizer()), set()
        for index in range(0, 16 * 3, 16):
            lessons.batch(index, dict.fromkeys(ROOM.modules, 1.0))
            texts = (tokenizer().decode(row["input_ids"]) for batch in lessons._pool[1] for row in batch)
            met |= {item_hash(t.split("<|user|>")[1].split("<|assistant|>")[0]) for t in texts}
        assert len(met) > 2000 and not fresh & met


def test_ordinary_questions_are_as_they_were():
    "Frozen before novel questions came"
    chain = Chain(9, (("+", 700), ("+", 50)), "place")
    assert write_question(chain, "bare", "rich", {}) == "What number is 9 ones, 7 hundreds and 5 tens?"
    assert ROOM.solve(ROOM.probes("place_value", 1, "test", 0, level=3)[0], "scaffolded").count("=") == 4
    assert set(WORDINGS) == {"plain", "rich", "asked first", "retold", "composed"}
    assert {i.data["wording"] for m in ROOM.modules for i in ROOM.sample(m, 30, 5)} == {"plain", "rich"}


def test_they_are_not_turned_into_lessons():
    for m in ROOM.novelties("composition"):
        for i in ROOM.novel(m, 5, 0, "composition"):
            for how in ("concretize", "load", "plain"): assert ROOM.restyle(i, how) is i
    for m in ROOM.novelties("wording"):
        for i in ROOM.novel(m, 5, 0, "wording"): assert ROOM.restyle(i, "load") is i


@pytest.mark.parametrize("how", ["typos", "distractor", "rename"])
def test_they_can_be_perturbed(how):
    for kind in NOVELTIES:
        for m in ROOM.novelties(kind):
            (item,) = ROOM.novel(m, 1, 0, kind)
            assert ROOM.perturb(item, how).answer == item.answer


def test_measured():
    class Silent:
        name = "silent"
        def generate(self, requests, sampling): return [[Generation("")] for _ in requests]
    found = measure_novel(Silent(), ROOM, 2)
    assert list(found) == list(NOVELTIES) and all(isinstance(p, Profile) and p.split == "novel" for p in found.values())
    assert {k: p.modules for k, p in found.items()} == {k: ROOM.novelties(k) for k in NOVELTIES}
    assert found["wording"].total()[:2] == (0.0, 0.0) and 0 < found["wording"].total()[2] < 0.2


def test_a_module_of_ones_own_has_wordings_only():
    room = Classroom()
    room.add("pairs_and_more", "Pairs, and a few more", "products", 3)(lambda rng, level: Chain(rng.randint(2, 99), (("*", 2), ("+", rng.randint(2, 9))), "groups"))
    assert len(room.novel("pairs_and_more", 3, 0, "wording")) == 3
    with pytest.raises(IOAError, match="module 'pairs_and_more' has no novel numbers; those that have are: place_value"): room.novel("pairs_and_more", 3, 0, "numbers")
