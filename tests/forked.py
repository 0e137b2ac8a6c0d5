"The commands as somebody types them, in processes that are forked from one that has imported everything"
import functools
import importlib
import multiprocessing
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["ioa_nb.commands", "ioa_nb.rounds", "ioa_nb.report", "ioa_nb.study", "transformers.trainer", "matplotlib.figure"])


@dataclass
class Done:
    returncode: int         # below 0: ended by that signal
    stdout: str
    stderr: str


def _work(module, arguments, out, err, before):
    for number, path in ((1, out), (2, err)): os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if before: before()
    try: importlib.import_module(module).main(arguments)
    finally: sys.stdout.flush(); sys.stderr.flush()


class Command:
    "A command that runs: wait for it with `done`, or send it a signal first"
    def __init__(self, module, *arguments, before=None):
        self.folder = tempfile.TemporaryDirectory()
        self.paths = [os.path.join(self.folder.name, n) for n in ("out", "err")]
        self.process = processes.Process(target=_work, args=(module, [str(a) for a in arguments], *self.paths, before)); self.process.start()

    def poll(self): return self.process.exitcode
    def send_signal(self, number): os.kill(self.process.pid, number)

    def done(self, seconds=300)->Done:
        self.process.join(seconds)
        if self.process.exitcode is None: self.process.kill(); raise TimeoutError(f"still running after {seconds} s")
        with self.folder: return Done(self.process.exitcode, *(Path(p).read_text() if os.path.exists(p) else "" for p in self.paths))


def run(module, *arguments, **more)->Done: return Command(module, *arguments, **more).done()


ioa_run = functools.partial(run, "ioa_nb.commands")
ioa_study = functools.partial(run, "ioa_nb.study")
