"Every fault of a domain, a teacher, a budget or a folder is one line that names the thing, the value seen and the remedy"
import json
from dataclasses import replace

import own_domain
import pytest

from ioa_nb.adapter import adapt
from ioa_nb.classroom import Classroom
from ioa_nb.core import Domain, IOAConfig, IOAError, Item, Mark, Module, check_prerequisites, restrict
from ioa_nb.domains import FileDomain
from ioa_nb.identifier import describe, identify
from ioa_nb.mastery import Profile, Row, Snapshot, measure
from ioa_nb.models import Generation, load_lm, new_model
from ioa_nb.organizer import plan
from ioa_nb.probing import measure_gaps
from ioa_nb.recipes import RECIPES
from ioa_nb.report import read_rounds, table, write_report
from ioa_nb.rounds import IOA, check_settings, macro
from ioa_nb.synthesis import Expert, check_solutions, expert, synthesize

Digits = own_domain.digits()
TINY = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=3000, gate_probes=2, test_probes=4, max_new_tokens=40, batch_size=16)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory): # folder of a student that knows nothing
    folder, tokenizer = tmp_path_factory.mktemp("students")/"fresh", load_lm("classroom/student").tokenizer
    new_model("student", tokenizer, 0).save_pretrained(folder); tokenizer.save_pretrained(folder)
    return str(folder)


def loop(fresh, domain, teacher=None, config=TINY, **others): return IOA(domain, teacher or expert(domain), load_lm(fresh), config, **others)


def one_line(error, *parts)->bool: return len(str(error.value).splitlines()) == 1 and all(p in str(error.value) for p in parts)


# -- the domain of the walkthrough ---------------------------------------------------------------------------------

def test_the_walkthroughs_domain_takes_under_sixty_lines(): assert 40 < len(own_domain.lines()) < 60


def test_it_fulfils_the_protocol_and_keeps_its_splits_apart():
    digits = Digits()
    assert isinstance(digits, Domain) and check_solutions(digits, 30) == 30 * 4
    for module in digits.modules:
        train, gate, test = ({i.key for i in digits.probes(module, 25, s, 0)} for s in ("train", "gate", "test"))
        assert not train & gate and not train & test and not gate & test
        for item in digits.probes(module, 10, "gate", 3):
            assert digits.check(item, item.solution) == Mark(True) and not digits.check(item, item.solution[:-1] + "x").correct


def test_the_loop_takes_a_domain_without_styles_restyling_or_an_entry_point_and_writes_its_report(fresh, tmp_path):
    run = loop(fresh, Digits())
    summary = run.run(tmp_path/"run")
    assert set(summary["modules"]) == set(Digits.modules) and summary["retained"] is None and "larger_of_two" in table(summary)
    assert [r["stage"]["stage"] for r in read_rounds(tmp_path/"run")][0] == ["larger_of_two", "reversing", "remainders"]
    assert read_rounds(tmp_path/"run")[0]["stage"]["audit"][1].startswith("stage 1: larger_of_two, reversing, remainders (")
    page = write_report(tmp_path/"run", Digits()).read_text()
    assert "expert/digits" in page and page.count("<img") >= 4
    (tmp_path/"run"/"domain.json").unlink(missing_ok=True)
    with pytest.raises(IOAError, match="unknown domain 'digits'.*pass write_report the run's domain"): write_report(tmp_path/"run")


# -- a domain whose checker disagrees with its own solutions --------------------------------------------------------

class Forgetful(Classroom):
    "Its checker forgets how to borrow"
    def check(self, item, output): return Mark(False, "arithmetic", 0) if item.module == "sub_borrow" else super().check(item, output)


class Careless(Digits):
    "Right answers count, but the steps of one module never please"
    def check(self, item, output):
        mark = super().check(item, output)
        return Mark(mark.correct, "wrong_step", 0) if item.module == "remainders" else mark


@pytest.mark.parametrize("domain, module", [(Forgetful, "sub_borrow"), (Careless, "remainders")])
def test_a_checker_that_disagrees_with_its_own_solutions_names_the_item(domain, module):
    first = domain().sample(module, 12, 0)[0]
    with pytest.raises(IOAError) as error: check_solutions(domain())
    assert one_line(error, repr(domain.name), repr(first.question), repr(module), "mend the solution or the checker")


@pytest.mark.parametrize("domain, module", [(Forgetful, "sub_borrow"), (Careless, "remainders")])
def test_a_checker_that_disagrees_with_its_own_solutions_is_found_before_any_training(fresh, tmp_path, domain, module):
    with pytest.raises(IOAError) as error: loop(fresh, domain()).run(tmp_path/"run")
    assert one_line(error, "rejects its own solution", repr(module))
    assert not list(tmp_path.glob("run/*round-*")) and not (tmp_path/"run"/"before").exists()


