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
               live="LiveRun('live', lambda control: start_classroom('live', 'ioa', 20, 20000, 40000, control))",
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
    changes(page, "explorer", lambda: key(page, "explorer", "Home"))
    play.first.focus(); assert "round 1 of 6" in changes(page, "explorer", lambda: page.keyboard.press("Enter"))
    play.first.focus(); page.keyboard.press("Enter")


def test_two_runs_on_one_slider(page):
    seen = changes(page, "two", lambda: key(page, "two", "End"))
    assert "ioa, seed 0 · round 6" in seen and "uniform, seed 0 · round 6" in seen
    assert "ioa, seed 0 · round 1" in changes(page, "two", lambda: click_track(page, "two", 0, 0.17))
    left, right = (board(page, "two").locator(".pair > div").nth(k).bounding_box() for k in (0, 1))
    assert left["x"] != right["x"] or left["y"] != right["y"]


def by_keys(page, name, k, key, most=8):
    "What is shown once a key, pressed a few times at most, has changed it"
    before = text(page, name)
    for _ in range(most):
        handle(page, name, k).focus(); page.keyboard.press(key)
        try: page.wait_for_function("([name, before]) => document.querySelector(`.ioa-test-${name} .ioa`).innerText !== before", arg=[name, before], timeout=1500)
        except Exception: continue
        return text(page, name)
    raise AssertionError(f"{key} on slider {k} of {name} changes nothing")


# board -> for each slider, where its track is clicked and which key moves it on
DIALS = dict(gaps=[(0.95, "Home"), (0.05, "End"), (0.95, "Home")], graph=[(0.75, "ArrowRight"), (0.3, "ArrowRight"), (0.95, "Home")], plan=[(0.95, "Home"), (0.5, "End"), (0.95, "Home")])


@pytest.mark.parametrize("name,k", [(name, k) for name, dials in DIALS.items() for k in range(len(dials))])
def test_each_dial_of_a_board(page, name, k):
    assert board(page, name).locator(".noUi-handle").count() == len(DIALS[name])
    share, key = DIALS[name][k]
    changes(page, name, lambda: click_track(page, name, k, share))
    by_keys(page, name, k, key)


def test_loss_playground(page):
    press = lambda name: board(page, "loss").get_by_role("button", name=name, exact=True)
    changes(page, "loss", lambda: press("jsd").click())
    for k in (0, 1): changes(page, "loss", lambda k=k: click_track(page, "loss", k, 0.8)); by_keys(page, "loss", k, "ArrowLeft")
    press("skew_kl").focus()
    assert "skew_kl" in changes(page, "loss", lambda: page.keyboard.press("Enter"))
    changes(page, "loss", lambda: click_track(page, "loss", 2, 0.8)); by_keys(page, "loss", 2, "ArrowLeft")


def test_gate_simulator(page):
    assert "false pass" in text(page, "gate")
    assert "false hold" in changes(page, "gate", lambda: click_track(page, "gate", 0, 0.97))
    by_keys(page, "gate", 0, "ArrowLeft")
    changes(page, "gate", lambda: click_track(page, "gate", 1, 0.6)); by_keys(page, "gate", 1, "ArrowRight")
    assert "Gate confident" in changes(page, "gate", lambda: board(page, "gate").get_by_role("button", name="confident").click())
    board(page, "gate").get_by_role("button", name="point").focus()
    assert "Gate point" in changes(page, "gate", lambda: page.keyboard.press("Enter"))
    changes(page, "gate", lambda: click_track(page, "gate", 2, 0.98)); by_keys(page, "gate", 2, "Home")


def test_error_browser_marks_a_step(page):
    module, kind = (board(page, "errors").locator("input[type=text]").nth(k) for k in (0, 1))
    seen = changes(page, "errors", lambda: (module.click(), page.keyboard.type("fraction_of"), page.keyboard.press("Enter")))
    assert "fraction_of" in seen and board(page, "errors").locator("mark").count() > 0 and "✗" in board(page, "errors").locator("mark").first.inner_text()
    number = board(page, "errors").locator("input[type=number]"); number.focus()
    assert "from number 2" in changes(page, "errors", lambda: (page.keyboard.press("ArrowUp"), page.keyboard.press("Enter")))
    box = number.bounding_box()
    number.hover(); changes(page, "errors", lambda: (number.click(position=dict(x=box["width"] - 10, y=box["height"] / 4)), page.keyboard.press("Enter")))    # the little arrow up
    said = kind.evaluate("e => e.list.options[0].value")
    assert said in changes(page, "errors", lambda: (kind.focus(), page.keyboard.type(said), page.keyboard.press("Tab")))


