"What a run keeps beside its figures: budgets, the student's name, the domain, what lies beside it, and one process a folder"
import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace

import own_domain
import pytest
from safetensors.torch import load_file

from ioa_nb.adapter import Brief, ModuleBrief
from ioa_nb.classroom import Chain, Classroom
from ioa_nb.core import IOAConfig, IOAError, Item, Module, item_hash, load_json, restrict, save_json, split_of
from ioa_nb.counterfactual import agreeing, contradictions, link_lessons, what_if
from ioa_nb.domains import FileDomain
from ioa_nb.hygiene import clean, find_contamination
from ioa_nb.mastery import measure
from ioa_nb.models import Generation, Sampling, load_lm, new_model
from ioa_nb.recipes import RECIPES, Phase, Recipe
from ioa_nb.rounds import FORMAT, IOA, Ended
from ioa_nb.synthesis import expert, rehearse, synthesize

Digits = own_domain.digits()
TINY = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=3000, gate_probes=2, test_probes=4, max_new_tokens=40, batch_size=16)
SHORT = replace(TINY, trained_tokens=1000, gate_probes=1, test_probes=2)
SUMS = [Item("sums", f"Ann has {k} apples and gets 1. How many apples has Ann?", str(k + 1), f"{k} + 1 = {k + 1}. #### {k + 1}") for k in range(300)]
BRIEF = Brief((ModuleBrief("sums", (1.0,), ((None, 1.0),), (), ""),))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory): # folder of a student that knows nothing
    folder, tokenizer = tmp_path_factory.mktemp("students")/"fresh", load_lm("classroom/student").tokenizer
    new_model("student", tokenizer, 0).save_pretrained(folder); tokenizer.save_pretrained(folder)
    return str(folder)


def loop(student, domain=None, config=TINY, recipe="ioa", **others):
    domain = domain or Digits()
    return IOA(domain, expert(domain), load_lm(student) if isinstance(student, str) else student, config, RECIPES[recipe], **others)


def stop_after(round_folder):
    def control():
        if round_folder.exists(): raise Ended
    return control


class Wordy: # a teacher whose answers are long: what a reasoning model thinks is paid for
    name = "wordy"
    def __init__(self, domain, tokens): self.expert, self.tokens = expert(domain), tokens
    def parameters(self): return 0
    def generate(self, requests, sampling=Sampling()): return [[replace(a, completion_tokens=min(self.tokens, sampling.max_new_tokens)) for a in answers] for answers in self.expert.generate(requests, sampling)]


class Solver: # answers every sum, in the words that it is given
    name = "solver"
    def __init__(self, words="#### {}"): self.words = words
    def generate(self, requests, sampling=Sampling()): return [[Generation(self.words.format(int(r.messages[-1]["content"].split("has ")[1].split()[0]) + 1), (), 10, 12)] for r in requests]


# -- the same objects again ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("rank, where", [(0, "round-001"), (4, "round-001"), (4, ".round-001.part/lessons.json")])        # the last: before anything was trained
def test_the_same_object_goes_on_where_it_was_stopped(fresh, tmp_path, rank, where):
    config = replace(SHORT, lora_rank=rank)
    loop(fresh, config=config).run(tmp_path/"whole")
    run = loop(fresh, config=config)
    with pytest.raises(Ended): run.run(tmp_path/"halved", stop_after(tmp_path/"halved"/where))
    run.run(tmp_path/"halved")
    one, two = (load_file(str(tmp_path/f/"student"/"model.safetensors")) for f in ("whole", "halved"))
    assert one.keys() == two.keys() and all((one[k] == two[k]).all() for k in one)


def test_a_student_that_an_arm_has_trained_begins_the_next_arm_as_its_name_says(fresh, tmp_path):
    student, untouched = load_lm(fresh), load_lm(fresh).model.state_dict()
    def alike(model): return all((v == untouched[k]).all() for k, v in model.state_dict().items())
    loop(student, config=SHORT).run(tmp_path/"first")
    second = loop(student, config=SHORT, recipe="uniform")
    second.open(tmp_path/"second")
    assert alike(second.student.model) and not alike(student.model)


# -- whose folder it is --------------------------------------------------------------------------------------------

