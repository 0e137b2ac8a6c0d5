"""Programs that want out, or want a pass they have not earned, and what is looked at afterwards.

Only the standard library and three modules of the package are needed, so that any user with a Python can run it:

    python tests/hostile.py         # prints what went wrong, as JSON; [] when nothing did
"""
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CALL = "import ctypes\ncall = ctypes.CDLL(None, use_errno=True).syscall\n"
TESTS = "assert add(2, 3) == 5\nassert add(-1, 1) == 0\nassert abs(add(0.1, 0.2) - 0.3) < 1e-9\n"
HOSTILE = dict(
    # the network
    tcp="import socket\nsocket.create_connection(('127.0.0.1', PORT), 1).send(b'out')",
    udp="import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'out', ('127.0.0.1', PORT))",
    abstract_socket="import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0NAME')\ns.send(b'out')",
    vsock="import socket\nprint('GOT OUT', socket.socket(40, socket.SOCK_STREAM))",
    netlink="import socket\nprint('GOT OUT', socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))",
    socket_by_number=CALL + "if call(41 if __import__('platform').machine() == 'x86_64' else 198, 2, 1, 0) >= 0: print('GOT OUT')",
    io_uring=CALL + "if call(425, 8, ctypes.create_string_buffer(240)) >= 0: print('GOT OUT')",
    fetch="import urllib.request\nurllib.request.urlopen('http://127.0.0.1:PORT/', timeout=1)",
    names="import socket\nprint('GOT OUT', socket.getaddrinfo('example.org', 80))",
    # files and the environment
    read_home="print(open('HOME/letter.txt').read())",
    read_everything="import os\nfor folder, _, names in os.walk('/', onerror=lambda e: None):\n    for n in names:\n        if n == 'letter.txt': print(open(os.path.join(folder, n)).read())",
    environment="import os\nprint(dict(os.environ))\nprint(open('/proc/self/environ').read())",
    environment_of_the_parent="import os\nprint(open(f'/proc/{os.getppid()}/environ').read())\nprint(open('/proc/1/environ').read())",
    users="print('GOT OUT', open('/etc/passwd').read())",
    write_outside="open('CANARY/written', 'w').write('x')",
    delete_outside="import shutil\nshutil.rmtree('CANARY')",
    delete_everything="import shutil\nshutil.rmtree('/', ignore_errors=True)",
    edit_the_interpreter="import os\nopen(os.__file__, 'a').write('#')\nprint('GOT OUT')",
    symlink="import os\nos.symlink('CANARY', 'link')\nopen('link/written', 'w').write('x')",
    symlink_to_root="import os\nos.symlink('/proc/1/root', 'r')\nprint(open('rHOME/letter.txt').read())",
    dots="print(open('../' * 30 + 'HOME/letter.txt').read())",
    inherited_files="import os\nfor n in range(3, 300):\n    try: os.fchdir(n); print('GOT OUT', os.listdir('.'))\n    except OSError: pass",
    device="import os, stat\nos.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(254, 0))\nprint('GOT OUT')",
    set_user_bit="import os\nos.setuid(0)\nprint('GOT OUT')",
    chroot="import os\nos.mkdir('a')\nos.chroot('a')\nfor _ in range(30): os.chdir('..')\nprint('GOT OUT')",
    mount=CALL + "import os\nos.makedirs('m')\nif ctypes.CDLL(None).mount(b'proc', b'm', b'proc', 0, None) == 0: print('GOT OUT')",
    new_namespaces=CALL + "if ctypes.CDLL(None).unshare(0x10000000 | 0x20000) == 0: print('GOT OUT')",
    new_namespaces_by_clone=CALL + "if call(56 if __import__('platform').machine() == 'x86_64' else 220, 0x10000000 | 17, 0, 0, 0, 0) >= 0: print('GOT OUT')",
    keyring=CALL + "if call(248 if __import__('platform').machine() == 'x86_64' else 217, b'user', b'NAME', b'x', 1, -4) >= 0: print('GOT OUT')",
    other_call_convention=CALL + "if call(0x40000000 | 39) >= 0: print('GOT OUT')",
    # other processes
    kill_parent="import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    kill_the_evaluator="import os, signal\nfor pid in (PID, BYSTANDER): os.kill(pid, signal.SIGKILL)",
    kill_everybody="import os, signal\nos.kill(-1, signal.SIGKILL)",
    kill_group="import os, signal\nos.killpg(0, signal.SIGKILL)",
    stop_parent="import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nos.kill(os.getppid(), signal.SIGINT)",
    ptrace=CALL + "import os\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0: print('GOT OUT')",
    read_the_examiner=CALL + "import os\nb = ctypes.create_string_buffer(8)\nv = (ctypes.c_size_t * 2)(ctypes.addressof(b), 8)\nif call(310 if __import__('platform').machine() == 'x86_64' else 270, os.getppid(), v, 1, v, 1, 0) >= 0: print('GOT OUT')",
    take_a_file_of_the_examiner=CALL + "import os\np = os.pidfd_open(os.getppid())\nfor n in range(3, 30):\n    if call(438, p, n, 0) >= 0: print('GOT OUT')",
    limit_the_examiner="import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
    fork_bomb="import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    thread_bomb="import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(99,)).start()\n    except RuntimeError: pass",
    threads_that_never_end="import threading\ndef spin():\n    while True: pass\nfor _ in range(4): threading.Thread(target=spin).start()",
    background_child="import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        for n in (0, 1, 2): os.close(n)\n        time.sleep(99)\n    os._exit(0)",
    stubborn_child="import os, signal, time\nif os.fork() == 0:\n    for s in range(1, 65):\n        try: signal.signal(s, signal.SIG_IGN)\n        except (OSError, ValueError): pass\n    while True: time.sleep(1)",
    raise_limits="import resource\nfor w in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):\n    resource.setrlimit(w, (resource.RLIM_INFINITY,) * 2)\n    print('GOT OUT')",
    # floods
    memory="x = [bytearray(10**7) for _ in range(10**6)]",
    memory_of_many="import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        x = bytearray(b'x') * (2 * 10**8)\n        time.sleep(99)\ntime.sleep(99)",
    memory_nobody_counts="import os\nfor _ in range(100):\n    f = os.memfd_create('x')\n    print('GOT OUT')\n    os.write(f, b'x' * 10**7)",
    shared_memory=CALL + "if call(29 if __import__('platform').machine() == 'x86_64' else 194, 0, 10**9, 0o1600) >= 0: print('GOT OUT')",
    memory_shared_by_many="import mmap, os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        m = mmap.mmap(-1, 10**8)\n        print('GOT OUT')\n        for k in range(0, 10**8, 4096): m[k] = 1\n        time.sleep(99)\ntime.sleep(99)",
    disk="n = 0\nwhile True:\n    try: open(f'{n}', 'wb').write(b'x' * 10**7)\n    except OSError: pass\n    n += 1",
    one_large_file="f = open('x', 'wb')\nf.truncate(10**9)\nprint('GOT OUT')",
    disk_elsewhere="import os\nfor folder in ('/', '/dev', '/dev/shm', '/var/tmp', '/usr', os.path.dirname(os.__file__)):\n    try: open(folder + '/x', 'w'); print('GOT OUT', folder)\n    except OSError: pass",
    output="while True: print('passed' * 1000)",
    errors="import sys\nwhile True: sys.stderr.write('x' * 10**6)",
    huge_number="x = 9 ** 9 ** 9",
    huge_text="x = 'x' * 10**12",
    huge_answer="def add(a, b): return 'x' * 2 * 10**8",
    huge_regular_expression="import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
    recursion="def add(a, b): return add(a, b) + add(b, a)",
    recursion_without_a_limit="import sys\nsys.setrecursionlimit(10**9)\ndef add(a, b): return add(a, b)",
    deep_answer="def add(a, b):\n    x = []\n    for _ in range(10**5): x = [x]\n    return x",
    endless_answer="import itertools\ndef add(a, b): return itertools.count()",
    deep_source="x = " + "(" * 5000 + ")" * 5000,
    long_source="x = 0\n" * 300_000,
    odd_source="x = '\ud800\U000e0001\u202e'\n\0",
    unicode_bomb="import unicodedata\nx = unicodedata.normalize('NFKD', '\ufdfa' * 10**8)",
    # a pass that was not earned
    leave="import sys\nsys.exit(0)",
    leave_at_once="import os\nos._exit(0)",
    leave_in_the_call="def add(a, b):\n    import os\n    os._exit(0)",
    crash="import ctypes\nctypes.string_at(0)",
    abort="import os\nos.abort()",
    kill_itself="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    become_another="import os, sys\nos.execv(sys.executable or '/usr/bin/python3', ['python', '-c', 'print(\"passed\")'])",
    print_verdict="print('passed', flush=True)\nimport os\nos._exit(0)",
    write_verdict_everywhere="import os\nfor n in range(64):\n    for text in (b'passed', b'ready\\npassed', b'\\0\\0\\0\\x18[\"value\", 5, \"\"]' * 9):\n        try: os.write(n, text)\n        except OSError: pass",
    answer_before_it_is_asked="import os, json\nm = json.dumps(['value', True, '']).encode()\nfor n in range(3, 64):\n    try: os.write(n, (len(m).to_bytes(4, 'big') + m) * 50)\n    except OSError: pass",
    equal_to_everything="class Yes:\n    def __eq__(self, other): return True\n    def __lt__(self, other): return True\n    def __sub__(self, other): return self\n    def __abs__(self): return self\n    def __bool__(self): return True\n    def __hash__(self): return 5\ndef add(a, b): return Yes()",
    number_equal_to_everything="class Yes(int):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\ndef add(a, b): return Yes(7)",
    class_equal_to_everything="class Meta(type):\n    def __eq__(self, other): return True\n    __hash__ = type.__hash__\nclass list(list, metaclass=Meta): pass\ndef add(a, b): return list",
    not_a_number="def add(a, b): return float('nan')",
    frames="import sys\ndef add(a, b):\n    f = sys._getframe()\n    while f:\n        for space in (f.f_locals, f.f_globals):\n            for k, v in list(space.items()):\n                if isinstance(v, list): v.append('passed')\n                if k in ('result', 'broken', 'passed', 'kind'): space[k] = 'passed'\n        f = f.f_back\n    return 0",
    memory_walk="import gc\ndef add(a, b):\n    for x in gc.get_objects():\n        if isinstance(x, dict):\n            for k, v in list(x.items()):\n                if isinstance(v, str) and (k == 'nonce' or v.startswith('assert add(')): print('GOT OUT', k, v)\n    return 0",
    main_module="import __main__, os\nfor n in ('examine_inside', 'stand_in', 'receive', 'unpack'): setattr(__main__, n, lambda *a, **k: 5)\ndef add(a, b): return 0",
    no_assertions="import builtins, sys\nbuiltins.AssertionError = type('AssertionError', (BaseException,), {})\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 0\nsys.flags = None\n__debug__\ndef add(a, b): return 0",
    own_json="import json, json.encoder\nclass Any(str):\n    def __eq__(self, o): return True\njson.dumps = lambda *a, **k: '[\"value\", true, \"\"]'\ndef add(a, b): return 0",
    own_tests="import sys, types, unittest\nsys.modules['tests'] = types.ModuleType('tests')\nunittest.TestCase.assertEqual = lambda *a: None\ndef check(c): pass\ndef add(a, b): return 0",
    last_words="import atexit, os\natexit.register(lambda: os.write(1, b'passed'))\nimport sys\nsys.exit(0)",
    steering_errors="def add(a, b): raise StopIteration",
    own_error="class AssertionError(BaseException): pass\ndef add(a, b): raise AssertionError()",
    tracer="import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\ndef add(a, b): return 0",
    # time
    for_ever="while True: pass",
    sleep="import time\ntime.sleep(99)",
    swallow_the_alarm="import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
    swallow_every_signal="import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, lambda *a: None)\n    except (OSError, ValueError): pass\ntime.sleep(99)",
    late="import time\ndef add(a, b):\n    time.sleep(99)\n    return a + b",
    wait_for_input="input()\nx = open(0).read()",
    close_everything="import os\nos.closerange(0, 4096)\nimport time\ntime.sleep(99)",
    deadlock="import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()",
    collector="class D:\n    def __del__(self): D()\nD()\nwhile True: [D()]",
)


