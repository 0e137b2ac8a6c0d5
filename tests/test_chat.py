"The classroom in plain chat: the same items, and never a kinder word than the strict checker's where the mark is there"
import random

import pytest

from ioa_nb.chat import ChatClassroom, last_number, said_equations
from ioa_nb.classroom import STYLES, Classroom

ROOM, STRICT = ChatClassroom(), Classroom()


@pytest.mark.parametrize("module", ROOM.modules)
def test_items_are_those_of_the_classroom(module):
    for split in ("train", "gate", "test"): assert ROOM.probes(module, 12, split, 3) == STRICT.probes(module, 12, split, 3)
    for block in (0, 7): assert ROOM.probes(module, 3, "gate", 3, block=block) == STRICT.probes(module, 3, "gate", 3, block=block)
    for kind in ("wording", "numbers", "composition"):
        if module in ROOM.novelties(kind): assert ROOM.novel(module, 4, 1, kind) == STRICT.novel(module, 4, 1, kind)


def test_another_subclass_draws_items_of_its_own():
    class Other(Classroom): name = "other"
    assert Other().probes("add_carry", 8, "gate", 0) != STRICT.probes("add_carry", 8, "gate", 0)


@pytest.mark.parametrize("module", ROOM.modules)
def test_a_solution_is_right_with_and_without_its_mark(module):
    for item in ROOM.probes(module, 12, "gate", 5):
        for style in (None, *STYLES):
            text = ROOM.solve(item, style)
            assert ROOM.check(item, text) == STRICT.check(item, text)
            bare = ROOM.check(item, text.split("####")[0])
            assert bare.correct and bare.step is None, text
            wrong = text.replace(f"#### {item.answer}", f"#### {int(item.answer) + 1}")
            assert not ROOM.check(item, wrong).correct and not ROOM.check(item, wrong.replace("#### ", "It is ")).correct


def test_equations_survive_every_way_of_writing_them():
    rng = random.Random(0)
    for _ in range(300):
        a, b = rng.randint(1, 9999), rng.randint(1, 99)
        sign = rng.choice("+-*/")
        shown = {"*": rng.choice(("*", "×", "x", "\\times")), "/": rng.choice(("/", "÷", "\\div"))}.get(sign, sign)
        space = " " if len(shown) > 1 else rng.choice(("", " "))
        number = lambda n: f"{n:,}" if rng.random() < 0.5 else str(n)
        text = f"Well. {number(a)}{space}{shown}{space}{b}{space}={space}{number(a + b)}{rng.choice(('', '.', ', so', ' apples'))}"
        assert said_equations(text) == [f"{a} {sign} {b} = {a + b}"], text


@pytest.mark.parametrize("text", ["", "####", "= 5", "5 =", "a = 5", "1.5 + 2 = 3.5", "1 + 2", "2 + = 3", "+" * 50, "1" * 5000, "1 + " * 3000 + "1"])
def test_what_is_no_equation_is_passed_over_quickly(text):
    assert said_equations(text) == []
    last_number(text); ROOM.check(ROOM.probes("add_carry", 1, "gate", 0)[0], text)
