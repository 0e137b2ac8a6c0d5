"MT-Bench: FastChat's rules on odd judgments, its own files, a judge that fails, and a run that goes on"
import json
import os

import pytest
from api_server import Server, completion
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.api import APIModel, Budget, BudgetSpent
from ioa_nb.benchmarks.evaluation import read_samples
from ioa_nb.benchmarks.mt_bench import TEMPERATURES, WITH_REFERENCE, aggregate, answer_questions, judge_answers, judge_prompt, parse_rating, read_exam, self_agreement
from ioa_nb.core import IOAError
from ioa_nb.models import Generation

DATA = os.environ.get("IOA_DATA_DIR")
needs_data = pytest.mark.skipif(not DATA, reason="IOA_DATA_DIR names no folder of benchmarks")


class Says: # an LM that answers by a rule, and keeps what it was asked
    name = "says"
    def __init__(self, rule): self.rule, self.asked = rule, []
    def generate(self, requests, sampling):
        self.asked += [(r, sampling) for r in requests]
        return [[Generation(self.rule(r), completion_tokens=2)] for r in requests]


@pytest.mark.parametrize("judgment, rating", [("[[5]]", 5), ("Rating: [[10]].", 10), ("[[3]] no, [[9]]", 3), ("[6]", 6), ("[2] [[7]]", 7), ("[[8.5]]", 8.5), ("[[8,5]]", -1), ("[[-4]]", -1), ("[[rating]]", -1), ("[[7 ]]", -1), ("7", -1), ("", -1), ("[[[4]]]", 4), ("[[1e3]]", -1)])
def test_ratings_are_read_by_fastchats_patterns(judgment, rating): assert parse_rating(judgment) == rating


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([-1, 1, 4.5, 10]), st.sampled_from([1, 2]), st.sampled_from(["math", "writing"])), min_size=1, max_size=30))
def test_the_mean_is_over_what_was_rated(rows):
    found = aggregate([dict(key=str(k), score=s, turn=t, category=c) for k, (s, t, c) in enumerate(rows)])
    rated = [s for s, _, _ in rows if s != -1]
    assert found["judged"] == len(rows) and found["unrated"] == pytest.approx(1 - len(rated) / len(rows))
    if not rated: assert found["average"] is None
    else: assert found["average"] == pytest.approx(sum(rated) / len(rated)) and found["interval"][0] - 1e-9 <= found["average"] <= found["interval"][1] + 1e-9
    for turn in (1, 2):
        mine = [s for s, t, _ in rows if t == turn and s != -1]
        assert found[f"turn_{turn}"] == (pytest.approx(sum(mine) / len(mine)) if mine else None)


@needs_data
def test_the_whole_exam_is_asked_and_judged_in_fastchats_words(tmp_path):
    exam = read_exam(DATA)
    assert len(exam.questions) == 80 and len(exam.references) == 30 and len(exam.prompts) == 8
    model = Says(lambda r: f"answer to {r.messages[-1]['content'][:10]}")
    answers = answer_questions(model, exam, tmp_path, max_new_tokens=20)
    assert len(answers) == 80 and len(model.asked) == 160
    for request, sampling in model.asked:
        number, turn = request.key.split(":")
        question = next(q for q in exam.questions if str(q["question_id"]) == number)
        assert sampling.temperature == TEMPERATURES[question["category"]]
        assert [m["content"] for m in request.messages if m["role"] == "user"] == question["turns"][:int(turn) + 1]
    judge = Says(lambda r: "[[7]]" if r.key.endswith(":1") else "hm")
    judged = judge_answers(judge, exam, answers, tmp_path)
    found = aggregate(judged)
    assert (found["turn_1"], found["turn_2"], found["average"], found["unrated"], found["judged"]) == (7, None, 7, 0.5, 160)
    for j in judged:
        reference, second = j["category"] in WITH_REFERENCE, j["turn"] == 2
        assert j["prompt"] == f"single-{'math-' if reference else ''}v1{'-multi-turn' if second else ''}"
    assert all(sampling.temperature == 0 and len(request.messages) == 2 for request, sampling in judge.asked)
    silent = Says(lambda r: 1 / 0)
    assert judge_answers(Says(lambda r: 1 / 0), exam, answers, tmp_path) == judged and answer_questions(silent, exam, tmp_path) == answers and not silent.asked
    assert len(read_samples(tmp_path/"judgments-0.jsonl")) == 160