def test_a_second_process_is_refused_in_one_line(fresh, tmp_path):
    code = "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); sys.stdin.read()"
    (tmp_path/"run").mkdir()
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path/"run"/".lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(IOAError, match="another process is working in .*run; wait for its end"): loop(fresh, config=SHORT).run(tmp_path/"run")
        other.stdin.close()
    assert loop(fresh, config=SHORT).run(tmp_path/"run")["teacher_tokens"] <= SHORT.teacher_tokens


def test_a_domain_that_has_grown_under_its_old_name_is_another_run(fresh, tmp_path):
    small, large, turned = (restrict(Classroom(), ["add_facts", "add_no_carry", *more]) for more in ([], ["add_carry"], []))
    small.name = large.name = turned.name = "mine"
    loop(fresh, small).open(tmp_path/"run")
    kept = (tmp_path/"run"/"domain.json").read_text()
    with pytest.raises(IOAError, match="holds a run on a domain 'mine' without module 'add_carry'; .*IOA.resume"): loop(fresh, large).open(tmp_path/"run")
    turned.prerequisites = {**turned.prerequisites, "add_no_carry": ()}
    with pytest.raises(IOAError, match="where add_no_carry builds on add_facts"): loop(fresh, turned).open(tmp_path/"run")
    assert (tmp_path/"run"/"domain.json").read_text() == kept


def test_what_stands_beside_was_measured_alike(fresh, tmp_path):
    loop(fresh).open(tmp_path/"beside")
    with pytest.raises(IOAError, match="cannot stand beside .*: its seed is 0, not 1"): loop(fresh, config=replace(TINY, seed=1), beside=tmp_path/"beside").open(tmp_path/"a")
    with pytest.raises(IOAError, match="its gate_probes is 2, not 3"): loop(fresh, config=replace(TINY, gate_probes=3), beside=tmp_path/"beside").open(tmp_path/"b")
    loop(fresh, config=replace(TINY, teacher_tokens=900), recipe="uniform", beside=tmp_path/"beside").open(tmp_path/"c")
    assert loop(fresh)._rehearses_like(tmp_path/"beside") and not loop(fresh, config=replace(TINY, rehearsal=0.5))._rehearses_like(tmp_path/"beside")
    exam = tmp_path/"exam.txt"; exam.write_text("Something that nobody here asks, in no lesson and in no probe.")
    for others in (dict(config=replace(TINY, benchmarks=(str(exam),))), dict(general=["Name three fruits."])): assert not loop(fresh, **others)._rehearses_like(tmp_path/"beside")        # what it rehearses was not cleaned, or answers other prompts


def test_a_module_too_small_for_the_final_test_is_told_before_anything_is_asked(fresh, tmp_path):
    room = restrict(Classroom(), ["add_facts", "add_no_carry"])
    room._domain.add("few", "A few sums", "numbers", 1, (), ("bare",))(lambda rng, level: Chain(rng.randint(100, 115), (("+", rng.randint(1, 9)),)))
    room.modules["few"], room.prerequisites["few"] = room._domain.modules["few"], ()
    run = loop("classroom/student", room, replace(TINY, test_probes=60))
    with pytest.raises(IOAError, match=r"test_probes is 60: module 'few' has only \d+ different test items"): run.run(tmp_path/"run")
    assert not (tmp_path/"run"/"teacher").exists() and 50 < len(room.sample("few", 300, 0)) == len({i.question for i in room.sample("few", 300, 0)}) < 144       # to teach from, it has what it has
    made = synthesize(Brief((ModuleBrief("few", (1.0,) * 3, ((None, 1.0),), (), ""),)), expert(room), room, 10 ** 5, replace(TINY, max_new_tokens=60), seen=set())
    assert len({e.question for e in made.examples}) == len(made.examples) > 50


def test_weights_of_half_precision_are_not_trained_whole(fresh, tmp_path):
    student = load_lm(fresh, dtype="bfloat16")
    with pytest.raises(IOAError, match="weights in bfloat16 and all of them are trained, .* or train adapters with lora_rank"): loop(student).open(tmp_path/"run")
    loop(student, config=replace(TINY, lora_rank=4)).open(tmp_path/"run")


