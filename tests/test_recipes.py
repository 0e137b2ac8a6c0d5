"Recipes: every part can be switched, none of them changes what the others spend, and an observer changes nothing"
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from ioa_nb.adapter import Brief, ModuleBrief
from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAConfig, IOAError, load_json, restrict, split_of
from ioa_nb.counterfactual import largest_group, link_lessons
from ioa_nb.identifier import identify
from ioa_nb.mastery import Profile, Snapshot
from ioa_nb.models import load_lm
from ioa_nb.recipes import RECIPES, Phase, Recipe, differs
from ioa_nb.report import write_report
from ioa_nb.rounds import IOA, choose_rows, learning_curve
from ioa_nb.study_sensitivity import known_before
from ioa_nb.synthesis import Example, expert

MODULES = ["add_facts", "place_value", "add_carry", "times_tables", "times_two_digit", "two_digit_product", "one_step_story", "three_step_story"]
TINY = IOAConfig(rounds=4, teacher_tokens=1400, trained_tokens=4000, gate_probes=3, test_probes=1, max_new_tokens=100)
RUN = ["ioa", "uniform", "hard_rehearsal", "targeted_rehearsal", "easy_first", "no_identifier", "no_gate", "clock_gate", "no_adapter", "no_practice", "no_rehearsal", "soft_readiness", "tracing_gate", "zone", "by_errors",
       "counterfactual", "contradiction", "contradiction_everywhere", "from_errors", "careless_unverified", "reentry", "shared_practice", "rehearsal_teacher"]


def room():
    return restrict(Classroom(), MODULES)


def run(recipe, folder, config=TINY, **others):
    return IOA(room(), load_lm("classroom/teacher"), load_lm("classroom/student"), config, RECIPES[recipe] if isinstance(recipe, str) else recipe, **others).run(folder)


def rounds(folder, name):
    return [load_json(p/f"{name}.json") for p in sorted(folder.glob("round-*"))]


def lessons(folder):
    return [Example.from_dict(e) for values in rounds(folder, "lessons") for e in values["examples"]]


@pytest.fixture(scope="module")
def shared(tmp_path_factory): # the default arm, and what the others read from it
    folder = tmp_path_factory.mktemp("recipes")/"ioa"
    run("ioa", folder)
    return folder


@pytest.mark.parametrize("recipe", RUN[1:])
def test_every_arm_spends_the_same_two_budgets(recipe, shared, tmp_path):
    summary = run(recipe, tmp_path/recipe, beside=shared)
    assert abs(summary["trained_tokens"] - TINY.trained_tokens) < 200
    assert TINY.teacher_tokens - 160 < summary["teacher_tokens"] <= TINY.teacher_tokens            # never above, whatever the last lesson costs
    made = lessons(tmp_path/recipe)
    assert all(split_of(e.question) == "train" or room().modules[e.module].closed for e in made)
    open_ones = [e.item for e in made if not room().modules[e.module].closed]
    assert len(open_ones) == len(set(open_ones))


def test_an_observer_changes_nothing(shared, tmp_path):
    run("ioa", tmp_path/"watched", watch=0.25)
    a, b = (load_json(f/"summary.json") for f in (shared, tmp_path/"watched"))
    for clock in ("wall_seconds", "cpu_seconds"): a.pop(clock); b.pop(clock)
    assert a == b
    looks = learning_curve(tmp_path/"watched")
    assert len(looks) == 4 and [look["trained_tokens"] for look in looks] == sorted(look["trained_tokens"] for look in looks)
    assert abs(looks[-1]["trained_tokens"] - TINY.trained_tokens) < 200


def test_without_a_gate_every_stage_has_its_round_and_none_comes_twice_before_all_had_one(tmp_path):
    run(Recipe("stages", gate="none"), tmp_path/"run", IOAConfig(**{**TINY.to_dict(), "stage_size": 1}))
    stages = [tuple(s["stage"]) for s in rounds(tmp_path/"run", "stage")]
    lacking = [s for s in stages if len(s) == 1]
    assert lacking and len(lacking) == len(set(lacking))


