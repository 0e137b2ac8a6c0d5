"Help in doses: what holds for any solution and any figures"
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioa_nb.classroom import STYLES, Classroom
from ioa_nb.core import IOAError, Item, Mark, Module
from ioa_nb.models import Generation
from ioa_nb.zone import Helped, Place, fade, give_steps, measure_helped, solutions, zone, zone_first

steps = st.lists(st.from_regex(r"[a-z0-9 +=]{0,8}[a-z0-9]", fullmatch=True), min_size=1, max_size=6)


@given(parts=steps, h=st.integers(0, 9), answer=st.integers(0, 999), mark=st.sampled_from((". ", "\n")))
def test_put_together_it_is_the_solution_and_a_step_is_left(parts, h, answer, mark):
    solution = f"{mark.join(parts)}{mark.rstrip(' ')} #### {answer}"
    given_, rest = give_steps(solution, h)
    assert re.sub(r"\s", "", given_ + rest) == re.sub(r"\s", "", solution) and solution.startswith(given_)
    assert rest.split("####")[0].strip() and rest.endswith(f"#### {answer}")
    assert give_steps(solution, h)[0].startswith(give_steps(solution, max(0, h - 1))[0])          # more help, a longer beginning


def test_the_classroom_never_gives_the_last_step():
    room = Classroom()
    for m in room.modules:
        for item in room.probes(m, 5, "gate", 3):
            for style in STYLES:
                given_, rest = give_steps(room.solve(item, style), 99)
                assert "####" not in given_ and "=" in rest.split("####")[0]


class Shelf:
    "A domain with items that carry their solution, and no `solve`"
    name, prerequisites = "shelf", {}
    modules = {"sums": Module("sums")}
    def probes(self, module, n, split, seed, level=None, block=None): return [Item("sums", f"What is {k} + 1 + 1?", str(k + 2), f"{k} + 1 = {k + 1}. {k + 1} + 1 = {k + 2}. #### {k + 2}") for k in range(n)]
    sample = None
    def messages(self, item, style=None): return [{"role": "user", "content": item.question}]
    def check(self, item, output): return Mark(output.endswith(f"#### {item.answer}"))


class NeedsABeginning:
    "Knows how to go on, not how to begin; and counts what it is asked"
    name, asked = "needs a beginning", 0
    class tokenizer:
        @staticmethod
        def apply_chat_template(messages, add_generation_prompt, tokenize): return messages[-1]["content"] + "|"
    def generate(self, requests, sampling):
        self.asked += len(requests)
        return [[Generation(f"#### {int(r.prompt.split()[2]) + 2}" if r.prompt else "I do not know")] for r in requests]


def test_help_is_what_makes_the_difference():
    pupil = NeedsABeginning()
    helped = measure_helped(pupil, Shelf(), n=6, helps=(0, 1, 2))
    assert helped.accuracy == {"sums": {0: 0.0, 1: 1.0, 2: 1.0}}
    assert pupil.asked == 12                                        # two steps: no more than one can be given, and the same is not asked twice
    assert zone(helped) == {"sums": Place("zone", 0.0, 1.0, 1)}
    assert solutions(Shelf(), Shelf().probes("sums", 1, "gate", 0)) == ["0 + 1 = 1. 1 + 1 = 2. #### 2"]


def test_a_model_behind_a_server_says_that_it_cannot():
    server = type("Server", (), dict(name="server", generate=lambda self, requests, sampling: [[Generation("")] for _ in requests]))()
    with pytest.raises(IOAError, match="'server' cannot go on from a begun answer"): measure_helped(server, Shelf(), n=2)


tables = st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 10), min_size=1, max_size=4), min_size=1)


@given(table=tables, low=st.floats(0, 1), high=st.floats(0, 1))
def test_places_say_what_the_figures_say(table, low, high):
    helped = Helped("t", "gate", {m: dict(enumerate(cs)) for m, cs in table.items()}, {m: 10 for m in table})
    places = zone(helped, low, high)
    for m, p in places.items():
        a = helped.accuracy[m]
        assert p.alone == a[0] and p.helped == a[p.help]
        assert (p.where == "alone") == (a[0] >= low)
        if p.where == "zone": assert p.helped >= high and all(a[h] < high for h in a if 0 < h < p.help)
        if p.where == "beyond": assert all(v < high for h, v in a.items() if h)
    assert sorted(zone_first(list(table), places)) == sorted(table)


@settings(max_examples=200)
@given(h=st.integers(0, 5), a=st.floats(0, 1), most=st.integers(0, 5))
def test_fading_goes_a_step_at_a_time(h, a, most):
    new = fade(h, a, most=most)
    assert 0 <= new <= most and (h > most or abs(new - h) <= 1)
    assert fade(h, 1.0, most=most) <= fade(h, a, most=most) <= fade(h, 0.0, most=most)


@pytest.mark.parametrize("call, words", ((lambda: give_steps("a. b. #### 1", -1), "help is -1"), (lambda: fade(0, 0.5, most=-1), "most is -1"),
    (lambda: zone(Helped("t", "gate", {}, {}), high=2), "high is 2"), (lambda: measure_helped(NeedsABeginning(), Shelf(), helps=(-1, 0)), "helps is"),
    (lambda: measure_helped(NeedsABeginning(), Shelf(), split="exam"), "unknown split 'exam'")))
def test_bad_input_says_what_and_what_instead(call, words):
    with pytest.raises(IOAError, match=words): call()
