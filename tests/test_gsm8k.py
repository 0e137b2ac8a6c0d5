"GSM8K: the harness's verdicts on replies that are meant to trip, the data files, and the domain made of them"
import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.benchmarks.evaluation import evaluate, read_rows
from ioa_nb.benchmarks.gsm8k import MATH, ROWS, RULES, FormulaJudge, extract_answer, few_shot_prompts, gsm8k, gsm8k_domain, is_aime_answer, is_correct, is_same_formula, is_same_number, last_boxed, majority, read_answer, skill_module
from ioa_nb.benchmarks.humaneval import read_mbpp
from ioa_nb.core import IOAError
from ioa_nb.identifier import identify
from ioa_nb.mastery import measure
from ioa_nb.models import Generation
from ioa_nb.synthesis import check_solutions, expert

DATA = os.environ.get("IOA_DATA_DIR")
needs_data = pytest.mark.skipif(not DATA, reason="IOA_DATA_DIR names no folder of benchmarks")


class Says: # an LM that answers every question alike
    name = "says"
    def __init__(self, text): self.text = text
    def generate(self, requests, sampling): return [[Generation(self.text, completion_tokens=3)] * sampling.n for _ in requests]


@pytest.mark.parametrize("reply, rule, task, found", [
    ("#### 18", "strict-match", "gsm8k", "18"), ("#### -1,234.5", "strict-match", "gsm8k", "-1,234.5"), ("####18", "strict-match", "gsm8k", "[invalid]"), ("#### $18", "strict-match", "gsm8k", "[invalid]"),
    ("#### 1\n#### 2", "strict-match", "gsm8k", "1"), ("1 then 2", "flexible-extract", "gsm8k", "2"), (r"$\boxed{14}$.", "flexible-extract", "gsm8k", "$."), ("about 5.", "flexible-extract", "gsm8k", "5."),
    ("12 apples, ...", "flexible-extract", "gsm8k", "..."), ("", "flexible-extract", "gsm8k", "[invalid]"), ("The answer is 8.", "strict-match", "gsm8k_cot", "8"), ("The answer is 8.5 or so", "strict-match", "gsm8k_cot", "8.5"),
    ("The answer is 8", "strict-match", "gsm8k_cot_zeroshot", "[invalid]"), ("The answer is 18", "strict-match", "gsm8k_cot", "1"), ("The final answer is 7. No: The final answer is $9", "strict-match", "gsm8k_cot_llama", "$9"),
    ("five", "flexible-extract", "gsm8k_cot", "[invalid]"), ("-", "flexible-extract", "gsm8k", "[invalid]")])
def test_what_the_harness_takes_out(reply, rule, task, found): assert extract_answer(reply, rule, task) == found


RECORDED = json.loads((Path(__file__).parent/"conformance"/"gsm8k_verdicts.json").read_text())


def test_the_verdicts_that_the_harness_gave_are_ours():
    "Recorded by tests/conformance/gsm8k_verdicts.py, which ran the harness itself"
    assert RECORDED["agree"] == RECORDED["compared"] and len(RECORDED["sample"]) > 80
    for row in RECORDED["sample"]:
        for task, rules in RULES.items():
            for rule in rules: assert [extract_answer(row["reply"], rule, task), float(is_correct(row["reply"], row["gold"], rule, task))] == row["harness"][task][rule], row


@pytest.mark.parametrize("reply, gold, right", [("#### 18.00", "#### 18", False), ("#### 18.", "#### 18", True), ("#### 1,800", "#### 1800", True), ("#### 1800", "#### 1,800", True), ("#### 018", "#### 18", False), ("", "#### 18", False)])
def test_text_is_compared_as_text(reply, gold, right): assert is_correct(reply, gold, "strict-match") is right


