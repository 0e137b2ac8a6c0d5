"Linked examples: what follows from a change, what stays together, what is rejected and why"
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ioa_nb.adaptations import quantities
from ioa_nb.adapter import Brief, ModuleBrief
from ioa_nb.classroom import STYLES, Classroom, equations, extract_answer
from ioa_nb.core import IOAConfig, IOAError, Item, Mark, Module, load_json, named_random, split_of
from ioa_nb.counterfactual import agreeing, batch_pairs, change_fact, contradictions, corrupt, link_lessons, pair_derivations, reject_wrong, resolve, spoil, what_if
from ioa_nb.mastery import measure
from ioa_nb.models import Generation, Request, Sampling
from ioa_nb.synthesis import Example, check_solutions, expert, synthesize, verify_by_agreement
from own_domain import digits

ROOM = Classroom()
drawn = st.tuples(st.sampled_from(sorted(ROOM.modules)), st.sampled_from(("train", "gate", "test")), st.integers(1, 3), st.integers(0, 10_000))


def item_of(module, split, level, seed): return ROOM.probes(module, 1, split, seed, level)[0]
def brief(*modules, style="scaffolded"): return Brief(tuple(ModuleBrief(m, (0.4, 0.3, 0.3), ((style, 1.0),), (), "") for m in modules))


@settings(max_examples=200, deadline=None)
@example(("exact_division", "train", 2, 0), "quantity", 0)              # a brief solution that lost a step
@given(drawn, st.sampled_from(("quantity", "operation")), st.integers(0, 100))
def test_one_fact_another_answer(drawn, what, seed):
    item = item_of(*drawn)
    twin = change_fact(ROOM, item, what, seed)
    if twin is None: return
    assert twin == change_fact(ROOM, item, what, seed)
    assert ROOM.check(twin, twin.solution) == Mark(True) and twin.answer != item.answer and not ROOM.check(twin, item.solution).correct
    assert split_of(twin.question) == ("train" if ROOM.modules[item.module].closed else drawn[1])
    lost = Counter(quantities(item.question)) - Counter(quantities(twin.question))
    if what == "quantity": assert lost.total() == 1 and re.sub(r"\d+", "n", twin.solution) == re.sub(r"\d+", "n", item.solution)
    else: assert not lost and [o for o, _ in ROOM.chain(twin).changes] != [o for o, _ in ROOM.chain(item).changes]


@settings(max_examples=60, deadline=None)
@given(drawn)
def test_relevant_and_spurious_are_told_apart(drawn):
    item = item_of(*drawn)
    for c in what_if(ROOM, item): assert ROOM.check(c.item, item.solution).sound != c.relevant


@settings(max_examples=200, deadline=None)
@given(drawn, st.integers(0, 100))
def test_twins_agree(drawn, seed):
    item = item_of(*drawn)
    for t in agreeing(ROOM, item, seed):
        assert ROOM.check(t.item, t.item.solution) == Mark(True) and t.item.key != item.key
        assert not t.same or t.item.answer == item.answer
        if not ROOM.modules[item.module].closed: assert split_of(t.item.question) == drawn[1]


@settings(max_examples=300, deadline=None)
@given(drawn, st.sampled_from(STYLES), st.integers(0, 1000))
def test_a_slip_is_found_where_it_was_made(drawn, style, seed):
    item = item_of(*drawn)
    right = ROOM.solve(item, style)
    wrong = spoil(right, Random(seed))
    assume(wrong is not None)
    mark = ROOM.check(item, wrong)
    steps = [a != b for a, b in zip(equations(right), equations(wrong))]
    assert (mark.kind, mark.step, mark.sound) == ("arithmetic", steps.index(True), False)
    rejected = reject_wrong(ROOM, item, right, seed=seed)
    assert f"step {rejected.step + 1}" in rejected.reason and extract_answer(rejected.solution) != item.answer


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=40), st.integers(4, 9), st.integers(0, 99))
def test_no_pair_is_torn(groups, size, seed):
    rows, pairs = [], []
    for g, (n, linked) in enumerate(groups):
        for k in range(n): rows.append(dict(input_ids=[0] * (1 + (7 * g + k) % 13), name=(g, k))); pairs.append(f"p{g}" if linked else "")
    batches = batch_pairs(rows, pairs, size, seed)
    assert sorted(r["name"] for b in batches for r in b) == sorted(r["name"] for r in rows)
    assert all(0 < len(b) <= size for b in batches) and batches == batch_pairs(rows, pairs, size, seed)
    full = [len(b) == size for b in batches]
    assert full == sorted(full, reverse=True)
    for g, (n, linked) in enumerate(groups):
        if linked: assert sum(any(r["name"][0] == g for r in b) for b in batches) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1500), st.integers(0, 50), st.sampled_from((40, 160)))