# -- a teacher whose every example is rejected ----------------------------------------------------------------------

class Hasty(Expert):
    "Right answers, no steps"
    asked = 0
    def _answer(self, request, sampling):
        self.asked += 1
        answer = super()._answer(request, replace(sampling, max_new_tokens=96)).text.rsplit("####", 1)[1]       # whole, whatever the limit: four tokens are within it
        return Generation(f"####{answer}", completion_tokens=4)


def hasty(domain): return Hasty(domain, load_lm("classroom/student").tokenizer, "hasty")


@pytest.mark.parametrize("budget, most", [(100_000, 4 * 96 + 24), (600, 150), (150, 40)])
def test_a_teacher_whose_every_example_is_rejected_is_given_up_and_three_are_shown(budget, most):
    domain = Digits()
    teacher, nothing = hasty(domain), Profile("nobody", "gate", ())
    with pytest.raises(IOAError) as error: synthesize(adapt(["remainders", "reversing"], nothing, domain), teacher, domain, budget)
    assert one_line(error, "teacher 'hasty'", f"all of {teacher.asked} solutions", "choose another teacher or check the domain")
    assert str(error.value).count("wrong_step: ") == 3 and str(error.value).count(" -> '####") == 3 and teacher.asked <= most


def test_a_teacher_whose_every_example_is_rejected_stops_the_loop_in_its_first_round(fresh, tmp_path):
    domain = Digits()
    with pytest.raises(IOAError, match="solutions of teacher 'hasty' were rejected"): loop(fresh, domain, hasty(domain)).run(tmp_path/"run")
    assert not list(tmp_path.glob("run/round-*")) and not list(tmp_path.glob("run/.round-*/student"))


class Mute:
    "Answers nothing"
    name = "mute"
    def parameters(self): return 0
    def generate(self, requests, sampling): return [[Generation("", completion_tokens=1)] for _ in requests]


def test_a_teacher_that_answers_no_probe_of_any_module_is_refused(fresh, tmp_path):
    with pytest.raises(IOAError, match="mute"): loop(fresh, Digits(), Mute()).run(tmp_path/"run")


def test_a_student_that_lies_in_no_folder_is_refused_before_any_training(fresh, tmp_path):
    student = load_lm(fresh)
    student.name = "model"
    with pytest.raises(IOAError) as error: IOA(Digits(), expert(Digits()), student, TINY).open(tmp_path/"run")
    assert one_line(error, "student 'model'", "save it to a folder")


# -- prerequisites that name unknown modules ------------------------------------------------------------------------

@pytest.mark.parametrize("needs", [dict(remainders=("spelling",)), dict(spelling=("remainders",))])
def test_prerequisites_that_name_unknown_modules_are_named(fresh, needs):
    domain = Digits()
    domain.prerequisites = needs
    with pytest.raises(IOAError) as error: check_prerequisites(domain)
    assert one_line(error, "unknown module 'spelling' in domain 'digits'; it has: larger_of_two")
    with pytest.raises(IOAError, match="unknown module 'spelling'"): loop(fresh, domain)
    profile = Snapshot("student", {m: 1 for m in domain.modules}, {m: 4 for m in domain.modules})
    with pytest.raises(IOAError, match="unknown module 'spelling' in the prerequisites"): plan(identify(replace(profile, correct=profile.probes), profile), profile, needs)


# -- an area with one module ----------------------------------------------------------------------------------------

def test_an_area_with_one_module_has_the_gap_of_that_module():
    domain = Digits()
    teacher, student = (measure(m, domain, "gate", 4, max_new_tokens=20) for m in (expert(domain), load_lm("classroom/student")))
    by_area, by_module = (measure_gaps(teacher, student, by, domain.modules) for by in ("area", "module"))
    assert (by_area["order"], by_area["division"]) == (by_module["reversing"], by_module["remainders"]) and len(by_area) == 3


def test_an_area_with_one_module_may_be_the_whole_domain(fresh, tmp_path):
    domain = Digits()
    domain.modules, domain.prerequisites = {"reversing": Digits.modules["reversing"]}, {"reversing": ()}
    summary = loop(fresh, domain).run(tmp_path/"run")
    assert list(summary["modules"]) == ["reversing"] and [r["stage"]["stage"] for r in read_rounds(tmp_path/"run")] == [["reversing"]] * 2


def test_a_domain_of_closed_modules_alone_is_averaged_over_them():
    domain = Digits()
    domain.modules = {m: replace(v, closed=True) for m, v in domain.modules.items()}
    assert macro({m: 0.5 for m in domain.modules}, domain) == 0.5


# -- probes fewer than the minimum support --------------------------------------------------------------------------

def rows(module, marks): return tuple(Row(str(k), module, 1, None, "q", "a", m, "correct" if m else "wrong_step", None, -0.1, 3) for k, m in enumerate(marks))