@needs_data
def test_the_prompt_shows_answer_and_reference():
    exam = read_exam(DATA)
    maths = next(q for q in exam.questions if q["category"] == "math")
    messages, name = judge_prompt(exam, maths, ["first answer {x}", "second answer"], 2)
    text = messages[1]["content"]
    assert name == "single-math-v1-multi-turn" and all(t in text for t in ("first answer {x}", "second answer", *exam.references[maths["question_id"]], *maths["turns"]))
    with pytest.raises(IOAError, match="no reference answer"): judge_prompt(type(exam)(exam.questions, {}, exam.prompts), maths, ["", ""], 1)


def exam_of(tmp_path):
    folder = tmp_path/"mt_bench"; (folder/"reference_answer").mkdir(parents=True)
    (folder/"question.jsonl").write_text("".join(json.dumps(dict(question_id=n, category="writing", turns=[f"q{n}", f"r{n}"])) + "\n" for n in range(6)))
    (folder/"reference_answer"/"gpt-4.jsonl").write_text(json.dumps(dict(question_id=0, choices=[dict(turns=["a", "b"])])) + "\n")
    (folder/"judge_prompts.jsonl").write_text("".join(json.dumps(dict(name=n, system_prompt="s", prompt_template=t)) + "\n" for n, t in (("single-v1", "{question}|{answer}"), ("single-v1-multi-turn", "{answer_1}|{answer_2}"))))
    return read_exam(tmp_path)


def test_a_judge_that_breaks_down_costs_only_its_own_turn(tmp_path):
    exam, calls = exam_of(tmp_path), []
    answers = answer_questions(Says(lambda r: "text"), exam)
    def rule(r):
        calls.append(r.key)
        if r.key in ("2:1", "4:2"): raise TimeoutError("no answer within 600 s")
        return "[[6]]"
    judged = judge_answers(Says(rule), exam, answers, tmp_path/"out", batch=4)
    assert [j["key"] for j in judged if j["fault"]] == ["2:1", "4:2"] and all("TimeoutError: no answer" in j["fault"] for j in judged if j["fault"])
    found = aggregate(judged)
    assert found["average"] == 6 and found["unrated"] == pytest.approx(2 / 12) and self_agreement(judged, judged)["both"] == 10


def test_a_rating_belongs_to_the_answer_and_is_not_handed_to_another(tmp_path):
    exam = exam_of(tmp_path)
    good, bad, changed = [[dict(a, model=who, turns=[first, "second"]) for a in answer_questions(Says(lambda r: ""), exam)] for who, first in (("good", "long"), ("bad", "long"), ("bad", "longer"))]
    judge = Says(lambda r: f"[[{len(r.messages[1]['content']) % 10}]]")
    first = judge_answers(judge, exam, good, tmp_path/"out")
    for answers in (bad, changed): assert [(j["key"], j["model"]) for j in judge_answers(judge, exam, answers, tmp_path/"out")] == [(j["key"], "bad") for j in first]
    assert len(judge.asked) == 36 and judge_answers(judge, exam, good, tmp_path/"out") == first and len(judge.asked) == 36        # whoever was rated before is known
    path = tmp_path/"out"/"judgments-0.jsonl"
    path.write_text("".join(json.dumps({k: v for k, v in json.loads(line).items() if k not in ("rated", "model")}) + "\n" for line in path.read_text().splitlines()))
    assert judge_answers(judge, exam, good, tmp_path/"out") == first and len(judge.asked) == 48                                  # a line that does not say what it rated