def test_a_budget_is_not_overrun(budget, seed, longest):
    room, config = Classroom(), IOAConfig(max_new_tokens=longest)
    master = expert(room)
    for made in (link_lessons(brief("one_step_story"), master, room, budget, config, seed), pair_derivations(brief("add_carry"), master, room, budget, config, seed),
                 synthesize(brief("add_carry"), master, room, budget, config, seed, strict=True)):
        assert made.tokens <= budget and sum(e.tokens for e in made.examples) <= made.tokens


def test_linked_lessons_are_whole_or_not_at_all():
    room = Classroom()
    made = link_lessons(brief("one_step_story", "two_step_story"), corrupt(expert(room), 0.2), room, 3000)
    groups = {}
    for e in made.examples: groups.setdefault(e.pair, []).append(e)
    assert made.rejects and groups
    for base, *others in groups.values():
        assert base.kind == "lesson" and any(e.kind == "counterfactual" for e in others) and {e.of for e in others} == {base.item}
        for e in others: assert (extract_answer(e.answer) == extract_answer(base.answer)) == (e.kind == "invariant")


def test_what_is_made_of_a_table_is_no_question_that_another_module_is_examined_by():
    examined = {i.question for m in ("exact_division", "add_carry", "add_no_carry") for split in ("gate", "test") for i in ROOM.probes(m, 200, split, 0)}
    made = [e for m in ("times_tables", "sub_facts") for e in link_lessons(brief(m), expert(ROOM), ROOM, 6000, seen=set()).examples]
    assert len({e.question for e in made if e.of}) > 40 and not {e.question for e in made if e.of} & examined and all(split_of(e.question) == "train" for e in made if e.of)
    class Contrary: # right about one side alone
        name = "contrary"
        def generate(self, requests, sampling=Sampling()): return [[Generation("#### 0" if "/" in r.messages[-1]["content"] else "#### " + str(eval(r.messages[-1]["content"].removeprefix("What is ").rstrip("?"))))] for r in requests]
    tables = [c for c in contradictions(Contrary(), ROOM, ["times_tables"], 60, "train").found if c.how == "inverted" and c.item.data["form"] == "bare"]
    lessons = resolve(tables, expert(ROOM), ROOM, 10 ** 5, seen=set()).examples
    assert 0 < len(lessons) < 2 * len(tables) and not {e.question for e in lessons} & examined


def test_what_cannot_be_linked_comes_to_an_end():
    room, facts = Classroom(), dict(relevant=("operation",), spurious=())
    master, seen = expert(room), {"old"}
    with pytest.raises(IOAError, match="nothing can be changed in any of 400 questions of times_tables, such as"): link_lessons(brief("times_tables"), master, room, 2000, seen=seen, **facts)
    assert link_lessons(brief("exact_division"), master, room, 2000, seen=seen, required=False, **facts).rejects[0][0] == "nothing can be changed in exact_division"
    assert seen == {"old"}                                      # they may still be ordinary lessons
    some = link_lessons(brief("times_tables", "add_facts"), master, room, 2000, **facts)
    assert {e.module for e in some.examples} == {"add_facts"} and not some.rejects
    with pytest.raises(IOAError, match="there is but one way in any of 400 questions of add_facts"): pair_derivations(brief("add_facts"), master, room, 2000)


def test_one_way_told_twice_is_no_pair():
    domain = digits()()
    made = pair_derivations(Brief((ModuleBrief("larger_of_two", (1.0,), ((None, 1.0),), (), ""),)), expert(domain), domain, 300)
    assert not made.examples and made.tokens > 200 and made.rejects[0][0] == "one way told twice"


def test_contradictions_become_lessons():
    class Stubborn:
        "Adds the first number of a sum once too often"
        name = "stubborn"
        def generate(self, requests, sampling): return [[Generation("#### " + str(quantities(r.messages[-1]["content"])[0]))] for r in requests]
    room = Classroom()
    found = contradictions(Stubborn(), room, ["add_carry"], n=20, split="train")
    assert found.agreed["commuted"] < found.pairs["commuted"] and found.agreed["retold"] == found.pairs["retold"]
    made = resolve(found.found, expert(room), room, 2000)
    assert Counter(e.pair for e in made.examples).most_common(1)[0][1] == 2 and {e.kind for e in made.examples} == {"contradiction"}
    assert contradictions(expert(room), room, n=3).share == 1.0


# -- a domain that the chapters have never seen ----------------------------------------------------------------------