def test_probes_fewer_than_the_minimum_support_are_refused_where_a_minimum_is_asked():
    teacher, student = (Profile(n, "gate", rows("reversing", [m] * 3)) for n, m in (("teacher", True), ("student", False)))
    with pytest.raises(IOAError) as error: measure_gaps(teacher, student, min_probes=5)
    assert one_line(error, "module 'reversing' has 3 probes of the teacher; at least 5 are needed, probe more")


def test_probes_fewer_than_the_minimum_support_carry_no_edge_and_the_diagnosis_says_so():
    history = [Snapshot("s", dict(a=a, b=b), dict(a=10, b=10)) for a, b in ((10, 10), (10, 0), (0, 0)) for _ in range(2)]        # b is never there without a
    student, teacher = history[-1], history[0]
    enough, few = (identify(teacher, student, history, IOAConfig(min_support=n)) for n in (2, 3))
    assert [(e.source, e.target) for e in enough.edges] == [("a", "b")]
    assert few.edges == () and few.deficient == ("a", "b") and "the history holds too few entries on both sides" in describe(few)


def test_probes_fewer_than_asked_for_are_named_by_the_domain(fresh, tmp_path):
    with pytest.raises(IOAError, match=r"^gate_probes is 90, and 3 times as many are asked before the first round: module '\w+' has only \d+ gate probes; ask for no more than that$"):
        loop(fresh, Digits(), config=replace(TINY, gate_probes=90)).run(tmp_path/"run")
    assert not (tmp_path/"run"/"before"/"gate.json").exists()


def test_one_probe_a_module_still_makes_a_round(fresh, tmp_path):
    summary = loop(fresh, Digits(), config=replace(TINY, rounds=1, gate_probes=1, test_probes=1)).run(tmp_path/"run")
    assert len(read_rounds(tmp_path/"run")) == 1 and all(v["teacher"] == 1 for v in summary["modules"].values())


# -- a budget spent in mid-stage ------------------------------------------------------------------------------------

class Talkative(Expert):
    "Its second look at the class costs what is left of the budget, and more"
    turns = 0
    def generate(self, requests, sampling):
        self.turns += len(requests) < 200 and sampling.temperature > 0
        return [[replace(a, completion_tokens=a.completion_tokens * (1 if self.turns < 2 else 20)) for a in some] for some in super().generate(requests, sampling)]


def test_a_budget_spent_in_mid_stage_closes_the_round_cleanly(fresh, tmp_path):
    domain, said = Digits(), []
    config = replace(TINY, rounds=4, teacher_tokens=2400, trained_tokens=6000, max_tries=5)
    teacher = Talkative(domain, load_lm("classroom/student").tokenizer, "talkative")
    summary = loop(fresh, domain, teacher, config, progress=said.append).run(tmp_path/"run")
    rounds = read_rounds(tmp_path/"run")
    assert len(rounds) == 4 and not list(tmp_path.glob("run/.*part")) and (tmp_path/"run"/"student"/"model.safetensors").exists()
    assert [r["decision"]["outcome"] for r in rounds] == ["remediate"] * 4                           # one stage, never passed
    written = [r["lessons"]["tokens"] for r in rounds]
    assert sum(written) == summary["teacher_tokens"] >= 2400 and 0 in written                        # nothing more is asked for once it is spent
    assert all(abs(r["state"]["spent"]["trained"] - 6000 * ((n + 1) / 4) ** 1.5) < 60 for n, r in enumerate(rounds))      # and the training goes on


# -- more probes than there are items ------------------------------------------------------------------------------

def small(gate, test): # a domain of one open module, and a table that repeats itself
    items = [Item(m, f"What is {k} + {k}, {m}?", str(2 * k)) for m, many in (("sums", 4 + gate + test), ("table", 1)) for k in range(many)]
    splits = {i.key: "train" if k < 4 else "gate" if k < 4 + gate else "test" for k, i in enumerate(items)}
    return FileDomain("small", [Module("sums"), Module("table", closed=True)], {}, items, splits)


@pytest.mark.parametrize("gate, test, says", [
    (5, 4, "gate_probes is 2, and 3 times as many, 6, are asked before the first round: module 'sums' of domain 'small' has 5 gate items; set gate_probes to 1 at most, or add items"),
    (2, 4, "has 2 gate items; add items, 3 at least"), (6, 3, "test_probes is 4: module 'sums' of domain 'small' has 3 test items; set test_probes to 3 at most, or add items")])
def test_more_probes_than_items_are_told_with_the_setting_before_anything(fresh, tmp_path, gate, test, says):
    with pytest.raises(IOAError) as error: loop(fresh, small(gate, test)).open(tmp_path/"run")
    assert one_line(error, says) and not (tmp_path/"run").exists()
    check_settings(TINY, small(6, 4)); check_settings(replace(TINY, test_probes=1), restrict(small(6, 1), ["table"]))