def test_a_judge_that_times_out_is_counted_left_alone_and_asked_again(tmp_path, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    exam = exam_of(tmp_path)
    answers = answer_questions(Says(lambda r: "text"), exam)
    with Server(rule=lambda number, body: (200, {}, completion("Fair. [[6]]")), delay=1.0) as server:
        judge = APIModel("toy", server.url, timeout=0.2, max_retries=0, folder=tmp_path/"cache")
        judged = judge_answers(judge, exam, answers, tmp_path/"out")
        assert [j["score"] for j in judged] == [-1] * 12 and aggregate(judged)["unrated"] == 1
        assert "no sign for 0.2 s" in judged[0]["fault"] and judged[-1]["fault"].startswith("not asked: the judge failed 5 times in a row")
        server.delay = 0
        assert [j["score"] for j in judge_answers(judge, exam, answers, tmp_path/"out")] == [6] * 12
        asked = len(server.asked)
        assert [j["score"] for j in judge_answers(judge, exam, answers, tmp_path/"out")] == [6] * 12 and len(server.asked) == asked
        poor = APIModel("toy", server.url, budget=Budget(tokens=0), folder=tmp_path/"empty")
        with pytest.raises(BudgetSpent): judge_answers(poor, exam, answers)


@pytest.mark.parametrize("choices", [[], [{}], "a", [dict(turns=["one"])], [dict(turns="two")], [dict(turns=[1, 2])]])
def test_a_reference_that_is_none_is_named(tmp_path, choices):
    exam_of(tmp_path)
    (tmp_path/"mt_bench"/"reference_answer"/"gpt-4.jsonl").write_text(json.dumps(dict(question_id=7, choices=choices)))
    with pytest.raises(IOAError, match="gpt-4.jsonl, question 7"): read_exam(tmp_path)


def test_a_cut_answer_file_goes_on_and_a_broken_exam_is_named(tmp_path):
    exam, model = exam_of(tmp_path), Says(lambda r: "text")
    answers = answer_questions(model, exam, tmp_path/"out", batch=2)
    path = tmp_path/"out"/"answers.jsonl"
    path.write_text(path.read_text()[:-20])
    model.asked.clear()
    assert answer_questions(model, exam, tmp_path/"out") == answers and len(model.asked) == 2
    (tmp_path/"mt_bench"/"question.jsonl").write_text('{"question_id": 1, "turns": []}\n')
    with pytest.raises(IOAError, match="question.jsonl, line 1: field 'category' is missing"): read_exam(tmp_path)


def test_answers_belong_to_weights_and_not_to_a_name(tmp_path):
    import torch
    from ioa_nb.models import load_lm
    student, exam = load_lm("classroom/student"), exam_of(tmp_path)
    first = answer_questions(student, exam, tmp_path/"out", limit=1, max_new_tokens=4)
    assert answer_questions(student, exam, tmp_path/"out", limit=1, max_new_tokens=4) == first
    with torch.no_grad(): next(student.model.parameters()).mul_(1.01)
    with pytest.raises(IOAError, match="holds answers of 'classroom/student' with other weights; choose another folder"): answer_questions(student, exam, tmp_path/"out", limit=1, max_new_tokens=4)


def test_a_judge_whose_replies_are_begun_says_the_words_first_and_greedily_what_it_would_say_after_them(tmp_path):
    from ioa_nb.benchmarks.mt_bench import Begun
    from ioa_nb.models import Request, Sampling, load_lm
    plain, exam = load_lm("classroom/teacher"), exam_of(tmp_path)
    words = "the sum is"
    begun = Begun(plain, words)
    request = Request(({"role": "user", "content": "what is 12 + 5 ?"},))
    (said,), = begun.generate([request], Sampling(12))
    (after,) = plain.continue_ids([plain.encode(request) + plain.tokenizer(words, add_special_tokens=False)["input_ids"]], ["0"], Sampling(12))
    assert said.text == words + after.text and said.token_ids == after.token_ids and begun.encode(request)[:len(plain.encode(request))] == plain.encode(request)
    judged = judge_answers(Begun(plain, "[[6]]"), exam, answer_questions(Says(lambda r: "text"), exam), max_new_tokens=4)
    assert {j["score"] for j in judged} == {6} and all(j["judgment"].startswith("[[6]]") and j["judge"] == "classroom/teacher, begun with '[[6]]'" for j in judged)
