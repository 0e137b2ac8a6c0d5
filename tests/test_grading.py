"The autograder on three made submissions, and on whatever else may be handed in"
import csv
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from ioa_nb.core import IOAError
from ioa_nb.exercises import exercises_of, read_exercises, read_notebook
from ioa_nb.grading import find_answers, grade, main, read_hidden
from ioa_nb.sandbox import find_hole

ROOT = Path(__file__).resolve().parent.parent
CHAPTER = ROOT/"nbs"/"03_mastery.ipynb"
boxed = pytest.mark.skipif(bool(find_hole(os.geteuid())), reason="no sandbox here")


def submit(folder, name, **answers): # a copy of the chapter with other answers; None takes the cell out
    notebook, kept = read_notebook(CHAPTER), []
    for cell in notebook["cells"]:
        first = cell["source"].split("\n")[0]
        key = first.removeprefix("#| exercise mastery.") if first.startswith("#| exercise mastery.") else None
        if key in answers:
            if answers[key] is None: continue
            cell["source"] = answers[key] if answers[key].startswith("#|") else first + "\n" + answers[key]
        kept.append(cell)
    path = folder/f"{name}.ipynb"
    path.write_text(json.dumps(dict(notebook, cells=kept)))
    return path


def solutions(): # the first without its import, which takes seconds in every box
    return {n.split(".")[1]: f.solution for n, f in read_exercises(read_notebook(CHAPTER)).items()} | dict(perfect="probes = 16")


def rows(grades): return {g.exercise.split(".")[1]: g for g in grades}


@boxed
def test_a_complete_one(tmp_path): assert [g.points for g in grade(submit(tmp_path, "complete", **solutions()))] == [1, 1, 1]


@boxed
def test_the_promised_imports_are_there(tmp_path):
    found = rows(grade(submit(tmp_path, "imports", perfect=read_exercises(read_notebook(CHAPTER))["mastery.perfect"].solution, paired=None, apart=None)))
    assert "wilson" in read_exercises(read_notebook(CHAPTER))["mastery.perfect"].solution and found["perfect"].points == 1


@boxed
def test_an_untouched_one(tmp_path):
    assert [(g.points, g.status) for g in grade(submit(tmp_path, "untouched"))] == [(0, "not attempted")] * 3


@boxed
def test_half_of_one(tmp_path):
    "Right, endless and renamed"
    path = submit(tmp_path, "half", perfect=solutions()["perfect"], paired="def paired(a, b):\n    while True:\n        try: pass\n        except: pass",
                  apart="#| exercise mastery.apartt\ndesign = dict(n=40, first=34, second=38)")
    found = rows(grade(path))
    assert {k: g.points for k, g in found.items()} == dict(perfect=1, paired=0, apart=0)
    assert "seconds" in found["paired"].line and "still meet" in found["apart"].line and "'mastery.apartt'" in found["apart"].line


HOSTILE = dict(
    perfect="import os, subprocess, pathlib\nfor place in (pathlib.Path.home(), pathlib.Path('CANARY'), pathlib.Path('/')):\n    try: (place/'SIGN').write_text('x')\n    except OSError: pass\n"
            "if os.fork() == 0:\n    os.setsid()\n    import time\n    while True: time.sleep(1)\nprobes = 16",
    paired="import ioa_nb.exercises as e, os, sys\ne.mark = lambda *a, **k: e.Verdict('correct')\nclass Any(float):\n    def __eq__(self, other): return True\n"
           "def paired(a, b): return Any(3)",
    apart="import os\nos.write(1, b'{\"outputs\": 1}\\n' * 10)\nprint(open('CANARY/secret.txt').read())\ndesign = 1")