@pytest.mark.parametrize("rounds, warmup, peak", [(1, 0.0, 0.9525), (1, 0.2, 0.81), (3, 0.03, 0.9715)])
def test_the_rate_climbs_within_a_round_as_far_as_it_was_told(fresh, tmp_path, monkeypatch, rounds, warmup, peak):
    from ioa_nb import rounds as loops
    seen, train = [], loops.fit
    monkeypatch.setattr(loops, "fit", lambda model, tokenizer, rows, optimizer, size, rate, **more: (seen.append([rate(k / 200) for k in range(201)]), train(model, tokenizer, rows, optimizer, size, rate, **more))[1])
    loop(fresh, config=replace(SHORT, rounds=rounds, warmup=warmup, learning_rate=1.0, optimizer="adamw", averaging=0.0)).run(tmp_path/"run")
    assert len(seen) == rounds and max(seen[0]) == pytest.approx(peak, abs=0.03) and seen[-1][-1] == pytest.approx(0.05)
    assert all(a[-1] == pytest.approx(b[0]) for a, b in zip(seen, seen[1:]))


def test_a_module_without_probes_is_named(fresh, tmp_path):
    class Silent(Digits):
        def probes(self, module, n, *others, **more): return [] if module == "reversing" else super().probes(module, n, *others, **more)
    with pytest.raises(IOAError, match="domain 'digits' has no probes for module 'reversing'"): loop(fresh, Silent()).run(tmp_path/"run")


def test_adapters_need_layers_to_go_to(tmp_path):
    from transformers import GPT2Config, GPT2LMHeadModel
    folder, tokenizer = tmp_path/"gpt2", load_lm("classroom/student").tokenizer
    GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), n_positions=256, n_embd=16, n_layer=1, n_head=2)).save_pretrained(folder); tokenizer.save_pretrained(folder)
    with pytest.raises(IOAError, match=r"none of the layers that adapters go to \(q_proj, .*set lora_rank to 0"): loop(str(folder), config=replace(TINY, lora_rank=4)).open(tmp_path/"run")


def test_going_on_keeps_the_recipe_of_the_run(fresh, tmp_path):
    mine = replace(RECIPES["ioa"], name="mine", rehearsal="none", losses=(Phase(), Phase(0.5, dict(label_weight=0.5))))
    assert Recipe.from_dict(json.loads(json.dumps(mine.__dict__, default=lambda p: p.__dict__))) == mine
    domain = Digits()
    IOA(domain, expert(domain), load_lm(fresh), SHORT, mine).run(tmp_path/"run")
    IOA.resume(tmp_path/"run", domain, tmp_path/"more", expert(domain))
    assert load_json(tmp_path/"more"/"config.json")["recipe"] == load_json(tmp_path/"run"/"config.json")["recipe"]


def test_going_on_asks_for_a_teacher_only_where_the_run_s_own_cannot_be_had(fresh, tmp_path, monkeypatch):
    taught = []
    monkeypatch.setattr(IOA, "run", lambda self, out: taught.append((self.teacher.name, self.domain, self.parent)))
    run, (small, larger) = tmp_path/"run", (restrict(Classroom(), names) for names in (["add_facts"], ["add_facts", "add_no_carry"]))
    run.mkdir(); save_json(run/"summary.json", dict(modules={"add_facts": {}})); shutil.copytree(fresh, run/"student")
    named = lambda teacher: save_json(run/"config.json", dict(format=FORMAT, config=SHORT.to_dict(), recipe=asdict(RECIPES["ioa"]), domain=small.name, teacher=teacher))
    for teacher, again in (("classroom/teacher", "classroom/teacher"), (f"expert/{small.name}", f"expert/{larger.name}")):
        named(teacher); IOA.resume(run, domain=larger, out=tmp_path/"new")
        assert taught.pop() == (again, larger, str(run))
    for teacher, why in (("somebody", "which is not the name of a model"), ("api:m@http://127.0.0.1:9/v1", "a server, of which"), ("classroom/nobody", "unknown model 'classroom/nobody'"), ("expert/other", "cannot load")):
        named(teacher)
        with pytest.raises(IOAError, match=f"run was taught by '{teacher}', .*{why}.*; pass a teacher$"): IOA.resume(run, domain=larger, out=tmp_path/"new")
        IOA.resume(run, larger, tmp_path/"new", expert(larger)); assert taught.pop()[0] == f"expert/{larger.name}"


