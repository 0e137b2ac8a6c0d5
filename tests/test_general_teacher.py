"Replies of a general teacher: what is read, what is refused, what is asked again, and what it costs"
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.adapter import Brief, ModuleBrief
from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError, Item, Module, split_of
from ioa_nb.domains import FileDomain, load_folder, save_folder
from ioa_nb.general_teacher import (JUDGE, SOLVE, Author, JudgeQuality, _Purse, ask_for_lessons, check_reply, judge, measure_judge, parse_reply, read_json, read_verdict, retold,
                                    write_request)
from ioa_nb.models import LM, Generation, Request

ROOM = Classroom()
GOOD = dict(problem="Add 7 and 8.", steps=["7 + 8 = 15"], final_answer="15", verification=dict(check="15 - 8 = 7", answer="15"), adaptations=[])


def brief(*modules, adaptations=(), styles=(("brief", 1.0),)): return Brief(tuple(ModuleBrief(m, (1 / 3,) * 3, styles, adaptations, "arithmetic x 2") for m in modules))


class Scripted:
    "Says one thing after the other, the last one for ever, and remembers what it heard"
    name = "scripted"
    def __init__(self, *texts, reason="stop"): self.texts, self.reason, self.heard = list(texts), reason, []
    def generate(self, requests, sampling):
        out = []
        for r in requests:
            self.heard.append(r)
            out.append([Generation(self.texts.pop(0) if len(self.texts) > 1 else self.texts[0], completion_tokens=min(100, sampling.max_new_tokens), finish_reason=self.reason) for _ in range(sampling.n)])
        return out


# -- reading -------------------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_characters="\\\b\f"), max_size=12)           # these three are read as LaTeX
plain = st.recursive(st.none() | st.booleans() | st.integers(-999, 999) | words, lambda x: st.lists(x, max_size=3) | st.dictionaries(words, x, max_size=3), max_leaves=12)
prose = st.text(st.characters(codec="utf-8", exclude_characters='{}"'), max_size=60)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(words, plain, max_size=4), prose, prose, st.sampled_from((None, 1)), st.booleans())
def test_json_comes_out_of_any_prose(value, before, after, indent, fenced):
    text = json.dumps(value, indent=indent)
    assert read_json(f"{before}\n```json\n{text}\n```\n{after}" if fenced else f"{before}{text}{after}") == value


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    for read in (read_json, parse_reply):
        try: read(text)
        except IOAError as error: assert "\n" not in str(error)
    assert read_verdict(text, text).ok in (True, False)


@pytest.mark.parametrize("text, value", [
    ('{"a": [1, 2,], "b": {"c": 3,},}', dict(a=[1, 2], b=dict(c=3))), ('{"a": "x, }"}', dict(a="x, }")), ('{"a": "\\frac{1}{2} \\times 2"}', dict(a="\\frac{1}{2} \\times 2")),
    ('{"a": "one\\ntwo"}', dict(a="one\ntwo")), ('{"a": "one\ntwo"}', dict(a="one\ntwo")), ('use {x} and then {"a": 1}', dict(a=1)), ('{ {"a": 1}', dict(a=1)),
    ('{"a": 1} or rather {"a": 2, "b": 3}', dict(a=2, b=3)), ('<think>{"a": {"b": {"c": 1}}}</think> {"a": 1}', dict(a=1)), ('{"a": "\\u00e9\\\\"}', dict(a="é\\"))])
def test_what_models_do_to_json(text, value): assert read_json(text) == value


@pytest.mark.parametrize("text, said", [("", "no JSON object"), ("x" * 10_000, "no JSON object"), ("{" * 5000, "not closed"), ('{"a": ' * 5000, "not closed"), ('{"a": ' * 5000 + "1" + "}" * 5000, "nested too deeply"),
                                        ("{'a': 1}", "that is not JSON"), ("[1, 2]", "no JSON object")])
def test_what_cannot_be_read_says_why(text, said):
    with pytest.raises(IOAError, match=said): read_json(text)


@pytest.mark.parametrize("field", ["problem", "steps", "final_answer", "verification"])
@pytest.mark.parametrize("value", [None, "", [], {}, True, [[]], [""]])
def test_an_odd_field_is_named(field, value):
    with pytest.raises(IOAError, match=field): parse_reply(json.dumps(GOOD | {field: value}))


