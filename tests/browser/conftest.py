"JupyterLab and Voilà for all tests, a Chromium a file; a screenshot is kept of what failed"
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from places import ROOT, free_port

HERE = Path(__file__).parent
ARTEFACTS = HERE/"artefacts"
CHROMIUM = next((p for name in ("chromium", "chromium-browser") if (p := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
    reason = None if CHROMIUM else "no chromium on this machine: apt-get install chromium"
    try: import playwright  # noqa: F401
    except ImportError: reason = "playwright is not installed: make venv"
    for item in items:
        if reason and HERE in Path(item.path).parents: item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    page = item.funcargs.get("page") if report.when == "call" and report.failed else None
    if page:
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS/f"{item.name}.png", full_page=True)


@pytest.fixture(scope="module")
def chromium():
    "One browser a file: while it runs its event loop is the process's, and other files may need their own"
    from playwright.sync_api import sync_playwright
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Visit:
    "A page that remembers what went wrong on it and whom else it asked"
    def __init__(self, chromium, **settings):
        self.page = chromium.new_page(viewport=dict(width=800, height=900), **settings)
        self.page.set_default_timeout(10_000)
        self.foreign, self.broken, self.said = [], [], []
        self.page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)
        self.page.on("response", lambda r: self.said.append(f"{r.status} for {r.url}") if r.status >= 400 else None)
        self.page.on("request", lambda r: None if r.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")) else self.foreign.append(r.url))
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def keep(self, name):
        "A screenshot among the artefacts"
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS/f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def visit(chromium): return lambda **settings: Visit(chromium, **settings)


def wait_until_up(url, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None: raise AssertionError(f"the server ended with {process.returncode}")
        try: urllib.request.urlopen(url, timeout=2); return
        except urllib.error.HTTPError: return
        except OSError: time.sleep(0.3)
    raise AssertionError(f"nothing answers at {url}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    "A JupyterLab on an empty folder: (folder, address, token)"
    home = tmp_path_factory.mktemp("lab")
    folder, settings = home/"work", home/"settings"/"@jupyterlab"
    folder.mkdir(); (settings/"notebook-extension").mkdir(parents=True); (settings/"apputils-extension").mkdir()
    (settings/"notebook-extension"/"tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    (settings/"apputils-extension"/"notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    port, token = free_port(), secrets.token_hex(16)
    env = os.environ | dict(JUPYTERLAB_SETTINGS_DIR=str(home/"settings"), JUPYTER_TOKEN=token, JUPYTER_CONFIG_DIR=str(home/"config"), JUPYTERLAB_WORKSPACES_DIR=str(home/"workspaces"),
                            PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    log = open(home/"log", "w")
    process = subprocess.Popen([sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
                                *(["--allow-root"] if os.geteuid() == 0 else [])], env=env, stdout=log, stderr=log, cwd=folder)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/api", process)
        yield folder, f"http://127.0.0.1:{port}", token
    finally: process.terminate(); process.wait(20)