def test_a_clock_gives_every_stage_the_same_number_of_rounds(tmp_path):
    run(Recipe("clock", gate="clock"), tmp_path/"run", IOAConfig(**{**TINY.to_dict(), "stage_size": 2}))
    stages = [tuple(s["stage"]) for s in rounds(tmp_path/"run", "stage")]
    counts = {s: stages.count(s) for s in stages}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_uniform_means_uniform(tmp_path, shared):
    run("uniform_scaffolded", tmp_path/"run", beside=shared)
    brief = rounds(tmp_path/"run", "brief")[0]["modules"]
    assert {m["share"] for m in brief} == {1.0} and {m["module"] for m in brief} == set(MODULES)


def test_hard_follows_the_errors_of_the_last_gate(tmp_path, shared):
    run("hard", tmp_path/"run", beside=shared)
    gates, briefs = rounds(tmp_path/"run", "gate"), rounds(tmp_path/"run", "brief")
    for gate, brief in zip(gates, briefs[1:]):
        for m in brief["modules"]:
            marks = [r["correct"] for r in gate["rows"] if r["module"] == m["module"]]
            assert m["share"] == pytest.approx(1 - sum(marks) / len(marks) + 0.02)


def test_the_nearest_words_are_chosen_once_for_the_run(tmp_path, shared):
    student, others = "classroom/student_b", ["add_facts", "place_value", "add_carry", "times_tables", "exact_division", "fraction_of"]
    def go(): return IOA(restrict(Classroom(), others), load_lm("classroom/teacher"), load_lm(student), TINY, RECIPES["ioa"]).run(tmp_path/"run")
    summary = go()
    assert abs(summary["trained_tokens"] - TINY.trained_tokens) < 200 and TINY.teacher_tokens - 160 < summary["teacher_tokens"] <= TINY.teacher_tokens
    words = load_json(tmp_path/"run"/"before"/"words.json")
    assert words["nats"]["brief"] < 0.8 * words["nats"]["scaffolded"] and (words["own"], words["told"]) == ("fading", "never")      # though it shows its own steps
    assert words["reason"] in write_report(tmp_path/"run").read_text()
    assert {s for b in rounds(tmp_path/"run", "brief") for m in b["modules"] for s, _ in m["styles"]} == {"brief"}
    assert go() == summary
    profile = Profile.load(tmp_path/"run"/"before"/"gate.json")
    for name, scaffold, end in (("ioa", "never", ": easier"), ("ioa", "fading", ": easier, every step shown"), ("no_load", "fading", ": every step shown"), ("no_load", "never", "")):
        arm = IOA(restrict(Classroom(), others), load_lm("classroom/teacher"), load_lm(student), TINY, RECIPES[name])
        arm.scaffold = scaffold
        told = arm._tell(["fraction_of"], profile)
        again = arm._remedial(told, profile).modules[0]
        assert again.reason.startswith("remedial, after ") and (again.reason.partition(": ")[2] == end[2:]), again.reason
        assert (again.levels == told.modules[0].levels == (1 / 3,) * 3) == (name == "no_load") and ("levels evenly" in told.modules[0].reason) == (name == "no_load")
    run("own_words", tmp_path/"same", beside=shared)                                               # a student for whom its own way is the nearest: the same run
    assert [l.question for l in lessons(tmp_path/"same")] == [l.question for l in lessons(shared)]


def test_a_teachers_rehearsal_costs_the_teacher_and_not_the_student(tmp_path, shared):
    run("rehearsal_teacher", tmp_path/"run")
    known = {e["module"] for e in load_json(shared/"before"/"rehearsal.json")["examples"]}
    assert not load_json(tmp_path/"run"/"before"/"rehearsal.json")["examples"]
    assert known & {e.module for e in lessons(tmp_path/"run")}


def test_without_practice_what_was_known_is_still_rehearsed(tmp_path, shared):
    run("no_practice", tmp_path/"run", beside=shared)
    assert any(v["examples"] for v in rounds(shared, "practice")) and not any(v["examples"] or v["tokens"] for v in rounds(tmp_path/"run", "practice"))
    assert load_json(tmp_path/"run"/"before"/"rehearsal.json") == load_json(shared/"before"/"rehearsal.json")
    assert all(t["rehearsal_tokens"] > 0 for t in rounds(tmp_path/"run", "training"))


