"The app from its start to the downloaded report; a live run stopped and resumed"
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from places import ROOT, RUN, free_port


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    "The command as somebody starts it: (address, folder, port)"
    folder = tmp_path_factory.mktemp("app"); shutil.copytree(RUN, folder/"run")
    port, env = free_port(), os.environ | dict(PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen([sys.executable, "-m", "ioa_nb.app", str(folder/"run"), "--port", str(port), "--no-browser"], stdout=subprocess.PIPE, stderr=open(folder/"log", "w"), text=True, env=env, cwd=folder)
    try:
        line = process.stdout.readline().strip()
        assert line.startswith(f"http://127.0.0.1:{port}/?token="), (line, (folder/"log").read_text())
        yield line, folder, port
    finally: process.terminate(); process.wait(20)


@pytest.fixture(scope="module")
def visited(app, visit):
    seen = visit(accept_downloads=True); seen.page.goto(app[0], timeout=90_000)
    seen.page.wait_for_selector(".ioa h3", timeout=90_000)
    return seen


@pytest.fixture
def page(visited):
    yield visited.page
    assert visited.page.locator(".ioa-error").count() == 0 and not visited.foreign and not visited.broken, (visited.foreign, visited.broken)


def test_nobody_enters_without_the_token(app):
    address, _, port = app
    for path in ("", "api/kernels", "voila/static/"):
        try: answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10)
        except urllib.error.HTTPError as error: assert error.code in (401, 403, 404, 405), path
        else: assert "/login" in answer.url, (path, answer.url)
    wrong = urllib.request.urlopen(f"http://127.0.0.1:{port}/?token=wrong", timeout=10)
    assert "/login" in wrong.url


def test_a_taken_port_is_one_line(app):
    done = subprocess.run([sys.executable, "-m", "ioa_nb.app", "--port", str(app[2]), "--no-browser"], capture_output=True, text=True, env=os.environ | dict(PYTHONPATH=str(ROOT)), timeout=60)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and f"port {app[2]}" in done.stderr


def shows(page, words, seconds=20): page.wait_for_function("words => document.querySelector('.ioa')?.innerText.includes(words)", arg=words, timeout=seconds * 1000)


def opened(page, run, beside="", by=None):
    "Names the folders and asks for them"
    for k, value in enumerate((str(run), str(beside))): box = page.locator("input[type=text]").nth(k); box.fill(value); box.press("Enter")
    (by or page.get_by_role("button", name="Open").click)()


def test_step_compare_and_download(app, visited, page):
    assert "round 1 of 6" in page.locator(".ioa").first.inner_text()
    visited.keep("app") if os.environ.get("KEEP_SCREENSHOTS") else None
    page.locator(".noUi-handle").first.focus(); page.keyboard.press("ArrowRight")
    shows(page, "round 2 of 6")
    track = page.locator(".noUi-target").first; box = track.bounding_box(); track.click(position=dict(x=box["width"] * 0.99, y=box["height"] / 2)); shows(page, "round 6 of 6")
    page.get_by_text("◀ back").click(); shows(page, "round 5 of 6"); page.get_by_text("on ▶").focus(); page.keyboard.press("Enter"); shows(page, "round 6 of 6")
    beside = page.locator("input[type=text]").nth(1); beside.fill(str(app[1]/"run"/"uniform")); beside.press("Enter")
    page.get_by_role("button", name="Open").click()
    page.wait_for_function("() => document.querySelector('.ioa') && document.querySelector('.ioa').innerText.includes('uniform, seed 0')")
    with page.expect_download() as waiting: page.locator(".ioa-report").click()
    report = waiting.value.path().read_text()
    assert waiting.value.suggested_filename == "report.html" and "Gaps before and after" in report and "uniform" in report


def test_a_folder_that_is_no_run_is_one_line(app, visited):
    page = visited.page; enter = lambda: (page.get_by_role("button", name="Open").focus(), page.keyboard.press("Enter"))
    opened(page, "nowhere", by=enter)
    alert = page.locator(".ioa-error"); alert.wait_for()
    assert "nowhere is no folder" in alert.inner_text()
    opened(page, app[1]/"run", by=enter); alert.wait_for(state="detached")


