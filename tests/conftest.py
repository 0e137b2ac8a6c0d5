"What every test obeys: one thread, and no socket that leaves this machine"
import os
from pathlib import Path

GUARD = str(Path(__file__).parent/"offline")
os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([GUARD, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]))
os.environ.setdefault("OMP_NUM_THREADS", "1")
for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"): os.environ[name] = "1"

import offline  # noqa: E402  (pytest.ini puts the folder on the path)
import pytest  # noqa: E402

offline.install()


@pytest.fixture(autouse=True)
def stays_here(request):
    "Fails a test that tried to leave the machine, even where the error was swallowed"
    offline.attempts.clear()
    yield
    refused = list(offline.attempts)
    offline.attempts.clear()
    if "may_try_network" not in request.keywords: assert not refused, f"tried to reach {refused}"


def pytest_configure(config):
    config.addinivalue_line("markers", "may_try_network: a test of the guard itself")


LONG = ("test_recipes", "test_rounds", "test_site", "test_processes", "test_study_grids", "test_run_contracts", "test_api_run", "test_study", "test_shipped", "test_training", "test_grading", "test_api_logprobs", "test_exams")


def pytest_collection_modifyitems(items):
    "The files that take longest begin first, so that no worker waits for another at the end (xdist keeps the order where it is told --no-loadscope-reorder)"
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))