def test_practice_may_be_shared_with_what_cannot_be_practised_yet(tmp_path, shared, monkeypatch):
    asked, rehearsal = {}, IOA._rehearsal
    monkeypatch.setattr(IOA, "_rehearsal", lambda self, modules, profile, tokens, number, kind="rehearsal": (asked[self.recipe.name].append((number, len(modules), tokens)) if kind == "practice" else None, rehearsal(self, modules, profile, tokens, number, kind))[1])
    for name in ("ioa", "shared_practice"): asked[name] = []; run(name, tmp_path/name, beside=shared)
    lacking = len(MODULES) - len(known_before(shared, TINY, RECIPES["ioa"], room()))
    number, some, tokens = next(a for a in asked["ioa"] if 0 < a[1] < lacking)                    # the first round in which it half knows some of what it lacks, and not all
    assert not any(k for n, k, _ in asked["ioa"] if n < number)                                   # so far both runs are the same
    assert asked["shared_practice"][number - 1] == (number, some, round(tokens * some / lacking)) and asked["shared_practice"][number - 1][2] < tokens


def test_contradictions_in_what_is_known_are_rehearsed_and_not_taught(tmp_path, monkeypatch):
    from ioa_nb import rounds as loop
    taught, choose = [], loop.choose_rows
    monkeypatch.setattr(loop, "choose_rows", lambda pool, *args, **more: (taught.extend(pool), choose(pool, *args, **more))[1])
    found = {}
    for name in ("stage", "everywhere"):
        taught.clear(); where, student = room(), load_lm("classroom/student")
        IOA(where, expert(where, student.tokenizer), student, IOAConfig(**{**TINY.to_dict(), "rounds": 2, "teacher_tokens": 4000}), Recipe(name, contradictions=0.9, mended=name)).run(tmp_path/name)
        known = {e["module"] for e in load_json(tmp_path/name/"before"/"rehearsal.json")["examples"]}
        stages = [set(s["stage"]) for s in rounds(tmp_path/name, "stage")]
        pairs = [(e["module"], stage) for values, stage in zip(rounds(tmp_path/name, "lessons"), stages) for e in values["examples"] if e["kind"] == "contradiction"]
        found[name] = [m for m, stage in pairs if m not in stage]
        assert len(pairs) > len(found[name])                                                      # the stage has its own in both
        assert all(t["tokens"] >= t["rehearsal_tokens"] > 0 for t in rounds(tmp_path/name, "training"))
        if name == "everywhere": assert taught and not [e for e in taught if e.kind == "contradiction" and e.module in known]
    assert not found["stage"] and found["everywhere"] and set(found["everywhere"]) <= known


def test_the_error_decides_what_the_hard_arm_trains_on(tmp_path, shared, monkeypatch):
    from ioa_nb import rounds as loop
    drawn, choose = [], loop.choose_rows
    def counted(pool, stage, accuracy, tokens, encode, *more):
        drawn.append((Counter(), {e.module for e in pool}, accuracy))
        return choose(pool, stage, accuracy, tokens, lambda e: (drawn[-1][0].update([e.module]), encode(e))[1], *more)
    monkeypatch.setattr(loop, "choose_rows", counted)
    run("hard", tmp_path/"hard", beside=shared)
    expected = [sum(counts.total() * (1.02 - accuracy[m]) / sum(1.02 - accuracy[k] for k in there) for counts, there, accuracy in drawn) for m in MODULES]
    assert [sum(counts[m] for counts, *_ in drawn) for m in MODULES] == pytest.approx(expected, abs=25) and max(expected) > 5 * min(expected)


@pytest.mark.parametrize("alpha, first", [(1.0, ["add_carry", "times_tables"]), (0.0, ["place_value", "add_facts"])])
def test_a_stage_that_takes_a_part_takes_the_most_urgent(alpha, first):
    where = room(); where.prerequisites = dict.fromkeys(MODULES, ())
    right = dict(zip(MODULES, (12, 11, 2, 3, 10, 9, 8, 7)))
    all_of_it = dict.fromkeys(MODULES, 20)
    history = [Snapshot(name, {m: 20 if m in right_then else 0 for m in MODULES}, all_of_it) for name, right_then in (("late", MODULES), ("early", ()), ("half", first)) for _ in range(4)]      # much hangs on those two
    teacher, student = Snapshot("teacher", all_of_it, all_of_it), Snapshot("student", right, all_of_it)
    for focus, expected in ((0.25, first), (1.0, MODULES)):
        config = IOAConfig(**{**TINY.to_dict(), "alpha": alpha, "focus": focus, "tau_zpd": 1000.0})
        diagnosis = identify(teacher, student, history, config)
        assert set(diagnosis.deficient) == set(MODULES) and list(diagnosis.deficient[:2]) == first
        _, curriculum = IOA(where, load_lm("classroom/teacher"), load_lm("classroom/student"), config)._curriculum(diagnosis, student, {}, teacher, {})
        assert list(curriculum.stages[0].modules) == expected                                     # Eq. 5 where there is something to choose