class World:
    "What hostile programs try to touch, and whether they did"
    def __init__(self, folder):
        self.secret, self.folder, self.touched = secrets.token_hex(12), Path(folder), []
        self.home, self.canary = self.folder/"home", self.folder/"canary"
        for place in (self.home, self.canary): place.mkdir(); place.chmod(0o777)
        (self.home/"letter.txt").write_text(self.secret); (self.canary/"kept").write_text("kept")
        os.environ["IOA_TEST_KEY"] = self.secret
        self.name = f"ioa-{self.secret[:8]}"
        self.doors = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX)]
        self.port = self.doors[0].getsockname()[1]
        self.doors[1].bind(("127.0.0.1", self.port)); self.doors[2].bind(f"\0{self.name}"); self.doors[2].listen()
        for door in self.doors: door.settimeout(0.2); threading.Thread(target=self._listen, args=(door,), daemon=True).start()
        self.bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    def _listen(self, door):
        while door.fileno() >= 0:
            try: self.touched.append(door.accept() if door.type == socket.SOCK_STREAM else door.recv(9))
            except TimeoutError: pass
            except OSError: return

    def fill(self, program):
        for word, value in dict(HOME=self.home, CANARY=self.canary, PORT=self.port, PID=os.getpid(), BYSTANDER=self.bystander.pid, NAME=self.name).items(): program = program.replace(word, str(value))
        return program if "def add" in program else program + "\ndef add(a, b): return 0\n"

    def faults(self)->list[str]: # effects outside, seen afterwards
        found = []
        if self.touched: found.append(f"the network was reached: {self.touched}")
        if sorted(p.name for p in self.canary.iterdir()) != ["kept"]: found.append("something was written or deleted outside")
        if (self.home/"letter.txt").read_text() != self.secret: found.append("the home folder was changed")
        if self.bystander.poll() is not None: found.append("a bystander was killed")
        if left := living(): found.append(f"{len(left)} processes live on")
        return found

    def close(self):
        os.environ.pop("IOA_TEST_KEY", None); self.bystander.kill(); self.bystander.wait()
        for door in self.doors: door.close()