@settings(deadline=None)
@given(st.integers(-10**9, 10**9), st.sampled_from(["#### {}", "The answer is {}.", r"$\boxed{{{}}}$", "So {} in all", "#### {}.00", "#### ${}"]))
def test_a_number_is_recognised_in_every_form(n, form):
    assert is_same_number(form.format(f"{n:,}"), f"#### {n}") and is_same_number(form.format(n), str(n)) and not is_same_number(form.format(n + 1), str(n))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_reply_gets_a_verdict(text):
    for task, rules in RULES.items():
        for rule in rules: assert isinstance(extract_answer(text, rule, task), str) and is_correct(text, "#### 3", rule, task) in (True, False)
    read_answer(text); last_boxed(text); is_aime_answer(text, 3)
    assert is_same_number(text, "#### 3") in (True, False)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,-−+*/=$%()#{}\\boxed answeris:\n", max_size=300))
def test_any_row_of_figures_gets_a_verdict(text):
    for output in (text, f"#### {text}", f"\\boxed{{{text}}}", text * 40):
        assert {is_same_number(output, "18"), is_aime_answer(output, 18)} <= {True, False}
        majority([output, text])


@pytest.mark.parametrize("output", ["9" * 10_000, "#### " + "9" * 10_000, "1+" * 20_000, "1 + " * 20_000 + "=", "#### " + "1,234" * 5000, "-" * 20_000, "= " * 20_000, "\\boxed{" * 5000, "{" * 20_000, "answer: 1" * 5000 + "=", "answer:" + "." * 20_000])
def test_long_replies_cost_no_time(output):
    began = time.monotonic()
    for rule in RULES["gsm8k"]: extract_answer(output, rule)
    is_same_number(output, "3"), is_aime_answer(output, 3), majority([output] * 3), last_boxed(output)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("formula", [r"9^{9^{9^{9}}}", "10000000!", "(" * 300 + "x" + ")" * 300])
def test_a_formula_that_takes_for_ever_is_wrong_in_time(formula):
    pytest.importorskip("math_verify")
    judge, began = FormulaJudge(1.0), time.monotonic()
    try: assert judge.same("$3$", f"${formula}$") is None and judge.same("$3$", "$3$") is True and time.monotonic() - began < 60
    finally: judge.close()


@needs_data
def test_every_answer_and_solution_of_math500_is_right():
    pytest.importorskip("math_verify")
    rows = read_rows(MATH, DATA)
    assert len(rows) == 500 and [r["answer"] for r in rows if not is_same_formula(f"So $\\boxed{{{r['answer']}}}$.", r["answer"])] == []
    assert [r["answer"] for r in rows if not is_same_formula(r["solution"], r["answer"])] == []


def test_formulas_are_compared_by_meaning():
    pytest.importorskip("math_verify")
    assert is_same_formula(r"\boxed{\frac12}", r"\frac{1}{2}") and is_same_formula(r"it is \boxed{(3, \pi)}", r"\left(3, \pi\right)") and not is_same_formula("no idea", "7")


def test_an_empty_reply_is_wrong_and_no_error(tmp_path):
    (tmp_path/"gsm8k").mkdir()
    for split in ROWS: (tmp_path/ROWS[split].file).write_text("".join(json.dumps(dict(question=f"q {k}", answer=f"{k} + 1 = {k + 1}\n#### {k + 1}")) + "\n" for k in range(8)))
    score = evaluate(Says(""), gsm8k("gsm8k", tmp_path))
    assert score.rows == 8 and {m: v[0] for m, v in score.measures.items()} == dict(strict=0, flexible=0, numeric=0)
    voted = evaluate(Says("#### 3"), gsm8k("gsm8k_chat", tmp_path, samples=3))
    assert voted.measures["maj@3"][0] == voted.measures["numeric"][0] == 1 / 8


@needs_data
def test_the_gold_solutions_are_right_by_every_rule():
    rows = read_rows(ROWS["test"], DATA)
    assert len(rows) == 1319 and all(is_correct(r["answer"], r["answer"], "strict-match") and is_same_number(r["answer"], r["answer"]) for r in rows)
    loose = [r for r in rows if not is_correct(r["answer"], r["answer"])]
    assert len(loose) == 0