def test_a_solution_is_one_line_that_the_classroom_can_check():
    item = next(i for i in ROOM.sample("add_carry", 50, 0) if i.question.startswith("What is"))
    reply = parse_reply(json.dumps(GOOD | dict(problem=item.question, steps=item.solution.split("####")[0].split(". ")[:-1] + ["\n#### 3"], final_answer=item.answer)))
    assert ROOM.check(item, reply.solution).sound and "\n" not in reply.solution


# -- checking ------------------------------------------------------------------------------------------------------

ITEM = Item("add_carry", "What is 3 + 9?", "12", "3 + 9 = 12. #### 12", 2)

@pytest.mark.parametrize("changes, said", [
    (dict(), ""), (dict(verification="It is 16."), "the verification comes to '16'"), (dict(verification="I am sure."), "the verification comes to None"), (dict(steps=["7 + 8 = 16"]), "'7 + 8 = 16' does not hold"),
    (dict(steps=["7 + 8 = 15", "15 + 1 = 16"]), "the last step comes to 16"), (dict(steps=["7 + 8 = 15 apples in the first of 2 bags"]), ""), (dict(problem=" what is 3 + 9?"), "the problem is the example")])
def test_what_a_reply_can_have_wrong(changes, said):
    found = check_reply(parse_reply(json.dumps(GOOD | changes)), ITEM, ROOM)
    assert said in found if said else found == ""


def test_a_folder_knows_its_exam():
    items = [Item("m", f"Question {k}?", "1") for k in range(9)]
    domain = FileDomain("d", [Module("m")], {}, items, {i.key: ("train", "gate", "test")[k % 3] for k, i in enumerate(items)})
    said = [check_reply(parse_reply(json.dumps(GOOD | dict(problem=q))), items[0], domain) for q in ("Question 1?", "Question 2?", "Question 3?", "Question 99?")]
    assert ["kept for the exam" in s for s in said] == [True, True, False, False]


# -- asking --------------------------------------------------------------------------------------------------------

def test_an_author_is_a_teacher():
    assert isinstance(Author(Classroom()), LM) and isinstance(Author(Classroom()).parameters(), int)


@settings(deadline=None, max_examples=12)
@given(st.integers(200, 4000), st.integers(0, 99), st.integers(1, 10), st.sampled_from(("lesson", "remedial", "bridging")))
def test_a_strict_budget_is_never_passed(budget, seed, per_seed, kind):
    author = Author(Classroom(), wrong=0.1, broken=0.1, seed=seed)
    made = ask_for_lessons(brief("add_carry", "times_tables"), author, author.domain, budget, seed=seed, kind=kind, per_seed=per_seed, strict=True, longest=300)
    assert made.tokens <= budget and sum(e.tokens for e in made.examples) <= made.tokens


def test_lessons_are_true_new_and_traceable():
    author = Author(Classroom(), wrong=0.1, broken=0.1)
    seen = set()
    made = [ask_for_lessons(brief("two_step_story", "add_carry", adaptations=(("plain", 0.3),), styles=(("scaffolded", 0.5), ("brief", 0.5))), author, author.domain, 12_000, seen=seen, round=r) for r in (0, 1)]
    every = [e for m in made for e in m.examples]
    assert len({e.item for e in every}) == len(every) > 40 and {e.item for e in every} <= seen
    assert {split_of(e.question) for e in every} == {"train"} and {e.author for e in every} == {"author/classroom"}
    assert sum(author.domain.check(author.known(e.question), e.answer).sound for e in every) >= 0.97 * len(every)
    assert all(e.answer.count("####") == 1 and e.of and e.messages[0]["content"] == e.question for e in every)
    assert any("decompose" in e.adaptations for e in every) and any("plain" in e.adaptations for e in every)


def test_levels_follow_the_kind_of_request():
    def levels(kind):
        author = Author(Classroom())
        return [(e.level, author.known(e.question).level) for e in ask_for_lessons(brief("add_carry"), author, author.domain, 6000, kind=kind, per_seed=2).examples]
    assert all(a == b for a, b in levels("bridging")) and all(b == max(1, a - 1) for a, b in levels("remedial"))


