"Two hundred rounds of forty modules open in two seconds and are stepped through at once"
import json
import time

import pytest

from ioa_nb.core import IOAError, save_json
from ioa_nb.stepping import Control, compare_frame, live_frame, look, open_run, progress_line, record_run, round_frame

NAMES = [f"module_{k:02d}" for k in range(40)]


def write(path, value): path.parent.mkdir(parents=True, exist_ok=True); path.write_text(json.dumps(value))


def make_run(folder, rounds=3, names=NAMES[:4], probes=5, domain="toy"):
    "A folder as `IOA.run` leaves it, without weights"
    rows = lambda r: [dict(item=f"{m}{k}", module=m, level=1 + k % 3, block=None, question=f"what is {k} + {k} ?", output=f"{k} + {k} = {2 * k} . #### {2 * k}", correct=(k + r) % 4 > 0,
                           kind="correct" if (k + r) % 4 else "arithmetic", step=None, logprob=-0.1, tokens=12) for m in names for k in range(probes)]
    save_json(folder/"config.json", dict(format=2, config=dict(rounds=rounds, seed=0, tau_gap=0.3, tau_mastery=0.9), recipe=dict(name="ioa"), domain=domain, teacher="t", student="s"))
    save_json(folder/"domain.json", dict(name=domain, modules=[dict(name=m, title=m.title()) for m in names], prerequisites={m: [names[k - 4]] if k >= 4 else [] for k, m in enumerate(names)}))
    write(folder/"teacher"/"gate.json", dict(rows=[r | dict(correct=True) for r in rows(0)])); write(folder/"before"/"gate.json", dict(rows=rows(0)))
    for n in range(1, rounds + 1):
        part = folder/f"round-{n:03d}"
        write(part/"stage.json", dict(stage=names[:2], tries=1, log=[f"line {k}" for k in range(n)])); write(part/"decision.json", dict(outcome="advance", reason="advance: because"))
        write(part/"brief.json", dict(modules=[dict(module=names[0], reason="accuracy 0.50")])); write(part/"gate.json", dict(rows=rows(n)))
        write(part/"lessons.json", dict(examples=[dict(module=m, question="q", answer="a", style=None, level=1, adaptations=[]) for m in names[:2]], asked=2, tokens=20, rejects=[]))
        write(part/"state.json", dict(spent=dict(teacher=20 * n, trained=40 * n, student=10 * n, asked=2 * n, accepted=2 * n)))
    return folder


def test_large_run_is_quick(tmp_path):
    folder = make_run(tmp_path/"large", 200, NAMES, 20)
    started = time.process_time(); run = open_run(folder); opened = time.process_time() - started
    steps = []
    for number in (1, 2, 100, 199, 200): started = time.process_time(); round_frame(run, number); steps.append(time.process_time() - started)
    assert run.last == 200 and opened <= 2 and max(steps) <= 0.15, (opened, steps)


def test_only_what_is_new_in_the_log_is_told(tmp_path):
    run = open_run(make_run(tmp_path/"run"))
    assert [o.news for o in run.rounds.values()] == [("line 0",), ("line 1",), ("line 2",)]
    assert look(run, 2).used == dict(teacher=20, trained=40, student=10, asked=2, accepted=2)


@pytest.mark.parametrize("name", ["gate", "lessons", "brief"])
def test_a_large_file_that_is_broken_is_named_when_stepped_to(tmp_path, name):
    folder = make_run(tmp_path/"run"); (folder/"round-002"/f"{name}.json").write_text("{")
    with pytest.raises(IOAError, match=f"round-002.{name}.json"): look(open_run(folder), 2)
    assert "round 3 of 3" in round_frame(open_run(folder), 3).words()


@pytest.mark.parametrize("value", ["[]", "{}", "3", '{"stage": 3}'])
def test_a_small_file_that_holds_something_else(tmp_path, value):
    folder = make_run(tmp_path/"run"); (folder/"round-002"/"stage.json").write_text(value)
    run = open_run(folder)
    assert sorted(run.rounds) == [1, 3] and len(run.faults) == 1 and "stage.json" in run.faults[0]


def test_a_run_with_no_rounds(tmp_path):
    run = open_run(make_run(tmp_path/"run", 3)); empty = open_run(_young(tmp_path))
    assert run.last == 3 and empty.last == 0 and "No round is finished yet" in round_frame(empty, 0).words()
    with pytest.raises(IOAError, match="none yet"): look(empty, 1)


