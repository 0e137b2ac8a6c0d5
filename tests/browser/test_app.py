"The app from its start to the downloaded report; a live run stopped and resumed"
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


def test_step_compare_and_download(app, visited, page):
    assert "round 1 of 6" in page.locator(".ioa").first.inner_text()
    visited.keep("app") if os.environ.get("KEEP_SCREENSHOTS") else None
    page.locator(".noUi-handle").first.focus(); page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.ioa').innerText.includes('round 2 of 6')")
    beside = page.locator("input[type=text]").nth(1); beside.fill(str(app[1]/"run"/"uniform")); beside.press("Enter")
    page.get_by_role("button", name="Open").click()
    page.wait_for_function("() => document.querySelector('.ioa') && document.querySelector('.ioa').innerText.includes('uniform, seed 0')")
    with page.expect_download() as waiting: page.locator(".ioa-report").click()
    report = waiting.value.path().read_text()
    assert waiting.value.suggested_filename == "report.html" and "Gaps before and after" in report and "uniform" in report


def test_a_folder_that_is_no_run_is_one_line(visited):
    page = visited.page
    run = page.locator("input[type=text]").first; kept = run.input_value()
    run.fill("nowhere"); run.press("Enter"); page.get_by_role("button", name="Open").click()
    alert = page.locator(".ioa-error"); alert.wait_for()
    assert "nowhere is no folder" in alert.inner_text()
    run.fill(kept); run.press("Enter"); page.get_by_role("button", name="Open").click(); alert.wait_for(state="detached")


def test_a_live_run_is_stopped_and_resumed(app, page):
    state = page.locator(".ioa-state")
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
    assert state.inner_text() == "finished" and (app[1]/"new"/"summary.json").exists()