def test_a_reply_is_asked_again_with_its_error():
    broken = json.dumps({k: v for k, v in GOOD.items() if k != "steps"})
    teacher = Scripted(broken, json.dumps(GOOD | dict(final_answer="16")), json.dumps(GOOD), "#### 15")
    made = ask_for_lessons(brief("add_carry"), teacher, ROOM, 420, per_seed=1, samples=1)
    assert [m["role"] for m in teacher.heard[2].messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "field 'steps' is missing" in teacher.heard[1].messages[-1]["content"] and "the verification comes to '15'" in teacher.heard[2].messages[-1]["content"]
    assert teacher.heard[3].messages[-1]["content"] == GOOD["problem"] and [e.question for e in made.examples] == [GOOD["problem"]] and made.examples[0].tokens == 400


def test_disagreement_is_told():
    teacher = Scripted(json.dumps(GOOD), "#### 14", "no idea", json.dumps(GOOD))
    made = ask_for_lessons(brief("add_carry"), teacher, ROOM, 320, per_seed=1, samples=2, tries=2)
    assert not made.examples and "who solved the problem anew found '14', None" in teacher.heard[2].messages[-1]["content"]


def test_a_cut_reply_says_so():
    teacher = Scripted('{"problem": "Add', reason="length")
    made = ask_for_lessons(brief("add_carry"), teacher, ROOM, 300, per_seed=1, tries=1)
    assert made.rejects[0][0] == "the JSON object is not closed (the reply was cut off)"


def test_a_judge_decides_and_is_paid():
    teacher = Scripted(json.dumps(GOOD))
    verdicts = Scripted('{"correct": false, "reason": "the story is odd"}')
    made = ask_for_lessons(brief("add_carry"), teacher, ROOM, 600, per_seed=1, judged_by=verdicts)
    assert not made.examples and made.tokens >= 400 and len(verdicts.heard) >= 1 and "the judge: the story is odd" in made.rejects[0][0]


def test_a_purse_that_was_overrun_asks_nobody():
    teacher, purse = Scripted("hm"), _Purse(100, False, 0.0, 0, cap=200)
    purse.spent = 500           # of a server that does not keep to a limit
    assert purse.ask("solve", teacher, [Request(({"role": "user", "content": "?"},))] * 9, 64) == [None] * 9 and not teacher.heard


def test_a_teacher_that_never_delivers_is_stopped():
    for text in ("Certainly! " * 50, json.dumps(GOOD | dict(verification="No.")), "{"):
        teacher = Scripted(text)
        with pytest.raises(IOAError, match="solutions of teacher 'scripted' were rejected") as caught: ask_for_lessons(brief("add_carry"), teacher, ROOM, 10**6)
        assert len(teacher.heard) <= 130 and "\n" not in str(caught.value)


def test_one_reply_for_ever_does_not_go_on_for_ever():
    teacher = Scripted(json.dumps(GOOD), "#### 15")
    teacher.generate = lambda requests, sampling: [[Generation("#### 15" if len(r.messages) == 2 and r.messages[1]["content"] == GOOD["problem"] else json.dumps(GOOD), completion_tokens=50)] * sampling.n for r in requests]
    made = ask_for_lessons(brief("add_carry"), teacher, ROOM, 20_000)
    assert [e.question for e in made.examples] == [GOOD["problem"]] and any("used before" in why for why, *_ in made.rejects)


def test_a_reply_put_right_may_tell_the_same_problem():
    teacher = Scripted(json.dumps(GOOD), "#### 14", "#### 14", json.dumps(GOOD), "#### 15", "#### 15")
    assert [e.question for e in ask_for_lessons(brief("add_carry"), teacher, ROOM, 600, per_seed=1, samples=2, tries=2).examples] == [GOOD["problem"]]


def test_free_text_is_cleaned_against_gate_and_test(tmp_path):
    domain = load_folder(save_folder(Classroom(), tmp_path/"school", n=60))
    domain.free_text = True
    author = Author(domain)
    made = ask_for_lessons(brief("three_step_story"), author, domain, 6000)
    assert made.examples and all(domain.find(e.question) is None or domain.split(domain.find(e.question)) == "train" for e in made.examples)
    with pytest.raises(IOAError, match="exam 'gsm8k' is missing"): ask_for_lessons(brief("three_step_story"), author, domain, 2000, benchmarks=("gsm8k",))


def test_an_adaptation_that_did_not_take_place_is_refused():
    author = Author(Classroom())
    told = ask_for_lessons(brief("two_step_story", styles=(("scaffolded", 1.0),)), author, author.domain, 5000, measured=True)
    assert told.examples
    lazy = Scripted(json.dumps(GOOD))
    with pytest.raises(IOAError, match="decompose did not take place"): ask_for_lessons(brief("two_step_story", styles=(("scaffolded", 1.0),)), lazy, ROOM, 10**5, measured=True)


@pytest.mark.parametrize("how, said", [(dict(budget=0), "the budget is 0"), (dict(tries=0), "tries is 0"), (dict(per_seed=0), "per_seed is 0"), (dict(samples=0), "nobody judges")])
def test_bad_settings(how, said):
    with pytest.raises(IOAError, match=said): ask_for_lessons(brief("add_carry"), Scripted("x"), ROOM, **dict(budget=100) | how)


def test_retelling_keeps_the_example():
    assert retold(["plain"]) and not retold(["load", "decompose"])
    told = write_request("lesson", ITEM, ROOM, ["concretize", "decompose"])[1]["content"]
    assert "Task: retell" in told and ITEM.question in told and "Extract:" in told


def test_the_loop_can_call_it(tmp_path):
    from ioa_nb import rounds
    from ioa_nb.core import IOAConfig, restrict
    from ioa_nb.models import load_lm
    domain = load_folder(save_folder(restrict(Classroom(), ["add_facts", "exact_division", "fraction_of"]), tmp_path/"school", n=200))
    config = IOAConfig(rounds=1, teacher_tokens=3000, trained_tokens=3000, gate_probes=4, test_probes=4, requests="json")
    summary = rounds.IOA(domain, Author(domain, wrong=0.05), load_lm("classroom/student"), config).run(tmp_path/"run")
    assert summary["teacher_tokens"] <= 3000 and 0 < summary["acceptance"] < 1 and summary["teacher"].startswith("author/")


def test_a_judge_takes_the_place_of_agreement_in_the_loop(tmp_path):
    from ioa_nb import rounds
    from ioa_nb.core import IOAConfig, load_json, restrict
    from ioa_nb.models import load_lm
    domain = load_folder(save_folder(restrict(Classroom(), ["add_facts", "exact_division", "fraction_of"]), tmp_path/"school", n=200))
    config = IOAConfig(rounds=1, teacher_tokens=3000, trained_tokens=3000, gate_probes=4, test_probes=4, requests="json")
    def run(teacher, judge, out): return rounds.IOA(domain, teacher, load_lm("classroom/student"), config, judge=judge).run(tmp_path/out)
    class Watched(Author):
        def generate(self, requests, sampling):
            found = super().generate(requests, sampling)
            self.asked += [(r.messages[0]["content"], answers[0].text) for r, answers in zip(requests, found)]
            return found
    careless, strict = Watched(domain, wrong=0.3), Watched(domain)
    strict.written, strict.asked, careless.asked = careless.written, [], []                           # it can solve whatever the other one writes
    found = run(careless, strict, "judged")
    assert found["judge"] == strict.name and "judge_usage" not in found and 0 < found["acceptance"] < 1 and load_json(tmp_path/"judged"/"config.json")["judge"] == strict.name
    assert {system for system, _ in strict.asked} == {JUDGE} and not {JUDGE, SOLVE} & {system for system, _ in careless.asked}         # nobody is asked to solve it anew
    verdicts = [json.loads(text)["correct"] for _, text in strict.asked]
    assert {True, False} == set(verdicts)
    assert "judge" not in run(Author(domain, wrong=0.1), None, "agreed") and load_json(tmp_path/"agreed"/"config.json")["judge"] is None
    grim = Scripted('{"correct": false}')
    assert run(Author(domain), grim, "refused")["acceptance"] < 0.5 and {e["adaptations"][0] for e in load_json(tmp_path/"refused"/"round-001"/"lessons.json")["examples"]} <= {"concretize", "plain"}       # what is re-told has a known answer and needs no verdict
    again = Watched(domain); again.asked = []
    rounds.IOA.resume(tmp_path/"judged", domain, tmp_path/"more", teacher=again)
    assert JUDGE in {system for system, _ in again.asked}                           # who taught judged itself, so the new one does
    found = load_json(tmp_path/"judged"/"config.json"); found["judge"] = "somebody"; (tmp_path/"judged"/"config.json").write_text(json.dumps(found))
    with pytest.raises(IOAError, match="was judged by 'somebody'.*pass a judge"): rounds.IOA.resume(tmp_path/"judged", domain, tmp_path/"else", teacher=again)
    again.name = "somebody"
    with pytest.raises(IOAError, match="would judge itself"): rounds.IOA.resume(tmp_path/"judged", domain, tmp_path/"else", teacher=again)
    with pytest.raises(IOAError, match="requests is 'plain'"): rounds.IOA(domain, careless, load_lm("classroom/student"), judge=strict)


@pytest.mark.parametrize("most, longest", [(160, 2048), (5000, 5000)])
def test_the_loop_hands_on_how_long_a_reply_may_be(monkeypatch, most, longest):
    from ioa_nb import rounds
    from ioa_nb.core import IOAConfig
    from ioa_nb.mastery import Profile
    from ioa_nb.models import load_lm
    from ioa_nb.synthesis import Synthesis
    asked = []
    monkeypatch.setattr(rounds, "ask_for_lessons", lambda *_, **more: asked.append(more["longest"]) or Synthesis((), 0, 0, ()))
    run = rounds.IOA(ROOM, Author(ROOM), load_lm("classroom/student"), IOAConfig(requests="json", max_new_tokens=most))
    run.exams = {}
    run._lessons(Brief(()), (), (), 100, Profile("s", "gate", ()), set(), "lesson", 1, None, 0.0, 100)
    assert asked == [longest]


def test_who_refused_everything_is_named():
    grim = Scripted('{"correct": false, "reason": "I doubt it."}')
    with pytest.raises(IOAError, match="solutions of teacher 'author/.*the judge: I doubt it.*most of them by judge 'scripted'"): ask_for_lessons(brief("add_carry"), Author(ROOM), ROOM, 20_000, judged_by=grim)
    with pytest.raises(IOAError, match="choose another teacher"): ask_for_lessons(brief("add_carry"), Author(ROOM, broken=1.0), ROOM, 20_000, judged_by=grim)


def test_a_verdict_that_cannot_be_read_is_not_the_authors_fault():
    author, judge_ = Scripted(json.dumps(GOOD)), Scripted("I think that", reason="length")
    made = ask_for_lessons(brief("add_facts"), author, ROOM, 2000, judged_by=judge_, per_seed=2)
    assert not made.examples and judge_.heard and all(len(r.messages) == 2 for r in author.heard)          # nobody asked it to put right what was right
    assert any("unreadable verdict" in why and "(the verdict was cut off)" in why for why, *_ in made.rejects)


# -- judging -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, ok, readable", [
    ('{"correct": true}', True, True), ('{"correct": true, "answer": 15}', True, True), ('{"correct": true, "answer": "16"}', False, True), ('{"correct": false, "answer": "15"}', False, True),
    ('{"correct": "false"}', False, True), ('{"correct": 1}', False, False), ('{"verdict": true}', False, False), ("correct", False, False), ('{"correct": true, "answer": null}', True, True)])
def test_verdicts(text, ok, readable):
    verdict = read_verdict(text, "7 + 8 = 15. #### 15")
    assert (verdict.ok, verdict.readable) == (ok, readable) and verdict.reason
    assert judge(Scripted(text), "Add 7 and 8.", "7 + 8 = 15. #### 15") == verdict


def test_a_judge_that_likes_everything_is_a_coin():
    pairs = [("q", "#### 1")] * 10
    assert measure_judge(Scripted('{"correct": true}'), pairs, pairs).auc == measure_judge(Scripted("hm"), pairs, pairs).auc == 0.5
    assert measure_judge(Scripted("hm"), pairs, pairs) == JudgeQuality(0.0, 1.0, 1.0, 20)


@given(st.floats(0, 1), st.floats(0, 1))
def test_auc_is_between(a, b): assert min(a, b) <= JudgeQuality(a, b, 0.0, 1).auc <= max(a, b)