class Remainders:
    "What is left over; digits only"
    name = "remainders"
    modules = {"remainder": Module("remainder", "Remainders", "numbers", 1)}
    prerequisites = {"remainder": ()}
    levels = 1

    def probes(self, module, n, split, seed, level=None, block=None):
        items, draw = [], 0
        while len(items) < n:
            rng = named_random(module, split, seed, draw); draw += 1
            a, b = rng.randint(10, 999), rng.randint(2, 9)
            question = f"{a} / {b}?"
            if split_of(question) == split and question not in {i.question for i in items}: items.append(Item(module, question, str(a % b), f"{a - a % b} + {a % b} = {a}. #### {a % b}"))
        return items

    def sample(self, module, n, seed, level=None): return self.probes(module, n, "train", seed)
    def messages(self, item, style=None): return [{"role": "user", "content": item.question}]
    def check(self, item, output): return Mark(extract_answer(output) == item.answer, "correct" if extract_answer(output) == item.answer else "arithmetic")


def test_an_expert_for_any_domain():
    domain = Remainders()
    master = expert(domain)
    assert check_solutions(domain, 5) == 5
    assert measure(master, domain, "gate", 5).accuracy == {"remainder": 1.0}
    made = synthesize(Brief((ModuleBrief("remainder", (1.0,), ((None, 1.0),), (), ""),)), master, domain, 300)
    assert made.acceptance == 1 and {e.author for e in made.examples} == {"expert/remainders"}
    with pytest.raises(IOAError, match="does not know what"): master.generate([Request(({"role": "user", "content": "?"},))])
    with pytest.raises(IOAError, match="cannot change a fact"): change_fact(domain, domain.sample("remainder", 1, 0)[0])


def test_an_expert_in_the_loop(tmp_path):
    "A domain without `restyle`, `perturb` or `solve`, and a teacher without weights, go through whole rounds"
    from ioa_nb.models import load_lm
    from ioa_nb.rounds import IOA
    domain, config = Remainders(), IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=2500, gate_probes=2, test_probes=2)
    summary = IOA(domain, expert(domain), load_lm("classroom/student"), config).run(tmp_path/"run")
    assert (summary["teacher"], summary["teacher_accuracy"]) == ("expert/remainders", 1.0) and summary["acceptance"] > 0.95      # the very last answer may be cut by the budget
    assert 1150 < summary["teacher_tokens"] <= 1200


def test_a_run_goes_on_where_nothing_can_be_changed(tmp_path):
    from ioa_nb.models import load_lm
    from ioa_nb.recipes import RECIPES
    from ioa_nb.rounds import IOA
    class Stiff(Remainders):
        def perturb(self, item, how): return item
    domain, config = Stiff(), IOAConfig(rounds=1, teacher_tokens=600, trained_tokens=1000, gate_probes=2, test_probes=2)
    assert IOA(domain, expert(domain), load_lm("classroom/student"), config, RECIPES["counterfactual"]).run(tmp_path/"run")["acceptance"] > 0.95
    lessons = load_json(tmp_path/"run"/"round-001"/"lessons.json")
    assert {e["kind"] for e in lessons["examples"]} == {"lesson"} and lessons["rejects"][0][0] == "nothing can be changed in remainder"


def test_an_expert_forgets_no_style_and_keeps_to_the_limit():
    room = Classroom()
    master, item = expert(room), room.sample("two_step_story", 1, 0)[0]
    asked = [Request(tuple(room.messages(item, s))) for s in STYLES]
    assert [a.text for [a] in master.generate(asked)] == [room.solve(item, s) for s in STYLES]
    room.messages(Item(item.module, item.question, ""), "brief")                       # a shell of the item does not displace it
    assert master.generate(asked[:1])[0][0].text == room.solve(item, "brief")
    for n in (1, 5, 10_000):
        [[a, b]] = master.generate(asked[:1], Sampling(n, n=2))
        assert a == b and a.completion_tokens <= n and (a.finish_reason == "length") == (n < 10)


def test_a_checker_that_disagrees_is_found():
    class Odd(Remainders):
        def check(self, item, output): return Mark(int(item.answer) % 2 == 1)
    with pytest.raises(IOAError, match="rejects its own solution of .* in 'remainder'"): check_solutions(Odd())


@given(st.lists(st.sampled_from(["#### 1", "#### 2", "#### 3", "none"]), min_size=2, max_size=9), st.floats(0, 1))
def test_agreement_is_the_commonest(texts, least):
    found, counts = verify_by_agreement(texts, least), Counter(extract_answer(t) for t in texts if "####" in t)
    assert found.share == max(counts.values(), default=0) / len(texts)
    assert found.chosen is None or extract_answer(texts[found.chosen]) == found.answer and found.share >= least


def test_examples_saved_before_there_were_links():
    old = dict(module="m", question="q", answer="a", messages=[{"role": "user", "content": "q"}], style=None, kind="lesson", level=1, adaptations=[], author="", tokens=1, round=0, item="")
    assert (Example.from_dict(old).pair, Example.from_dict(old).of) == ("", "")
