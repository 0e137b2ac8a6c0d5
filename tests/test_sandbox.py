"The sandbox and the examiner: hostile programs as root and as a plain user, refusals, values that cross, nothing left behind"
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hostile
import ioa_nb
from ioa_nb import sandbox
from ioa_nb.core import IOAError
from ioa_nb.examiner import examine, pack, unpack
from ioa_nb.sandbox import Limits, find_hole, run_program

needs_box = pytest.mark.skipif(bool(find_hole(os.geteuid())), reason=f"no sandbox here: {find_hole(os.geteuid())[:100]}")
ADD = "def add(a, b): return a + b"


@needs_box
def test_hostile_programs_do_nothing_and_pass_nothing():
    assert len(hostile.HOSTILE) >= 30
    assert hostile.attack() == []


@needs_box
@pytest.mark.skipif(os.geteuid() != 0, reason="the tests run as a plain user already")
def test_hostile_programs_of_a_plain_user():
    place = Path("/var/tmp" if os.access("/var/tmp", os.W_OK) else "/tmp")/f"ioa-hostile-{os.getpid()}"        # where others may look
    (place/"ioa_nb").mkdir(parents=True)
    try:
        for name in ("__init__.py", "core.py", "sandbox.py", "examiner.py"): shutil.copy(Path(ioa_nb.__file__).parent/name, place/"ioa_nb")
        shutil.copy(hostile.__file__, place)
        for path in (place, *place.rglob("*")): path.chmod(0o755)
        def as_nobody(*command, **more): return subprocess.run(command, user=65534, group=65534, extra_groups=[], capture_output=True, text=True, env=dict(PATH=os.defpath, PYTHONPATH=str(place)), cwd=place, **more)
        def usable(python): # by others, and new enough
            try: return as_nobody(python, "-c", "import sys, json; sys.exit(sys.version_info < (3, 11))").returncode == 0
            except PermissionError: return False
        pythons = [p for p in (sandbox.interpreter(), shutil.which("python3", path=os.defpath)) if p and usable(p)]
        if not pythons: pytest.skip("no Python that a plain user could run")
        done = as_nobody(pythons[0], "-B", "hostile.py", timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
        assert found == dict(programs=len(hostile.HOSTILE), user=65534, faults=[])
    finally: shutil.rmtree(place, ignore_errors=True)


def test_without_bubblewrap_nothing_runs(monkeypatch, tmp_path):
    find_hole.cache_clear(); monkeypatch.setenv("PATH", str(tmp_path))
    try:
        with pytest.raises(IOAError, match="not installed; apt-get install bubblewrap"): run_program("print(1)")
        with pytest.raises(IOAError, match="unsafe_no_sandbox=True"): examine(ADD, "", ["add"])
        assert run_program("print(1)", unsafe_no_sandbox=True).sandbox == "none"
        verdict = examine(ADD, "assert add(1, 2) == 3", ["add"], unsafe_no_sandbox=True)
        assert verdict.passed and verdict.sandbox == "none"
    finally: find_hole.cache_clear()


def test_a_bubblewrap_that_does_not_work_is_refused(monkeypatch, tmp_path):
    (tmp_path/"bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"); (tmp_path/"bwrap").chmod(0o755)
    find_hole.cache_clear(); monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    try:
        with pytest.raises(IOAError, match="No permissions to create new namespace"): run_program("print(1)")
    finally: find_hole.cache_clear()


@needs_box
@pytest.mark.parametrize("left_out, hole", [("--seccomp", "leaves open: the network"), ("--remount-ro", "leaves open: writing|test program")])
def test_a_box_with_a_hole_is_refused(monkeypatch, tmp_path, left_out, hole):
    script = f'#!/bin/bash\nargs=()\nwhile [ "$1" != -- ]; do\n    if [ "$1" = {left_out} ]; then shift 2; else args+=("$1"); shift; fi\ndone\nexec {shutil.which("bwrap")} "${{args[@]}}" "$@"\n'
    (tmp_path/"bwrap").write_text(script); (tmp_path/"bwrap").chmod(0o755)
    if left_out == "--remount-ro" and os.geteuid() == 0: pytest.skip("the program's user may not write there in any case")
    find_hole.cache_clear(); monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    try:
        with pytest.raises(IOAError, match=hole): run_program("print(1)")
    finally: find_hole.cache_clear()


@needs_box
def test_honest_programs_have_their_library():
    ending = run_program("import zlib, ctypes, sqlite3, bz2, decimal, asyncio, concurrent.futures as f, tempfile, os\nwith tempfile.NamedTemporaryFile() as t: t.write(b'x')\nasync def one(): return 1\n"
                         "print(asyncio.run(one()), list(f.ThreadPoolExecutor(2).map(abs, [-1])), os.getcwd())")
    assert (ending.how, ending.status, ending.output) == ("ended", 0, "1 [1] /tmp\n")


@needs_box
def test_nothing_is_left_behind():
    def state(): return len(os.listdir("/proc/self/fd")), [p for p in Path("/proc/self/task").glob("*/children") if p.read_text().strip()]
    run_program(""); before = state()
    for _ in range(5): run_program("import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass"); examine(ADD, "assert add(1, 2) == 3", ["add"])
    assert state() == before and hostile.living() == []


@needs_box
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
@pytest.mark.parametrize("buried", [True, False])
def test_a_box_that_was_over_before_anybody_looked(buried): # its first process has no number any more
    gone = subprocess.Popen(["true"]); gone.wait()
    process = subprocess.Popen(["true"], start_new_session=True)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)           # it has ended, and nobody has asked yet
    if buried: process.wait()
    pipes = [os.pipe() for _ in range(3)]
    os.write(pipes[2][1], json.dumps({"child-pid": gone.pid}).encode())
    for _, end in pipes: os.close(end)
    if buried: process.pid = os.getpid()                                # nobody to hold: any living process will do
    watch = sandbox.Watch(process, *(begin for begin, _ in pipes), Limits())
    while watch.take(0) and not watch.read[watch.info]: pass
    assert watch.read[watch.info] and watch.first is None
    watch.ready.close(); os.close(watch.exit)
    if not buried: process.wait()
    for begin, _ in pipes: os.close(begin)