# -- a batch that cannot hold what is linked -----------------------------------------------------------------------

def test_a_batch_too_small_for_linked_lessons_is_told_before_anything(fresh, tmp_path):
    room, small = Classroom(), replace(TINY, batch_size=4)
    with pytest.raises(IOAError) as error: loop(fresh, room, config=small, recipe=RECIPES["counterfactual"]).open(tmp_path/"run")
    assert one_line(error, "batch_size is 4, and recipe 'counterfactual' keeps up to 5 linked questions in one batch; set batch_size to 5 at least") and not (tmp_path/"run").exists()
    with pytest.raises(IOAError, match="keeps up to 2 linked"): check_settings(replace(small, batch_size=1), room, RECIPES["contradiction"])
    check_settings(small, room, RECIPES["contradiction"]); check_settings(small, room); check_settings(replace(small, batch_size=6, micro_batch=2), room, RECIPES["counterfactual"])


# -- a run folder from another version ------------------------------------------------------------------------------

def edited(path, change):
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def opened(fresh, folder):
    loop(fresh, Digits()).open(folder)
    return folder/"config.json"


@pytest.mark.parametrize("change", [lambda v: v.pop("format"), lambda v: v.update(format=999)])
def test_a_run_folder_from_another_version_is_refused(fresh, tmp_path, change):
    edited(opened(fresh, tmp_path/"run"), change)
    with pytest.raises(IOAError) as error: loop(fresh, Digits()).open(tmp_path/"run")
    assert one_line(error, "run of another version", "choose another --out")


@pytest.mark.parametrize("change, seen", [
    (lambda v: v["config"].pop("averaging"), "config.averaging = None, not 0.99"),
    (lambda v: v["config"].update(averaging=0.5), "config.averaging = 0.5, not 0.99"),
    (lambda v: v["config"].update(zeal=0.5), "config.zeal = 0.5, not None"),
    (lambda v: v.pop("config"), "config is missing"),
])
def test_a_run_folder_with_other_settings_names_the_setting(fresh, tmp_path, change, seen):
    edited(opened(fresh, tmp_path/"run"), change)
    with pytest.raises(IOAError) as error: loop(fresh, Digits()).open(tmp_path/"run")
    assert one_line(error, "holds another run", seen) and len(str(error.value)) < 400


def test_a_run_folder_whose_configuration_is_cut_short_names_file_and_line(fresh, tmp_path):
    path = opened(fresh, tmp_path/"run")
    path.write_text(path.read_text()[:40])
    with pytest.raises(IOAError, match=r"config\.json, line \d+: not JSON"): loop(fresh, Digits()).open(tmp_path/"run")


# -- exams that lessons must not show ------------------------------------------------------------------------------

def lessons_of(folder): return [e for f in sorted(folder.glob("round-*/lessons.json")) for e in json.loads(f.read_text())["examples"]]


def test_a_benchmark_named_in_the_configuration_is_kept_out_of_the_lessons_and_one_that_is_missing_stops_the_run(fresh, tmp_path):
    missing = replace(TINY, benchmarks=("nowhere.jsonl",))
    with pytest.raises(IOAError) as error: loop(fresh, Digits(), config=missing).run(tmp_path/"missing")
    assert one_line(error, "nowhere.jsonl", "neither a file nor installed") and not (tmp_path/"missing"/"before").exists()
    loop(fresh, Digits()).run(tmp_path/"free")
    taught = lessons_of(tmp_path/"free")
    exam = tmp_path/"exam.jsonl"
    exam.write_text("".join(json.dumps(dict(question=e["question"], answer=e["answer"])) + "\n" for e in taught[:5]))
    loop(fresh, Digits(), config=replace(TINY, benchmarks=(str(exam),))).run(tmp_path/"kept")
    kept, shown = lessons_of(tmp_path/"kept"), {(e["question"], e["answer"]) for e in taught[:5]}
    assert kept and len(shown) == 5 and not shown & {(e["question"], e["answer"]) for e in kept}
    rejects = [r for f in sorted((tmp_path/"kept").glob("round-*/lessons.json")) for r in json.loads(f.read_text())["rejects"]]
    assert sum(r[0].startswith("asked in ") and r[0].endswith("exam.jsonl") for r in rejects) >= 5


def test_a_domain_of_free_text_is_cleaned_against_its_own_probes(fresh, tmp_path):
    digits = Digits()
    digits.free_text = True
    run = loop(fresh, digits)
    run.run(tmp_path/"run")
    assert set(run.exams) == {"gate", "test"} and len(run.exams["test"]) == 2 * TINY.test_probes * sum(not m.closed for m in digits.modules.values()) and lessons_of(tmp_path/"run")