@boxed
def test_a_hostile_one_leaves_no_trace(tmp_path):
    canary, sign = tmp_path/"canary", "sign" + secrets.token_hex(6)
    canary.mkdir(); (canary/"secret.txt").write_text("a secret")
    answers = {k: s.replace("CANARY", str(canary)).replace("SIGN", sign) for k, s in HOSTILE.items()}
    before = {p for p in os.listdir("/proc") if p.isdigit()} if os.path.exists("/proc") else set()
    found = rows(grade(submit(tmp_path, "hostile", **answers)))
    assert {k: g.points for k, g in found.items()} == dict(perfect=1, paired=0, apart=0)     # 16 is right, whatever else it tries
    assert "a secret" not in str(found)
    assert os.listdir(canary) == ["secret.txt"] and not (Path.home()/sign).exists() and not Path("/", sign).exists()
    left = [p for p in set(os.listdir("/proc")) - before if p.isdigit() and sign.encode() in _command(p)] if before else []
    assert not left
    assert [g.points for g in grade(submit(tmp_path, "complete", **solutions()))] == [1, 1, 1]     # and the next one is graded as ever


def _command(pid):
    try: return Path("/proc", pid, "cmdline").read_bytes()
    except OSError: return b""


FORGERIES = dict(
    leaves="import os\nos._exit(0)", exits="raise SystemExit(0)", bomb="x = 'x' * 10**11\nprobes = 16", talks="print('x' * 10**7)\nprobes = 16",
    spreads="import os\nwhile True: os.fork()", object="probes = object()", deep="probes = []\nfor _ in range(10**5): probes = [probes]",
    escapes="raise ValueError('\\x1b[2J\\n=cmd()')", big="probes = 10**6000", broken="def probes(:", null="probes = '\\0'", recursion="def probes(): return probes()\nprobes = probes()",
    prints_like_us="import sys\nsys.stdout.write('0' * 32 + '{\"outputs\": 16}')\nraise KeyError",
    listens="import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: None)\nwhile True: pass")


@boxed
@pytest.mark.parametrize("name", FORGERIES)
def test_costs_only_itself(tmp_path, name):
    found = rows(grade(submit(tmp_path, name, **{**solutions(), "perfect": FORGERIES[name], "paired": None, "apart": "design = dict(n=200, first=170, second=190)"})))
    assert {k: g.points for k, g in found.items()} == dict(perfect=0, paired=0, apart=1)
    assert found["perfect"].status == "not yet" and found["perfect"].line.isprintable() and len(found["perfect"].line) <= 200
    assert found["paired"].status == "missing" and "#| exercise mastery.paired" in found["paired"].line


@boxed
def test_hidden_cases_are_stricter(tmp_path):
    known = exercises_of("mastery")["mastery.paired"]
    learnt = f"def paired(first, second):\n    return {dict((repr(c), r) for c, r in zip(known.cases, known.right))!r}.get(repr((first, second)), 0.5)"
    path = submit(tmp_path, "by_heart", **{**solutions(), "paired": learnt})
    hidden = tmp_path/"hidden"; hidden.mkdir()
    assert rows(grade(path))["paired"].points == 1
    (hidden/"mastery.json").write_text(json.dumps({"mastery.paired": dict(cases=[[[1, 1, 1], [0, 0, 0]]], right=[0.25])}))
    assert rows(grade(path, hidden))["paired"].points == 0
    assert [g.points for g in grade(submit(tmp_path, "complete", **solutions()), hidden)] == [1, 1, 1]


@pytest.mark.parametrize("content, says", [("{", "is no JSON"), ('{"mastery.soup": {}}', "has cases for 'mastery.soup'"), ('{"mastery.paired": {"cases": [1]}}', "as many entries"),
                                           ('{"mastery.perfect": {"cases": [], "right": []}}', "only functions have cases")])
def test_bad_hidden_cases_are_named(tmp_path, content, says):
    (tmp_path/"mastery.json").write_text(content)
    with pytest.raises(Exception, match=says): read_hidden(tmp_path, "mastery")


@pytest.mark.parametrize("content, status", [('{"cells": []}', "no exercises"), ("{", "unreadable"), ("[" * 100000, "unreadable"), ("[1]", "unreadable"), ('{"cells": [1]}', "unreadable"),
                                             ('{"cells": [{"cell_type": "code", "source": "1 + 1"}]}', "no exercises")], ids=range(6))
def test_a_notebook_without_exercises_is_one_line(tmp_path, content, status):
    (tmp_path/"odd.ipynb").write_text(content)
    assert [(g.points, g.status) for g in grade(tmp_path/"odd.ipynb")] == [(0, status)]