def test_output_and_endings():
    assert run_program("import sys; print('a'); sys.stderr.write('b'); sys.exit(7)").status == 7
    assert run_program("import os; os.kill(os.getpid(), 9)").status == 137
    flood = run_program("print('x' * 5000)", Limits(output_bytes=1000))
    assert flood.how == "too much output" and len(flood.output) == 1000
    assert examine("def add(a, b):\n    print('heard')\n    return a + b", "assert add(1, 2) == 3", ["add"]).output == "heard\n"


plain = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.binary(max_size=5) | st.complex_numbers(allow_nan=False),
                     lambda s: st.lists(s, max_size=3) | st.tuples(s, s) | st.dictionaries(st.text(max_size=3) | st.integers(), s, max_size=3) | st.frozensets(st.integers(), max_size=3) | st.sets(st.text(max_size=3), max_size=3), max_leaves=12)


def alike(a, b): # in value and in type, all the way down
    if type(a) is not type(b) or a != b: return False
    if isinstance(a, (list, tuple)): return all(map(alike, a, b))
    if isinstance(a, dict): return alike(list(a), list(b)) and alike(list(a.values()), list(b.values()))
    return isinstance(a, (set, frozenset)) or repr(a) == repr(b)


@given(plain)
@settings(deadline=None)
def test_plain_values_cross_unchanged(value): assert alike(unpack(json.loads(json.dumps(pack(value)))), value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4), lambda s: st.lists(s, max_size=4), max_leaves=8))
@settings(deadline=None)
def test_any_json_gives_a_plain_value_or_an_error(packed):
    try: value = unpack(packed)
    except Exception: return
    assert type(value).__module__ == "builtins" or type(value).__name__ == "Remote"


@needs_box
@pytest.mark.parametrize("program, tests, passed", [
    ("def add(a, b): return (a, [b, {a: {b}}])", "assert add(1, 2) == (1, [2, {1: {2}}])", True), ("def add(a, b): return a * 10**50", "assert add(3, 0) == 3 * 10**50", True),
    ("def add(a, b): raise ValueError('no')", "try: add(1, 2); assert False\nexcept ValueError as e: assert str(e) == 'no'", True), ("def add(a, b): raise KeyboardInterrupt", "try: add(1, 2)\nexcept RuntimeError: pass", True),
    ("def add(a, b): yield from (a, b)", "assert list(add(1, 2)) == [1, 2]", True), ("def add(a, b): yield from (a, b)", "assert add(1, 2) == [1, 2]", False),
    ("def add(a, b): return lambda: 5", "assert add(1, 2)", True), ("def add(a, b): return lambda: 5", "assert add(1, 2) == 5", False),
    ("def add(a, b): raise StopIteration", "assert all(x == 3 for x in map(add, [1], [2]))", False), ("import os\ndef add(a, b): os._exit(0)", "try: add(1, 2)\nexcept BaseException: pass", False),
    ("import collections\ndef add(a, b): return collections.Counter('aab')", "assert add(1, 2) == dict(a=2, b=1)", True), ("def add(a, b=1, *, c=2): return [a, b, c]", "assert add(1, c=5) == [1, 1, 5]", True)])
def test_verdicts(program, tests, passed): assert examine(program, tests, ["add"]).passed is passed
