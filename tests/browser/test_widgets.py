"Every widget in JupyterLab on the recorded run: by mouse, by keyboard, at 800 pixels, light and dark"
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from places import RUN

CELLS = ["import os\nfrom pathlib import Path\nfrom ioa_nb.widgets import *\nfrom ioa_nb.boards import gap_frame\nfrom ioa_nb.classroom import Classroom\nfrom ioa_nb.identifier import load_snapshots\nfrom ioa_nb.models import SHIPPED\nfrom ioa_nb.mastery import Profile\n"
         "run = Path('run'); teacher, student, later = (Profile.load(run/p/'gate.json') for p in ('teacher', 'before', 'round-003'))\nroom = Classroom()\n"
         "history = [s for who in ('teacher', 'student') for s in load_snapshots(SHIPPED/who/'snapshots.json')]"]
WIDGETS = dict(explorer="Explorer(run)", two="Explorer(run, run/'uniform')", gaps="gap_board(teacher, student, history)", graph="dependency_board(history, teacher.accuracy, room.prerequisites)",
               plan="curriculum_board(teacher, later, room.prerequisites)", loss="loss_playground()", gate="gate_simulator()", errors="error_browser(student)", desk="lesson_desk(room)",
               frozen="freeze(lambda t: gap_frame(teacher, student, tau_gap=t), [0.1, 0.3, 0.9], 'tau_gap')")


@pytest.fixture(scope="module")
def visited(lab, visit):
    "The notebook with all of them, run once"
    folder, url, token = lab
    shutil.copytree(RUN, folder/"run")
    cell = lambda k, source: dict(cell_type="code", id=f"c{k}", metadata={}, source=source, execution_count=None, outputs=[])
    sources = CELLS + [f"{name} = {made}\n{name}.add_class('ioa-test-{name}')\n{name}" for name, made in WIDGETS.items()]
    book = dict(cells=[cell(k, s) for k, s in enumerate(sources)], metadata=dict(kernelspec=dict(name="python3", display_name="python3", language="python")), nbformat=4, nbformat_minor=5)
    (folder/"widgets.ipynb").write_text(json.dumps(book))
    seen = visit()
    seen.page.goto(f"{url}/lab/tree/widgets.ipynb?token={token}&reset")
    seen.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    seen.page.wait_for_function("window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.sessionContext && window.jupyterapp.shell.currentWidget.sessionContext.session && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel")
    seen.page.evaluate("window.jupyterapp.shell.collapseLeft()")
    seen.page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    try: seen.page.wait_for_selector(".ioa-test-desk button", timeout=60_000)
    except Exception: seen.keep("widgets-not-there"); raise
    return seen


@pytest.fixture
def page(visited):
    yield visited.page
    assert visited.page.locator(".ioa-error").count() == 0, visited.page.locator(".ioa-error").all_inner_texts()
    assert not visited.foreign, visited.foreign


def board(page, name): return page.locator(f".ioa-test-{name}").first


def text(page, name): return board(page, name).locator(".ioa").first.inner_text()


def changes(page, name, act, before=None):
    "What is shown after `act`, once it differs from what was shown before"
    before = text(page, name) if before is None else before
    act()
    page.wait_for_function("([name, before]) => { const e = document.querySelector(`.ioa-test-${name} .ioa`); return e && e.innerText !== before }", arg=[name, before], timeout=20_000)
    return text(page, name)


def handle(page, name, k=0): return board(page, name).locator(".noUi-handle").nth(k)


def key(page, name, key, k=0): handle(page, name, k).focus(); page.keyboard.press(key)


def click_track(page, name, k, share):
    box = (track := board(page, name).locator(".noUi-target").nth(k)).bounding_box()
    track.click(position=dict(x=box["width"] * share, y=box["height"] / 2))


def test_explorer_by_mouse_and_keyboard(page):
    assert "round 1 of 6" in text(page, "explorer")
    assert "round 2 of 6" in changes(page, "explorer", lambda: key(page, "explorer", "ArrowRight"))
    assert "round 1 of 6" in changes(page, "explorer", lambda: key(page, "explorer", "ArrowLeft"))
    assert "round 2 of 6" in changes(page, "explorer", lambda: board(page, "explorer").get_by_text("on ▶").click())
    assert "round 6 of 6" in changes(page, "explorer", lambda: click_track(page, "explorer", 0, 0.99))
    assert "before the first round" in changes(page, "explorer", lambda: key(page, "explorer", "Home"))
    back = board(page, "explorer").get_by_text("on ▶"); back.focus()
    assert "round 1 of 6" in changes(page, "explorer", lambda: page.keyboard.press("Enter"))


def test_explorer_plays(page):
    changes(page, "explorer", lambda: key(page, "explorer", "Home"))
    play = board(page, "explorer").locator(".widget-play button")
    assert "round 1 of 6" in changes(page, "explorer", lambda: play.first.click())
    page.wait_for_function("() => document.querySelector('.ioa-test-explorer .ioa').innerText.includes('round 2 of 6')", timeout=10_000)
    play.first.click()                                         # the same button pauses