def test_rehearsal_by_the_teacher_may_have_no_share(fresh, tmp_path):
    domain = restrict(Classroom(), ["add_facts", "times_two_digit"])
    run = IOA(domain, expert(domain), load_lm("classroom/student"), replace(SHORT, rehearsal=0.0), replace(RECIPES["ioa"], rehearsal="teacher"))
    assert run.run(tmp_path/"run")["trained_tokens"] >= SHORT.trained_tokens


# -- budgets and questions -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("arm", ["ioa", "hard"])
def test_long_answers_overrun_nothing_and_come_in_every_round(fresh, tmp_path, arm):
    domain, config = Digits(), replace(TINY, rounds=6, teacher_tokens=21_000, trained_tokens=12_000, gate_probes=1, test_probes=2, max_new_tokens=800)
    summary = IOA(domain, Wordy(domain, 700), load_lm(fresh), config, RECIPES[arm]).run(tmp_path/"run")
    lessons = [len(load_json(tmp_path/"run"/f"round-{n:03d}"/"lessons.json")["examples"]) for n in range(1, 7)]
    assert summary["teacher_tokens"] <= config.teacher_tokens and sum(n > 0 for n in lessons) >= 5, lessons


@pytest.mark.parametrize("tokens", [20, 300, 1500])
def test_a_cap_is_never_passed(tokens):
    room = Classroom()
    brief = Brief(tuple(ModuleBrief(m, (1 / 3,) * 3, ((None, 1.0),), (), "") for m in ("add_carry", "times_two_digit")))
    for budget, cap in ((3000, 3000), (3000, 3600), (900, 1000), (50, 60)):
        assert synthesize(brief, Wordy(room, tokens), room, budget, IOAConfig(max_new_tokens=2000), cap=cap, verify=False).tokens <= cap


def test_a_small_domain_is_asked_to_its_last_question():
    domain, seen = FileDomain("small", [Module("sums")], {}, SUMS[:120]), set()
    train = domain.sizes()["sums"]["train"]
    for turn in range(30): synthesize(BRIEF, Solver(), domain, 12 * 10, seed=turn, seen=seen)
    assert len(seen) == train


def test_rehearsal_asks_a_small_domain_once():
    domain = FileDomain("small", [Module("sums")], {}, SUMS[:40])
    made = rehearse(["sums"], Solver(), domain, 5000)
    assert made.asked == domain.sizes()["sums"]["train"] == len({e.item for e in made.examples})


# -- domains of one's own -------------------------------------------------------------------------------------------

class Renaming(FileDomain): # as chapter 03 asks for it: two arguments
    def perturb(self, item, how): return replace(item, question=item.question.replace("Ann", "Bob"))


def test_a_perturb_of_two_arguments_serves_everywhere():
    domain = Renaming("own", [Module("sums")], {}, SUMS, free_text=False)
    assert [c.item.question[:3] for c in what_if(domain, SUMS[0], relevant=(), spurious=("rename",))] == ["Bob"]
    assert [t.item.question[:3] for t in agreeing(domain, SUMS[0])] == ["Bob"]


def test_a_changed_question_of_another_split_is_no_lesson():
    both = SUMS + [replace(i, question=i.question.replace("Ann", "Bob")) for i in SUMS]
    domain = Renaming("own", [Module("sums")], {}, both, free_text=False)
    made = link_lessons(BRIEF, Solver(), domain, 2000, relevant=(), spurious=("rename",))
    assert {split_of(e.question) for e in made.examples} == {"train"} and any(e.kind == "invariant" for e in made.examples)
    assert made.acceptance == 1.0                                # copies were asked of nobody


def test_an_item_without_a_solution_can_be_changed():
    domain = Renaming("own", [Module("sums")], {}, [replace(i, solution="") for i in SUMS], free_text=False)
    assert len(what_if(domain, replace(SUMS[0], solution=""), relevant=(), spurious=("rename",))) == 1