def test_wrong_lessons_are_kept_only_where_nobody_looks(tmp_path, shared):
    found = {}
    for name, verify in (("checked", True), ("unchecked", False)):
        run(Recipe(name, careless=0.5, verify=verify), tmp_path/name, beside=shared)
        found[name] = sum(bool(values["rejects"]) for values in rounds(tmp_path/name, "lessons")), len({e.question for e in lessons(tmp_path/name)})
    assert found["checked"][0] > 0 == found["unchecked"][0] and found["unchecked"][1] > found["checked"][1]


def test_linked_lessons_lie_in_one_batch(tmp_path, shared):
    arm = IOA(room(), load_lm("classroom/teacher"), load_lm("classroom/student"), TINY, RECIPES["counterfactual"])
    arm.out = Path(tmp_path)
    rows = [dict(input_ids=[1] * (5 + k % 3), labels=[1] * 4, **({"pair": f"{k // 3}:x"} if k < 30 else {})) for k in range(61)]
    for row, mark in zip(rows, range(61)): row["mark"] = mark
    batched = arm._batches(rows, 1)
    assert sorted(r["mark"] for r in batched) == list(range(61)) and not any("pair" in r for r in batched)
    place = {r["mark"]: k // TINY.batch_size for k, r in enumerate(batched)}
    whole = [g for g in range(10) if len({place[m] for m in range(3 * g, 3 * g + 3)}) == 1]
    assert len(whole) == 10


def test_a_question_of_a_table_that_comes_again_is_another_group():
    domain, brief, lessons = room(), Brief((ModuleBrief("times_tables", (1.0,), ((None, 1.0),), (), ""),)), []
    for number in (1, 2): lessons += link_lessons(brief, expert(domain), domain, 1500, seen=set(), round=number).examples
    assert max(Counter(e.pair for e in lessons).values()) > largest_group(domain)
    rows = choose_rows(lessons, ["times_tables"], {"times_tables": 0.5}, 4000, lambda e: dict(labels=[1] * 10, of=e.of), random.Random(0))
    groups = {pair: [r["of"] for r in rows if r["pair"] == pair] for pair in {r["pair"] for r in rows}}
    assert max(map(len, groups.values())) <= largest_group(domain) and all(ofs.count("") == 1 == len(set(ofs) - {""}) for ofs in groups.values())


def test_a_folder_of_another_version_is_refused(shared, tmp_path):
    import shutil
    shutil.copytree(shared, tmp_path/"old")
    config = load_json(tmp_path/"old"/"config.json"); config.pop("format")
    (tmp_path/"old"/"config.json").write_text(json.dumps(config))
    with pytest.raises(IOAError, match="another version"): run("ioa", tmp_path/"old")


@pytest.mark.parametrize("change, said", [(dict(gate="strict"), "choose one of point"), (dict(linked=0.7, contradictions=0.7), "leave the two shares at 1 together"), (dict(careless=2), "a share from 0 to 1"),
                                          (dict(losses=(Phase(0.5),)), "the first begins at 0"), (dict(losses=()), "the first begins at 0")])
def test_a_recipe_that_makes_no_sense_is_refused(change, said):
    with pytest.raises(IOAError, match=said): Recipe("mine", **change)


def test_every_ablation_leaves_one_part_off():
    for name in ("no_identifier", "random_order", "no_gate", "clock_gate", "no_load", "no_concretize", "no_plain", "scaffold_never", "scaffold_always", "no_practice", "no_rehearsal"): assert len(differs(RECIPES[name])) == 1, name
