"Domains from a folder: what is read, what is refused, and what two rulers say of one answer"
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import Classroom
from ioa_nb.core import SPLITS, Domain, IOAError, Item, Mark, Module, restrict, split_of
from ioa_nb.domains import FileDomain, check_answer, final_answer, load_folder, read_equations, read_number, same_answer, save_folder

ROOM = Classroom()


def write(folder:Path, items, modules=None, about=None): # about: what domain.json says, instead of modules
    folder.mkdir(parents=True, exist_ok=True)
    rows = lambda values: "".join(v if isinstance(v, str) else json.dumps(v) + "\n" for v in values)
    (folder/"items.jsonl").write_text(rows(items), encoding="utf-8")
    if modules is not None: (folder/"modules.jsonl").write_text(rows(modules), encoding="utf-8")
    else: (folder/"domain.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def line(k=0, module="m", **more): return dict(module=module, question=f"What is {k} + 1?", answer=k + 1) | more


M = [dict(name="m")]


# -- answers -------------------------------------------------------------------------------------------------------

@settings(deadline=None)
@given(st.integers(-10**12, 10**12), st.integers(0, 6))
def test_a_number_is_itself_in_every_dress(n, places):
    for text in (str(n), f"{n:,}", f"{n:,}.{'0' * places}".rstrip("."), f"{n}%", f" {n} ", f"{'-' * (n < 0)}${abs(n)}"):
        assert read_number(text) == n and same_answer(str(n), text) and not same_answer(str(n + 1), text)
        assert check_answer(str(n), f"so it is\n#### {text}").correct


@given(st.text(max_size=80), st.text(max_size=200))
def test_nothing_that_a_model_writes_makes_the_ruler_fall(gold, output):
    mark = check_answer(gold, output)
    assert isinstance(mark, Mark) and mark.kind in ("correct", "no_answer", "wrong_answer", "arithmetic")
    final_answer(output), read_number(output)


def test_long_digits_are_no_number():
    assert read_number("9" * 5000) is None and read_equations(f"{'9' * 5000} + 1 = 2") == []
    assert not check_answer("7", "9" * 5000).correct


@given(st.lists(st.integers(0, 999), min_size=2, max_size=6), st.lists(st.sampled_from("+-*"), min_size=5, max_size=5), st.sampled_from((0, 1, -1)))
def test_equations_are_calculated_as_python_does(numbers, signs, off):
    said = " ".join([str(numbers[0]), *(f"{s} {n}" for s, n in zip(signs, numbers[1:]))])
    text = f"Then we get {said} = {eval(said) + off} things."
    assert [ok for _, ok in read_equations(text)] == [off == 0]


@given(st.integers(1, 500), st.integers(1, 99), st.integers(1, 4))
def test_a_decimal_may_be_rounded(a, b, places):
    exact = Fraction(a, b)
    near = round(exact, places)
    text = f"{a} / {b} = {float(near):.{places}f}"
    assert read_equations(text)[0][1]
    far = near + Fraction(2, 10 ** places)                                  # one could be a tie
    assert not read_equations(f"{a} / {b} = {float(far):.{places}f}")[0][1]


@pytest.mark.parametrize("text", ["(1 + 2) * 3 = 9", "2(3 + 4) = 14", "2x + 3 + 4 = 9", "x + 3 = 7", "10^2 + 5 = 105", "√16 + 2 = 6", "sqrt 16 + 2 = 6", "20% * 50 = 10",
                                  "1 + 2 = 3x", "1 + 2 = 3 * x", "7 mod 3 + 1 = 2", "3 + 4 = (7)", "1/5 = 20%", "3! + 1 = 7", "12:30 + 1 = 13",
                                  "7 / 3 = 2 remainder 1", "7 ÷ 3 = 2 R1", "7 / 3 = 2 r 1.", "7 / 3 = 2 (remainder 1)", "7 / 3 = 2, with a remainder of 1", "8 / 3 = 2.666...", "8 / 3 = 2.66…", "3 1/2 + 1/2 = 4", "5 - 3 1/2 = 1 1/2",
                                  "7/2 = 3 1/2 = 3.5", "7/3 = 2 with 1 left over", "9 / 2 = 4, 1 remaining"])
def test_what_does_not_stand_alone_is_left_alone(text): assert all(ok for _, ok in read_equations(text)), read_equations(text)


@pytest.mark.parametrize("text", ["7 / 3 = 2. The remainder is 1", "7 / 3 = 2 rooms", "7 / 3 = 2. ... so", "3 + 4 = 8 and 1/2 of it", "Step 2 3 + 4 = 8", "in 3, 1/2 + 1/2 = 2",
                                  "20 - 5 = 14\nThe remainder: 14", "He spent 20 - 5 = 14, and the remainder goes to Ann", "3 + 4 = 8... so he has 8", "in 2020 10/2 = 6", "Day 2 6/2 = 4"])
def test_but_a_false_step_beside_such_words_is_not(text): assert [ok for _, ok in read_equations(text)] == [False]


def test_one_long_sum_takes_no_time():
    import time
    started = time.perf_counter()
    read_equations("1 + " * 20_000 + "1"), read_equations("1 " * 20_000), read_equations("1 = " * 20_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("gold, output, correct", [
    ("Paris", "The capital is Paris.", True), ("Paris", "#### paris", True), ("Paris", "#### The capital is Paris", False), ("Paris", "It is not Paris.", False),
    ("Paris", "Paris\n\nNo, it is Lyon.", False), ("yes", "Yes, since 7 is prime.", True), ("yes", "no", False), ("no", "No, it is not.", True), ("12", "twelve", False),
    ("1/2", "0.5", True), ("3.50", "#### $3.5", True), ("7", "There are 7 of 9", False), ("the cell wall", "Answer: cell wall", True)])
def test_answers_of_all_kinds(gold, output, correct): assert check_answer(gold, output).correct is correct


def test_every_classroom_solution_is_sound():
    for m in ROOM.modules:
        for style in ("brief", "scaffolded", "brief template", "scaffolded template"):
            for i in ROOM.sample(m, 15, seed=1): assert check_answer(i.answer, ROOM.solve(i, style)) == Mark(True)


# -- the domain ----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def school(tmp_path_factory): return load_folder(save_folder(ROOM, tmp_path_factory.mktemp("there")/"school", n=40))


def test_no_test_question_is_sampled(school):
    for m, module in school.modules.items():
        if module.closed: continue
        taught = {i.key for seed in range(3) for i in school.sample(m, 10**4, seed)}
        asked = {i.key for s in ("gate", "test") for i in school.probes(m, school.sizes()[m][s], s, 0)}
        assert taught and asked and not taught & asked


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_draws_are_different_and_repeatable(school, data):
    m = data.draw(st.sampled_from([m for m in school.modules if not school.modules[m].closed]))
    split, seed, level = data.draw(st.sampled_from(SPLITS)), data.draw(st.integers(0, 99)), data.draw(st.sampled_from((None, 1, 2, 3)))
    there = [i for i in school.items if i.module == m and school.split(i) == split and level in (None, i.level)]
    n = data.draw(st.integers(0, len(there)))
    drawn = school.probes(m, n, split, seed, level)
    assert len({i.key for i in drawn}) == n and {i.key for i in drawn} <= {i.key for i in there} and drawn == school.probes(m, n, split, seed, level)
    with pytest.raises(IOAError, match=f"has {len(there)} {split} items.* and {len(there) + 1} were asked for"): school.probes(m, len(there) + 1, split, seed, level)


def test_levels_take_turns(school):
    drawn = school.sample("add_carry", 9, seed=0)
    assert sorted(i.level for i in drawn) == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_closed_module_repeats_itself(tmp_path):
    domain = load_folder(write(tmp_path/"d", [line(k) for k in range(4)], [dict(name="m", closed=True)]))
    for split in SPLITS: assert len(domain.probes("m", 10, split, 0)) == 10
    assert len({i.key for i in domain.sample("m", 4, 1)}) == 4


def test_a_named_split_wins(tmp_path):
    domain = load_folder(write(tmp_path/"d", [line(k, split=SPLITS[k % 3]) for k in range(30)], M))
    assert domain.sizes() == {"m": dict(train=10, gate=10, test=10)}
    assert any(split_of(i.question) != "train" for i in domain.sample("m", 10, 0))


def test_it_is_a_domain_also_in_part(school):
    assert isinstance(school, Domain) and school.free_text is False
    assert restrict(school, ["add_carry"]).sample("add_carry", 2, 0) == school.sample("add_carry", 2, 0)


def test_there_and_back(school, tmp_path):
    again = load_folder(save_folder(school, tmp_path/"again"))
    assert [asdict(i) for i in again.items] == [asdict(i) for i in school.items] and again.splits == school.splits and again.name == school.name


def test_extra_fields_come_along(tmp_path):
    folder = write(tmp_path/"d", [line(k, source="book", block=k) for k in range(60)], M)
    domain = load_folder(save_folder(load_folder(folder), tmp_path/"again"))
    assert {i.data["source"] for i in domain.items} == {"book"} and {i.block for i in domain.items} == set(range(60))
    (only,) = domain.sample("m", 60, 0)[:1]
    assert domain.probes("m", 1, "train", 0, block=only.block) == [only]


def test_odd_characters_break_no_line(tmp_path):
    folder = write(tmp_path/"d", [line(k) for k in range(60)] + [json.dumps(line(99, question="one\u2028two\x85 three"), ensure_ascii=False) + "\r\n"], M)
    domain = load_folder(save_folder(load_folder(folder), tmp_path/"again"))
    assert domain.find("one two three") == domain.items[-1] and "\u2028" in domain.items[-1].question


def test_a_part_of_a_domain_is_saved_without_the_rest(tmp_path):
    domain = load_folder(save_folder(restrict(ROOM, ["exact_division"]), tmp_path/"d", n=40))
    assert domain.prerequisites == dict(exact_division=()) and {i.skills for i in domain.items} == {("exact_division",)}


def test_an_area_with_one_module(tmp_path):
    folder = write(tmp_path/"d", [line(k, m) for m in "ab" for k in range(40 * (m == "b"), 40 + 40 * (m == "b"))], [dict(name="a", area="x"), dict(name="b", area="y", prerequisites=["a"])])
    domain = load_folder(folder)
    assert [m.area for m in domain.modules.values()] == ["x", "y"] and domain.prerequisites == dict(a=(), b=("a",))


def test_gsm8k_lines_are_understood(tmp_path):
    rows = [dict(module="m", question=f"q{k}", answer=f"3 + {k} = <<3+{k}={3 + k}>>{3 + k}\n#### {3 + k}") for k in range(60)]
    domain = load_folder(write(tmp_path/"d", rows, M))
    assert domain.items[0].answer == "3" and all(domain.check(i, i.solution).sound for i in domain.items)


# -- complaints ----------------------------------------------------------------------------------------------------

MANY = [line(k) for k in range(60)]

@pytest.mark.parametrize("items, modules, said", [
    ([*MANY, line(99, "x")], M, "items.jsonl, line 61: field 'module' names 'x', which is no module; there are: m"),
    ([*MANY, line(99, skills=["y"])], M, "line 61: field 'skills' names 'y'"),
    ([*MANY, line(99, skills="m")], M, "line 61: field 'skills' is 'm'; it takes a list"),
    ([*MANY, line(99, level=0)], M, "line 61: field 'level' is 0; it starts at 1"),
    ([*MANY, line(99, level="1")], M, "line 61: field 'level' is '1'; it takes a whole number"),
    ([*MANY, line(99, split="dev")], M, "line 61: field 'split' is 'dev'; choose one of train, gate, test"),
    ([*MANY, line(99, split="test")], [dict(name="m", closed=True)], "field 'split' is 'test'; module 'm' is closed"),
    ([*MANY, line(3)], M, "line 61: field 'question' repeats line 4"),
    ([line(3, "n", answer=5), *MANY], [*M, dict(name="n")], "line 5: field 'answer' is '4', and line 1 asks the same and says '5'"),
    ([line(3, "n", split="test"), *MANY], [*M, dict(name="n")], "line 5: field 'split' is not there, and line 1 asks the same in test"),
    ([*MANY, line(99, question=" ")], M, "line 61: field 'question' is empty"),
    ([*MANY, dict(module="m", question="q")], M, "line 61: field 'answer' is missing"),
    ([*MANY, line(99, answer=True)], M, "field 'answer' is 'True'; it takes text or a number"),
    ([*MANY, line(99, soluton="x")], M, "unknown field 'soluton'; did you mean 'solution'?"),
    ([*MANY, line(99, solution="99 + 1 = 101")], M, "field 'solution' says '99 + 1 = 101', which does not hold; mend it, or let no equation be calculated, with \"arithmetic\": false in domain.json"),
    ([*MANY, line(99, solution="#### 101")], M, "field 'solution' says '101', and the answer is '100'"),
    ([*MANY, '{"module": "m", "question": "q", "answer": NaN}\n'], M, "line 61: NaN is no number"),
    ([*MANY, "[1]\n"], M, "line 61: '[1]' is no object"),
    ([*MANY, "{\n"], M, "line 61: not JSON"),
    ([*MANY, "[" * 100_000 + "\n"], M, "line 61: not JSON"),
    (MANY, [*M, dict(name="n")], "items.jsonl: module 'n' has no item"),
    (MANY, [*M, *M], "modules.jsonl, line 2: module 'm' stands there twice"),
    (MANY, [], "has no module"),
    (MANY, [dict(name="m", prerequisites=["z"])], "modules.jsonl, line 1: field 'prerequisites' names 'z'"),
    (MANY, [dict(name="m", prerequisites=[1])], "field 'prerequisites' holds 1; it takes names"),
    (MANY, [dict(name="m", prerequisites=["m"])], "modules.jsonl: prerequisite cycle: m -> m"),
    (MANY[:2], M, "items; 1 of each are asked for")])
def test_complaints_name_file_line_and_field(tmp_path, items, modules, said):
    with pytest.raises(IOAError) as caught: load_folder(write(tmp_path/"d", items, modules))
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("about, said", [
    (dict(modules=M), "domain.json: field 'name' is missing"), (dict(name="d", modules=M, prerequisites=dict(m="n")), "domain.json, prerequisites of 'm': 'n'; it takes a list of names"),
    (dict(name="d", modules=M, prerequisites=dict(n=[])), "domain.json, prerequisites: field 'prerequisites' names 'n'"), (dict(name="d", modules=["m"]), "domain.json, module 1: 'm' is no object"),
    (dict(name="d", modules=[dict(name="m", area="y")], areas=["x"]), "domain.json, module 1: unknown area 'y'; areas are x"), (dict(name="d", modules=M, prerequisite={}), "did you mean 'prerequisites'?")])
def test_complaints_about_domain_json(tmp_path, about, said):
    with pytest.raises(IOAError) as caught: load_folder(write(tmp_path/"d", MANY, about=about))
    assert said in str(caught.value)


def test_complaints_about_the_folder(tmp_path):
    with pytest.raises(IOAError, match="missing folder"): load_folder(tmp_path/"no")
    with pytest.raises(IOAError, match="neither domain.json nor modules.jsonl"): load_folder(tmp_path)
    folder = write(tmp_path/"d", MANY, M)
    (folder/"domain.json").write_text("{}")
    with pytest.raises(IOAError, match="both domain.json and modules.jsonl"): load_folder(folder)
    (folder/"domain.json").unlink(), (folder/"items.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(IOAError, match="items.jsonl: not UTF-8 text"): load_folder(folder)
    (folder/"items.jsonl").unlink()
    with pytest.raises(IOAError, match="missing file"): load_folder(folder)


def test_a_domain_without_items_is_refused():
    with pytest.raises(IOAError, match="has no item"): FileDomain("d", [Module("m")], {}, [])
    with pytest.raises(IOAError, match="unknown module 'n'"): FileDomain("d", [Module("m")], {}, [Item("n", "q", "a")])