def test_a_relative_folder_begins_where_the_app_was_started(app, page):
    opened(page, app[1]/"run"/"uniform"); shows(page, "uniform, seed 0")
    opened(page, "run"); shows(page, "ioa, seed 0")


def test_runs_over_different_domains_are_not_compared(app, visited):
    page, other = visited.page, app[1]/"other"
    shutil.copytree(RUN, other, ignore=shutil.ignore_patterns("uniform"))
    domain = json.loads((other/"domain.json").read_text()); domain["modules"] = domain["modules"][:5]; (other/"domain.json").write_text(json.dumps(domain))
    opened(page, app[1]/"run", other)
    alert = page.locator(".ioa-error"); alert.wait_for()
    assert "compare runs over one domain" in alert.inner_text()
    opened(page, app[1]/"run"); alert.wait_for(state="detached")


def test_a_corrupt_round_is_named_and_the_rest_is_shown(app, page):
    broken = app[1]/"broken"
    shutil.copytree(RUN, broken, ignore=shutil.ignore_patterns("uniform")); (broken/"round-003"/"decision.json").write_text("{")
    opened(page, broken); shows(page, "round 3 cannot be read"); shows(page, "round 1 of 6")
    page.locator(".noUi-handle").first.focus(); page.keyboard.press("End"); shows(page, "round 6 of 6")


def test_a_run_that_is_still_written_is_followed(app, page):
    young = app[1]/"young"
    shutil.copytree(RUN, young, ignore=shutil.ignore_patterns("uniform", "summary.json", "round-00[2-6]"))
    opened(page, young); shows(page, "round 1 of 6")
    assert page.locator(".ioa-report").count() == 0
    shutil.copytree(RUN/"round-002", young/".new"); (young/".new").rename(young/"round-002")
    with open(young/"events.jsonl", "a") as log: log.write('{"step": "state", "folder": "round-002", "seconds": 1}\n')
    shows(page, "round 2 of 6")
    shutil.copy(RUN/"summary.json", young)
    page.wait_for_selector(".ioa-report")


def test_a_live_run_is_stopped_and_resumed(app, page):
    state = page.locator(".ioa-state")
    opened(page, app[1]/"run"); shows(page, "round 1 of 6")
    out = page.locator("input[type=text]").nth(2); out.fill(str(app[1]/"new")); out.press("Enter")
    for k, value in enumerate(("2", "2000", "4000")): box = page.locator("input[type=number]").nth(k); box.fill(value); box.press("Enter")
    page.get_by_role("button", name="Start a run").click()
    page.wait_for_function("() => document.querySelector('.ioa-progress')?.innerText.includes('before gate')", timeout=60_000)
    page.get_by_role("button", name="pause").click(); page.wait_for_function("() => document.querySelector('.ioa-state').innerText === 'paused'")
    page.get_by_role("button", name="resume").click(); page.wait_for_function("() => document.querySelector('.ioa-state').innerText === 'running'")
    page.wait_for_function("() => /in work: round|round-/.test(document.querySelector('.ioa-progress')?.innerText)", timeout=90_000)
    page.get_by_role("button", name="stop").click(); page.wait_for_function("() => document.querySelector('.ioa-state').innerText === 'idle'", timeout=60_000)
    assert not (app[1]/"new"/"summary.json").exists() and (app[1]/"new"/"events.jsonl").exists()
    page.get_by_role("button", name="start", exact=True).click()
    page.wait_for_function("() => document.querySelector('.ioa-state').innerText === 'finished'", timeout=150_000)
    page.wait_for_function("() => document.querySelector('.ioa h3').innerText.includes('round 2 of 2')")
    with page.expect_download() as waiting: page.locator(".ioa-report").click()
    assert "Gaps before and after" in waiting.value.path().read_text()
    assert state.inner_text() == "finished" and (app[1]/"new"/"summary.json").exists()