def hold(page, act):
    "Asks for a lesson, and what is shown when it has been held"
    before = board(page, "desk").locator(".ioa").first.inner_text() if board(page, "desk").locator(".ioa").count() else ""
    act()
    page.wait_for_function("before => { const e = document.querySelector('.ioa-test-desk .ioa'); return e && e.innerText && e.innerText !== before }", arg=before, timeout=90_000)
    return text(page, "desk")


def test_lesson_desk_by_mouse_and_by_keyboard(page):
    desk = board(page, "desk"); button, ticks = desk.get_by_text("hold the lesson"), desk.locator("input[type=checkbox]")
    ticks.first.click(); desk.get_by_role("button", name="brief").click(); click_track(page, "desk", 0, 0.5)
    seen = hold(page, button.click)
    assert "The teacher writes" in seen and "and after" in seen and "concretize" in seen
    ticks.first.focus(); page.keyboard.press("Space"); ticks.nth(1).focus(); page.keyboard.press("Space"); ticks.nth(2).focus(); page.keyboard.press("Space")
    desk.get_by_role("button", name="scaffolded").focus(); page.keyboard.press("Enter"); key(page, "desk", "Home")
    module = desk.locator("input[type=text]").first; module.focus(); page.keyboard.press("Control+a"); page.keyboard.type("two_digit_product"); page.keyboard.press("Tab")
    button.focus(); seen = hold(page, lambda: page.keyboard.press("Enter"))
    assert "concretize" not in seen and "plain" in seen and "load" in seen


def test_lesson_desk_names_a_teacher_that_is_not_there(page):
    desk = board(page, "desk"); button = desk.get_by_text("hold the lesson")
    teacher = desk.locator("input[type=text]").last
    teacher.fill("nowhere/nobody"); teacher.press("Enter"); button.click()
    alert = desk.locator(".ioa-error"); alert.wait_for()
    assert "nowhere/nobody" in alert.inner_text() and "⚠ Error" in alert.inner_text() and alert.get_attribute("role") == "alert"
    teacher.fill("classroom/teacher"); teacher.press("Enter"); button.click()
    alert.wait_for(state="detached", timeout=60_000)


def test_live_run_by_mouse_and_by_keyboard(page):
    live = board(page, "live"); press = lambda name: live.get_by_role("button", name=name, exact=True)
    def now(state, most=150_000):
        try: page.wait_for_function("state => document.querySelector('.ioa-test-live .ioa-state').innerText === state", arg=state, timeout=most)
        except Exception as error: raise AssertionError(f"{state!r} was awaited; shown is {board(page, 'live').inner_text()[:400]!r}, enabled are {[n for n in ('start', 'pause', 'resume', 'stop') if press(n).is_enabled()]}") from error
    def enter(name): press(name).click(trial=True); press(name).focus(); page.keyboard.press("Enter")      # the trial waits until it is enabled
    assert live.locator(".ioa-state").inner_text() == "idle" and press("pause").is_disabled()
    press("start").click(); now("running")
    page.wait_for_function("() => document.querySelector('.ioa-test-live .ioa-progress')?.innerText.includes('gate')", timeout=90_000)
    enter("pause"); now("paused")
    by_keys(page, "gaps", 1, "ArrowLeft")                        # the notebook stays usable
    press("resume").click(); now("running")
    press("pause").click(); now("paused"); enter("resume"); now("running")
    enter("stop"); now("idle"); assert press("start").is_enabled()
    enter("start"); now("running"); press("stop").click(); now("idle")


def test_frozen_slider_slides(page):
    page.locator(".jp-CodeCell").last.scroll_into_view_if_needed()
    shown = lambda: [t for t in board(page, "frozen").locator(".ioa").all() if t.is_visible()]
    before = shown()[0].inner_text()
    key(page, "frozen", "End"); page.wait_for_timeout(300)
    assert len(shown()) == 1 and shown()[0].inner_text() != before
    click_track(page, "frozen", 0, 0.02); page.wait_for_timeout(300)
    assert len(shown()) == 1 and shown()[0].inner_text() == before


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
