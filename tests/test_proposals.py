"What a teacher proposes: edges, outlines, items, and what a person can approve of it"
import json

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import Classroom
from ioa_nb.core import SPLITS, IOAError, find_cycle, restrict
from ioa_nb.domains import load_folder
from ioa_nb.general_teacher import Author
from ioa_nb.models import Generation
from ioa_nb.proposals import ITEMS, OUTLINE, Proposal, propose_domain, propose_prerequisites, read_edges, read_items, read_outline

ROOM = Classroom()
NAMES = list(ROOM.modules)
names = st.sampled_from([*NAMES[:6], "alchemy", None, 3])
json_like = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=8), lambda x: st.lists(x, max_size=4) | st.dictionaries(st.sampled_from(
    "edges from to strength why items question answer steps level name areas modules area prerequisites difficulty title".split()), x, max_size=5), max_leaves=20)


class Scripted:
    name = "scripted"
    def __init__(self, *texts): self.texts, self.heard = list(texts), []
    def generate(self, requests, sampling):
        self.heard += requests
        return [[Generation(self.texts.pop(0) if len(self.texts) > 1 else self.texts[0], completion_tokens=50) for _ in range(sampling.n)] for _ in requests]


# -- prerequisites -------------------------------------------------------------------------------------------------

@settings(deadline=None, max_examples=150)
@given(st.lists(st.fixed_dictionaries({"from": names, "to": names}, optional={"strength": st.sampled_from((0.1, 0.5, 1, 0, 2, "much", None, True))}) | st.integers(), max_size=25))
def test_edges_have_no_cycle_and_nothing_is_lost_in_silence(rows):
    edges, reasons, notes = read_edges({"edges": rows}, NAMES)
    assert nx.is_directed_acyclic_graph(nx.DiGraph((e.source, e.target) for e in edges)) and set(reasons) == {(e.source, e.target) for e in edges}
    assert all(e.source in NAMES and e.target in NAMES and 0 < e.dependency <= 1 for e in edges)
    known = {(r["from"], r["to"]) for r in rows if isinstance(r, dict)}
    assert len(edges) + len(notes) <= len(rows) and len(edges) + len(notes) >= len(known)                   # only a repeat goes without a word


@settings(deadline=None, max_examples=300)
@given(json_like)
def test_any_json_is_read_or_refused(value):
    row = value if isinstance(value, dict) else {"edges": value, "items": value, "modules": value, "areas": value, "name": "x"}
    for read in (lambda: read_edges(row, NAMES), lambda: read_items(row, "m", set()), lambda: read_outline(row, 2)):
        try: read()
        except IOAError as error: assert "\n" not in str(error)


def test_a_teacher_is_shown_no_prerequisites_and_asked_again():
    teacher = Scripted("no", '{"edges": 1}', '{"edges": [{"from": "add_facts", "to": "add_carry"}]}')
    found = propose_prerequisites(teacher, ROOM)
    assert [m["role"] for m in teacher.heard[2].messages] == ["system", "user", "assistant", "user", "assistant", "user"] and found.tokens == 150
    assert all("prerequisites" not in line for line in teacher.heard[0].messages[1]["content"].splitlines()) and found.agreement["precision"] == 1.0 and found.agreement["recall"] < 0.2
    with pytest.raises(IOAError, match="in 2 tries: there is no JSON object"): propose_prerequisites(Scripted("no"), ROOM, tries=2)
    silent = Scripted(" ", '{"edges": []}')
    propose_prerequisites(silent, ROOM)
    assert [m["role"] for m in silent.heard[1].messages] == ["system", "user"]            # an empty turn is sent to nobody


def test_edges_of_a_part_of_a_domain():
    part = restrict(ROOM, NAMES[:5])
    found = propose_prerequisites(Author(ROOM), part)
    assert found.agreement["f1"] == 1.0 and {e.source for e in found.edges} | {e.target for e in found.edges} <= set(NAMES[:5])


# -- outlines and items --------------------------------------------------------------------------------------------

def outline(*modules, **more): return dict(name="c", areas=["x"], modules=[dict(name=m, area="x") if isinstance(m, str) else dict(area="x") | m for m in modules]) | more

@pytest.mark.parametrize("row, said", [
    (outline("a"), "there are 1 modules; write exactly 2"), (outline("a", "a"), "'a' stands there twice"), (outline("a", dict(name="b", area="z")), "is in area 'z'"), (outline("a", "B c"), "'B c' is no name"),
    (outline("a", dict(name="b", prerequisites=["q"])), "needs 'q', which is no module"), (outline("a", dict(name="b", prerequisites="a")), "take a list of names"), (outline("a", dict(name="b", prerequisites=["b"])), "b -> b"),
    (outline(dict(name="a", prerequisites=["b"]), dict(name="b", prerequisites=["a"])), "go in a circle"), (outline("a", dict(name="b", difficulty="hard")), "difficulty of 'b' is 'hard'"), (outline("a", "b", areas=[]), "field 'areas' is missing"),
    (outline("a", "b", areas=["x", "y"]), "area 'y' has no module"), (outline("a", "b", modules=["a", "b"]), "a list of objects"), (outline("a", dict(name=None)), "None is no name")])