OURS = f"# box of process {os.getpid()}"       # seen on the command line of every box; other tests have boxes at the same time


def living()->list[int]: # processes of this test's boxes that still run
    found = []
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdigit() and OURS.encode() in Path(entry.path, "cmdline").read_bytes() and " Z " not in Path(entry.path, "stat").read_text(): found.append(int(entry.name))
        except OSError: pass
    return found


def attack(names=None, workers:int=2)->list[str]: # what went wrong, a line each
    from ioa_nb import examiner
    from ioa_nb.sandbox import Limits, pick_sandbox
    pick_sandbox()
    if OURS not in examiner.INSIDE: examiner.INSIDE += f"  {OURS}"
    examine = examiner.examine
    limits = Limits(seconds=1.5, memory=2**28, processes=16, output_bytes=100_000)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        world, faults = World(folder), []
        def one(name):
            began = time.monotonic()
            verdict = examine(world.fill(HOSTILE[name]), TESTS, ["add"], limits=limits)
            return name, verdict, time.monotonic() - began
        try:
            with ThreadPoolExecutor(workers) as pool:
                running, seen = [pool.submit(one, name) for name in names or HOSTILE], False
                while not (seen := seen or bool(living())) and not all(future.done() for future in running): time.sleep(0.01)
                found = [future.result() for future in running]
            if not seen: faults.append("no box was seen while they ran, so seeing none afterwards says nothing")
            for name, verdict, seconds in found:
                if verdict.passed: faults.append(f"{name} passed")
                if verdict.sandbox != "bubblewrap": faults.append(f"{name} ran in {verdict.sandbox!r}")
                if world.secret in verdict.output + verdict.result: faults.append(f"{name} read a secret")
                if "GOT OUT" in verdict.output: faults.append(f"{name} got through: {verdict.output[:200]!r}")
                if len(verdict.output) > limits.output_bytes: faults.append(f"{name} printed {len(verdict.output)} characters")
                if seconds > limits.seconds + 15: faults.append(f"{name} held the evaluator up for {seconds:.1f} s")
            if not examine("def add(a, b): return a + b", TESTS, ["add"]).passed: faults.append("afterwards a right program no longer passes")
            faults += world.faults()
            if os.environ.get("HOSTILE_SHOW"):
                for name, verdict, seconds in found: print(f"{name:30} {seconds:5.2f} s  {verdict.result[:100]}  | {verdict.output[-150:]!r}", file=sys.stderr)
        finally: world.close()
    return faults


if __name__ == "__main__":
    print(json.dumps(dict(programs=len(HOSTILE), user=os.geteuid(), faults=attack(sys.argv[1:] or None))))