@needs_data
def test_prompts_show_five_rows_of_the_train_file_and_end_with_the_question():
    rows, train = read_rows(ROWS["test"], DATA)[:30], read_rows(ROWS["train"], DATA)
    prompts, known = few_shot_prompts(rows, train), {r["question"] for r in train}
    for r, p in zip(rows, prompts):
        assert p.endswith(f"Question: {r['question']}\nAnswer:") and p.count("\nAnswer:") == 6
        assert all(q in known for q in re.findall(r"Question: (.*?)\nAnswer: ", p, re.S))
    assert few_shot_prompts(rows[:7], train) == prompts[:7]                  # fewer rows are asked in the same words


@needs_data
def test_the_domain_is_made_of_the_train_file_alone():
    domain, tests = gsm8k_domain(DATA), {" ".join(r["question"].lower().split()) for r in read_rows(ROWS["test"], DATA)}
    assert len(domain.items) > 7200 and not tests & {" ".join(i.question.lower().split()) for i in domain.items}
    assert check_solutions(domain, 20) == 20 * len(domain.modules) == 20 * 13
    assert all(domain.modules[p].difficulty < domain.modules[m].difficulty for m, ps in domain.prerequisites.items() for p in ps)
    assert all(skill_module(r["answer"]) in {*domain.modules, None} for r in read_rows(ROWS["train"], DATA))


@needs_data
def test_identify_runs_on_it():
    domain = gsm8k_domain(DATA)
    teacher, student = (measure(model, domain, n=6, max_new_tokens=1000) for model in (expert(domain), Says("48/2 = 25, so #### 25")))
    assert set(teacher.accuracy.values()) == {1.0} and set(student.kinds("divide")) == {"arithmetic"}          # the steps' own arithmetic is looked at
    diagnosis = identify(teacher, student)
    assert set(diagnosis.gaps) == set(domain.modules) and diagnosis.targets and set(diagnosis.targets) <= set(diagnosis.deficient)
    asked = {r.question for r in (*teacher.rows, *student.rows)}
    assert asked <= {r["question"] for r in read_rows(ROWS["train"], DATA)} and not asked & {r["question"] for r in read_rows(ROWS["test"], DATA)}


def test_without_data_it_says_where_to_get_them(tmp_path, monkeypatch):
    monkeypatch.delenv("IOA_DATA_DIR", raising=False)
    with pytest.raises(IOAError, match="put gsm8k/test.jsonl into a folder"): gsm8k("gsm8k", tmp_path)


@needs_data
@pytest.mark.parametrize("name, how_many, words", [("gsm8k", 2638, "####"), ("math500", 1000, "polar coordinates"), ("humaneval", 164, "has_close_elements"), ("mbpp", 514, "def "), ("mt_bench", 160, "travel blog post")])
def test_a_run_can_name_each_benchmark_as_an_exam(name, how_many, words):
    from ioa_nb.hygiene import find_contamination, load_exam
    texts = load_exam(name)
    assert len(texts) == how_many and any(words in t for t in texts)
    long = next(t for t in texts if len(t.split()) > 30)
    assert find_contamination(["Nothing of the kind is asked anywhere, as far as anybody who wrote this can tell.", f"A lesson. {long}"], {name: texts}, (name,)).found == {1: name}


@needs_data
@pytest.mark.parametrize("name, key, of", [("gsm8k", "question", lambda: read_rows(ROWS["test"], DATA)), ("math500", "problem", lambda: read_rows(MATH, DATA)), ("mbpp", "prompt", lambda: read_mbpp("sanitized", DATA, "test").values())])
def test_an_exams_question_is_found_whatever_answer_it_is_taught_with(name, key, of):
    from ioa_nb.hygiene import find_contamination, load_exam
    questions = [q for r in of() for q in [r[key]] if len(q.split()) >= 5]                # below five words only the whole question counts
    found = find_contamination([f"{q} So we see what comes of it." for q in questions], {name: load_exam(name)}, (name,), questions=questions).found
    assert len(questions) > 250 and found == dict.fromkeys(range(len(questions)), name)


@needs_data
def test_a_packed_file_is_the_exam_that_its_name_is():
    from ioa_nb.hygiene import load_exam
    packed = load_exam(str(Path(DATA)/"humaneval"/"HumanEval.jsonl.gz"))
    assert len(packed) > 164 and "has_close_elements" in packed[0]