@pytest.mark.parametrize("words", ["#### {}", "{}", "That makes {}.", "She has {} apples, for {} is one more."])
def test_answers_that_need_no_mark_agree_with_themselves(words):
    class Told(Solver):
        def generate(self, requests, sampling=Sampling()): return [[Generation(words.replace("{}", a.text.removeprefix("#### ")), (), 10, 12) for a in many] for many in super().generate(requests, sampling)]
    domain = Renaming("own", [Module("sums")], {}, SUMS, free_text=False)
    assert contradictions(Told(), domain, n=10).share == 1.0
    assert len(synthesize(BRIEF, Told(), domain, 500, samples=3).examples) > 5


def test_scripts_without_spaces_are_found_again():
    exam = "小明有三十四个苹果他又买了十二个苹果然后吃了五个问他现在还有多少个苹果"
    assert find_contamination([f"练习{exam}请回答", "完全不同的一个句子与考试没有任何关系真的没有一点关系"], dict(bench=[exam]), ("bench",)).found == {0: "bench"}
    assert find_contamination(["one two three four five"], dict(bench=["one two three four five six seven eight nine ten eleven twelve thirteen"]), ("bench",)).found == {}


def test_a_round_knows_what_earlier_ones_taught(fresh, tmp_path, monkeypatch):
    "The near repeats of a free text are looked for among all lessons, also where a run goes on"
    from ioa_nb import rounds
    met = []
    monkeypatch.setattr(rounds, "clean", lambda examples, *a, earlier=(), **more: met.append(len(earlier)) or clean(examples, *a, earlier=earlier, **more))
    domain = FileDomain("own", [Module("sums")], {}, SUMS)
    for number in ("001", "002"):
        with pytest.raises(Ended): loop(fresh, domain, replace(SHORT, trained_tokens=300), "uniform").run(tmp_path/"run", stop_after(tmp_path/"run"/f"round-{number}"))
    assert max(met) == len(load_json(tmp_path/"run"/"round-001"/"lessons.json")["examples"]) > 0


def test_rehearsal_shows_no_exam_question(tmp_path):
    items = [replace(i, question=f"{i.question} Count with care, as the one who wrote this exam in the year of the great flood did.") if k % 2 else i for k, i in enumerate(SUMS)]
    domain = FileDomain("own", [Module("sums")], {}, items, free_text=False)
    run = IOA(domain, expert(domain), load_lm("classroom/student"), TINY)
    run.exams, run.student = {"flood": ["Count with care, as the one who wrote this exam in the year of the great flood did."]}, Solver()
    run.config = replace(TINY, benchmarks=("flood",))
    kept = run._rehearsal({"sums": 1.0}, measure(Solver(), domain, "gate", 4), 500, 1)["examples"]
    assert kept and not any("flood" in e["question"] for e in kept)
    assert all(e["item"] == item_hash(e["question"]) for e in kept)


def test_a_general_prompt_that_an_exam_asks_is_refused_before_anything_is_asked(fresh, tmp_path):
    exam, long = tmp_path/"exam.txt", "Name the three rivers that meet in the old town, and tell in which year each of them last froze over."
    exam.write_text(f"Who wrote Hamlet?\n{long}\n")
    def run(*general): return IOA(Classroom(), load_lm("classroom/teacher"), load_lm("classroom/student"), replace(TINY, benchmarks=(str(exam),)), general=general)
    for prompt in ("who wrote Hamlet?", f"A quiz. {long}"):
        with pytest.raises(IOAError, match="general prompt .* is asked in .*exam.txt"): run("Name three fruits.", prompt).open(tmp_path/"run")
    assert not (tmp_path/"run"/"before").exists()
    run("Name three fruits.", "Who wrote Othello?").open(tmp_path/"run")


@pytest.mark.parametrize("way", ("FSDP", "DeepSpeed"))
def test_what_spreads_a_student_over_processes_is_refused_before_anything_is_asked(fresh, tmp_path, monkeypatch, way):
    monkeypatch.setenv(f"ACCELERATE_USE_{way.upper()}", "true")
    with pytest.raises(IOAError, match=f"{way} spreads one student over the processes.*torchrun.*lora_rank"): loop(fresh).run(tmp_path/"run")
    assert not (tmp_path/"run"/"before").exists()