def test_a_file_that_is_not_there(tmp_path): assert grade(tmp_path/"no.ipynb")[0].status == "unreadable"


def test_a_helper_cell_belongs_to_the_answer():
    notebook = dict(cells=[dict(cell_type="code", source=s) for s in ("#| exercise mastery.paired\ndef paired(a, b): return helper()", "def helper(): return 1.0", "#| check mastery.paired\n...", "after = 1")])
    source = find_answers(notebook)["mastery.paired"][0]
    assert "helper(): return 1.0" in source and "after" not in source


@boxed
def test_the_command_on_three_submissions(tmp_path):
    "Complete, half and hostile, and a notebook without exercises, through `ioa_grade`"
    canary, sign = tmp_path/"canary", "sign" + secrets.token_hex(6)
    canary.mkdir(); (canary/"secret.txt").write_text("a secret")
    empty = tmp_path/"empty.ipynb"; empty.write_text('{"cells": []}')
    paths = [submit(tmp_path, "complete", **solutions()), submit(tmp_path, "half", perfect="probes = 15", paired="def paired(first, second): return 1 / 0", apart="design = dict(n=200, first=170, second=190)"),
             submit(tmp_path, "hostile", **{k: s.replace("CANARY", str(canary)).replace("SIGN", sign) for k, s in HOSTILE.items()}), empty]
    done = subprocess.run([sys.executable, "-c", "from ioa_nb.grading import main; raise SystemExit(main())", *map(str, paths), "--out", "table.csv"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for line in ("complete.ipynb: 3 of 3", "half.ipynb: 1 of 3", "hostile.ipynb: 1 of 3", "empty.ipynb: no exercises", "ZeroDivisionError"): assert line in done.stdout
    rows = list(csv.DictReader(open(tmp_path/"table.csv")))
    assert [r["points"] for r in rows] == ["1", "1", "1", "0", "0", "1", "1", "0", "0", "0"]
    assert "a secret" not in done.stdout + done.stderr + (tmp_path/"table.csv").read_text() and os.listdir(canary) == ["secret.txt"]
    assert not (Path.home()/sign).exists() and not Path("/", sign).exists() and not list(tmp_path.rglob(sign))
    assert {p.name for p in tmp_path.iterdir()} == {"canary", "empty.ipynb", "complete.ipynb", "half.ipynb", "hostile.ipynb", "table.csv"}


def test_the_command_says_what_is_missing(tmp_path, capsys):
    assert main([str(tmp_path/"no.ipynb"), "--out", str(tmp_path/"nowhere"/"t.csv")]) == 2
    assert "is not there" in capsys.readouterr().err


def test_equal_file_names_keep_their_folders_and_a_box_that_fails_costs_no_grade(tmp_path, capsys, monkeypatch):
    paths = [tmp_path/who/"03_mastery.ipynb" for who in ("mia", "tom", "zoe")]
    for path in paths: path.parent.mkdir(); path.write_text('{"cells": []}' if path != paths[2] else CHAPTER.read_text())
    assert main([*map(str, paths[:2]), "--out", str(tmp_path/"t.csv")]) == 0
    assert {r["notebook"] for r in csv.DictReader(open(tmp_path/"t.csv"))} == {"mia/03_mastery.ipynb", "tom/03_mastery.ipynb"}
    def fails(*args, **box): raise IOAError("the sandbox does not start; see chapter 11a")
    monkeypatch.setattr("ioa_nb.grading.grade_answer", fails); (tmp_path/"t.csv").unlink(); capsys.readouterr()
    assert main([*map(str, paths), "--out", str(tmp_path/"t.csv")]) == 2
    said = capsys.readouterr()
    assert said.err == f"the sandbox does not start; see chapter 11a; {tmp_path/'t.csv'} has the notebooks before it\n" and "tom/03_mastery.ipynb" in said.out
    assert {r["notebook"] for r in csv.DictReader(open(tmp_path/"t.csv"))} == {"mia/03_mastery.ipynb", "tom/03_mastery.ipynb"}