def test_what_an_outline_can_have_wrong(row, said):
    with pytest.raises(IOAError) as caught: read_outline(row, 2)
    assert said in str(caught.value)
    with pytest.raises(IOAError) as caught: propose_domain(Scripted(json.dumps(row)), "sums", 2, tries=2)
    assert said in str(caught.value) and "scripted gave no outline" in str(caught.value)


def test_items_of_one_reply_are_different_and_sound():
    good = dict(question="What is 2 * 3?", steps=["2 * 3 = 6"], answer=6)
    kept, dropped = read_items({"items": [good, good | dict(question="what is 2 * 3? "), good | dict(question="q", answer=7), good | dict(question="r", steps="2 * 3 = 5"), 4]}, "m", set())
    assert [i.solution for i in kept] == ["2 * 3 = 6. #### 6"]
    assert [why for _, why in dropped] == ["asked already", "the last step comes to 6, and the answer is '7'", "the step '2 * 3 = 5' does not hold", "field 'question' is 'None'; it takes text"]


# -- proposals -----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def author(): return Author(Classroom(), wrong=0.15, broken=0.15, seed=1)

@pytest.fixture(scope="module")
def proposal(author): return propose_domain(author, "Sums\nfor beginners", 5, 15, seed=2)


def test_a_proposal_is_true_and_says_what_it_left_out(author, proposal):
    assert sum(author.written[i.question].answer == i.answer for i in proposal.items) >= len(proposal.items) - 1
    assert proposal.dropped and all(why for *_, why in proposal.dropped) and find_cycle(proposal.prerequisites) is None
    assert len({i.key for i in proposal.items}) == len(proposal.items) and all(len(proposal.of(m.name)) <= 15 for m in proposal.modules)


def test_it_can_be_read_by_people(proposal):
    for text in (str(proposal), proposal._repr_markdown_()):
        assert all(m.name in text for m in proposal.modules) and "Sums for beginners" in text and "approve()" in text
    assert all(line.count("|") == 6 for line in proposal._repr_markdown_().splitlines() if line.startswith("|"))


def test_what_is_approved_comes_back_from_its_folder(proposal, tmp_path):
    approved = proposal.approve(without=[proposal.modules[0].name])
    again = load_folder(proposal.save(tmp_path/"d", without=[proposal.modules[0].name]))
    assert again.sizes() == approved.sizes() and again.prerequisites == approved.prerequisites and again.items == approved.items and again.description == "Sums for beginners"
    for m in again.modules:
        taught, asked = {i.key for i in again.sample(m, 99, 0)}, {i.key for s in ("gate", "test") for i in again.probes(m, again.sizes()[m][s], s, 0)}
        assert taught and not taught & asked and min(again.sizes()[m][s] for s in SPLITS) >= 1


def test_what_cannot_be_approved(proposal):
    few = Proposal(proposal.name, "", proposal.modules, proposal.prerequisites, proposal.items[:4], (), 15, 0)
    with pytest.raises(IOAError, match="has 4 items, and 5 are the least; leave it out"): few.approve()
    with pytest.raises(IOAError, match="unknown module 'x'"): proposal.approve(without=["x"])
    assert "- " in str(few)


def test_an_empty_purse_ends_it(author):
    small = propose_domain(author, "Sums", 5, 15, budget=2000, seed=2)
    assert small.tokens <= 2000 and len(small.items) < 75 and any("budget is spent" in why for *_, why in small.dropped)


@pytest.mark.parametrize("budget", [3000, 20_000, 60_000])
def test_replies_of_any_length_stay_within_the_budget(budget):
    class Thinking: # as long as it may, 3,500 tokens at most
        name, spent = "thinking", 0
        def generate(self, requests, sampling):
            size = min(3500, sampling.max_new_tokens); self.spent += size * sampling.n * len(requests)
            texts = {OUTLINE: json.dumps(outline("a", "b")), ITEMS: json.dumps(dict(items=[dict(question=f"What is 1 + 1, for the {self.spent + k}th time?", answer=2) for k in range(10)]))}
            return [[Generation(texts.get(r.messages[0]["content"], "#### 2"), completion_tokens=size)] * sampling.n for r in requests]
    teacher = Thinking()
    found = propose_domain(teacher, "sums", 2, 20, budget=budget)
    assert 0 < found.tokens == teacher.spent <= budget and any("is spent" in why or "no tokens were left" in why for *_, why in found.dropped)


def test_a_teacher_that_repeats_itself_is_left():
    plan, one = json.dumps(outline("a")), json.dumps(dict(items=[dict(question="What is 2 * 3?", steps=["2 * 3 = 6"], answer=6)]))
    teacher = Scripted(plan, one, "#### 6", "#### 6", one)
    found = propose_domain(teacher, "sums", 1, 10)
    assert len(found.items) == 1 and len(teacher.heard) < 12 and any("asked already" in why for *_, why in found.dropped)


@pytest.mark.parametrize("how, said", [(dict(description=" "), "description is empty"), (dict(n_modules=0), "0 modules"), (dict(items=4), "of 4 items")])
def test_bad_settings(how, said):
    with pytest.raises(IOAError, match=said): propose_domain(Scripted("x"), **dict(description="sums", n_modules=2, items=10) | how)