def _young(tmp_path):
    import shutil
    folder = make_run(tmp_path/"young", 1); shutil.rmtree(folder/"round-001"); shutil.rmtree(folder/"before")
    return folder


def test_other_domains_are_not_compared(tmp_path):
    a, b = open_run(make_run(tmp_path/"a")), open_run(make_run(tmp_path/"b", names=NAMES[:3]))
    with pytest.raises(IOAError, match="compare runs over one domain"): compare_frame(a, b, 1)


def test_the_shorter_run_shows_its_last(tmp_path):
    a, b = open_run(make_run(tmp_path/"a", 3)), open_run(make_run(tmp_path/"b", 1))
    assert "round 1 of 1" in compare_frame(a, b, 3).words()


def test_what_was_written_while_looking_is_seen(tmp_path):
    folder = _young(tmp_path); assert progress_line(folder) == "nothing is finished yet"
    (folder/"events.jsonl").write_text('{"step": "gate", "folder": "before", "seconds": 1.5}\n{"step": "les')
    assert "before gate (1.5 s)" in live_frame(folder).words()


def test_text_of_a_model_is_no_markup(tmp_path):
    folder = make_run(tmp_path/"run")
    value = json.loads((folder/"round-001"/"lessons.json").read_text()); value["examples"][0]["answer"] = "<script>alert(1)</script>"
    (folder/"round-001"/"lessons.json").write_text(json.dumps(value))
    assert "<script" not in round_frame(open_run(folder), 1)


def test_markup_in_the_place_of_a_number_is_text(tmp_path):
    from ioa_nb.boards import error_frame
    from ioa_nb.mastery import Profile
    folder, planted = make_run(tmp_path/"run"), "<img src=x onerror=alert(1)>"
    for name, change in (("stage", lambda v: v.update(tries=planted)), ("lessons", lambda v: v["examples"][0].update(level=planted)), ("gate", lambda v: v["rows"][0].update(level=planted, correct=False))):
        value = json.loads((folder/"round-001"/f"{name}.json").read_text()); change(value); write(folder/"round-001"/f"{name}.json", value)
    errors = Profile.from_dict(dict(name="s", split="gate", rows=json.loads((folder/"round-001"/"gate.json").read_text())["rows"]))
    for page, times in ((round_frame(open_run(folder), 1), 2), (error_frame(errors), 1)): assert "<img" not in page and page.count("&lt;img") == times


def test_copy_holds_no_weights(tmp_path):
    folder = make_run(tmp_path/"run"); (folder/"student").mkdir(); (folder/"student"/"model.safetensors").write_bytes(b"x")
    copy = record_run(folder, tmp_path/"copy")
    assert {p.suffix for p in copy.rglob("*") if p.is_file()} == {".json"} and open_run(copy).rounds == open_run(folder).rounds


def test_stopped_before_it_began():
    from ioa_nb.rounds import Ended
    control = Control(); control.stop()
    with pytest.raises(Ended): control()


def test_a_live_run_shows_its_end_however_late_a_button_tells(tmp_path):
    import threading
    import time
    from ioa_nb.widgets import LiveRun
    def run(control):
        while True: control(); time.sleep(0.01)
    live = LiveRun(tmp_path/"run", run, every=0.02)
    tell, late = live._tell, threading.Event()
    def slow(): # a button's thread that looks, sleeps, and only then writes what it saw
        state = live.state
        if state == "stopping" and threading.current_thread() is threading.main_thread(): late.set(); live.worker.join(); time.sleep(0.2); live.status.value = f"<b>{state}</b>"; live.told = state
        else: tell()
    live._tell = slow
    live.start(); time.sleep(0.1); assert "running" in live.status.value
    live.stop(); assert late.is_set()
    for _ in range(100):
        if "idle" in live.status.value: break
        time.sleep(0.05)
    live.end()
    assert "idle" in live.status.value and not live.buttons["start"].disabled


def test_a_live_run_that_is_started_and_stopped_between_two_looks_is_idle_again(tmp_path):
    import time
    from ioa_nb.widgets import LiveRun
    def run(control):
        while True: control(); time.sleep(0.001)
    live = LiveRun(tmp_path/"run", run, every=0.3)
    def wait(word):
        for _ in range(100):
            if word in live.status.value: return True
            time.sleep(0.02)
    for _ in range(3):
        live.start(); live.stop(); live.worker.join()
        assert wait("idle") and not live.buttons["start"].disabled and live.buttons["stop"].disabled
    live.end()