def test_two_runs_on_one_slider(page):
    seen = changes(page, "two", lambda: key(page, "two", "End"))
    assert "ioa, seed 0 · round 6" in seen and "uniform, seed 0 · round 6" in seen
    left, right = (board(page, "two").locator(".pair > div").nth(k).bounding_box() for k in (0, 1))
    assert left["x"] != right["x"] or left["y"] != right["y"]


@pytest.mark.parametrize("name,sliders", [("gaps", 3), ("graph", 3), ("plan", 3)])
def test_dials_of_a_board(page, name, sliders):
    assert board(page, name).locator(".noUi-handle").count() == sliders
    changes(page, name, lambda: click_track(page, name, {"graph": 2}.get(name, 0), 0.95))
    changes(page, name, lambda: key(page, name, "Home", {"graph": 2, "plan": 1}.get(name, 0)))


def test_loss_playground(page):
    changes(page, "loss", lambda: board(page, "loss").get_by_role("button", name="jsd").click())
    changes(page, "loss", lambda: click_track(page, "loss", 0, 0.8))
    changes(page, "loss", lambda: key(page, "loss", "ArrowRight", 1))
    board(page, "loss").get_by_role("button", name="skew_kl").focus()
    assert "skew_kl" in changes(page, "loss", lambda: page.keyboard.press("Enter"))
    changes(page, "loss", lambda: key(page, "loss", "ArrowRight", 2))


def test_gate_simulator(page):
    assert "false pass" in text(page, "gate")
    assert "false hold" in changes(page, "gate", lambda: click_track(page, "gate", 0, 0.97))
    changes(page, "gate", lambda: key(page, "gate", "ArrowRight", 1))
    assert "Gate confident" in changes(page, "gate", lambda: board(page, "gate").get_by_role("button", name="confident").click())


def test_error_browser_marks_a_step(page):
    module = board(page, "errors").locator("input[type=text]").first
    seen = changes(page, "errors", lambda: (module.fill("fraction_of"), module.press("Enter")))
    assert "fraction_of" in seen and board(page, "errors").locator("mark").count() > 0 and "✗" in board(page, "errors").locator("mark").first.inner_text()
    number = board(page, "errors").locator("input[type=number]"); number.focus()
    assert "from number 2" in changes(page, "errors", lambda: (page.keyboard.press("ArrowUp"), page.keyboard.press("Enter")))


def test_lesson_desk_holds_a_lesson_and_names_a_teacher_that_is_not_there(page):
    desk = board(page, "desk")
    desk.locator("input[type=checkbox]").first.check()
    button = desk.get_by_text("hold the lesson"); button.focus(); page.keyboard.press("Enter")
    page.wait_for_selector(".ioa-test-desk .ioa pre", timeout=60_000)
    assert "The teacher writes" in text(page, "desk") and "and after" in text(page, "desk")
    teacher = desk.locator("input[type=text]").last
    teacher.fill("nowhere/nobody"); teacher.press("Enter"); button.click()
    alert = desk.locator(".ioa-error"); alert.wait_for()
    assert "nowhere/nobody" in alert.inner_text() and "⚠ Error" in alert.inner_text() and alert.get_attribute("role") == "alert"
    teacher.fill("classroom/teacher"); teacher.press("Enter"); button.click()
    alert.wait_for(state="detached", timeout=60_000)


def test_frozen_slider_slides(page):
    page.locator(".jp-CodeCell").last.scroll_into_view_if_needed()
    shown = lambda: [t for t in board(page, "frozen").locator(".ioa").all() if t.is_visible()]
    before = shown()[0].inner_text()
    key(page, "frozen", "End"); page.wait_for_timeout(300)
    assert len(shown()) == 1 and shown()[0].inner_text() != before


def test_labels_and_width(page):
    for name in WIDGETS:
        sliders = board(page, name).locator(".noUi-handle")
        assert all(board(page, name).locator(".widget-label").nth(k).inner_text().strip() for k in range(sliders.count())), name
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    wide = page.evaluate("() => [...document.querySelectorAll('.ioa')].filter(e => e.scrollWidth > e.clientWidth + 2).map(e => e.innerText.slice(0, 60))")
    assert not wide, wide


def test_readable_in_the_dark(page):
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'", timeout=20_000)
    ink, paper = page.evaluate("() => [getComputedStyle(document.querySelector('.ioa-test-gaps .ioa')).color, getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor]")
    bright = lambda c: sum(map(float, re.findall(r"[\d.]+", c)[:3])) / 3
    assert bright(ink) > 150 > 100 > bright(paper), (ink, paper)
    if os.environ.get("KEEP_SCREENSHOTS"):
        for name in WIDGETS: board(page, name).screenshot(path=Path(__file__).parent/"artefacts"/f"dark-{name}.png")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
