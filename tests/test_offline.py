"The guard that keeps tests on this machine"
import socket
import subprocess
import sys

import pytest
from offline import Offline

ELSEWHERE = ("255.255.255.255", 9)    # without the guard the kernel itself would refuse it, so nothing ever leaves


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=2) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.may_try_network
@pytest.mark.parametrize("attempt", [
    lambda s: s.connect(ELSEWHERE),
    lambda s: s.connect_ex(ELSEWHERE),
    lambda s: socket.create_connection(ELSEWHERE, timeout=1),
    lambda s: socket.getaddrinfo("example.invalid", 80),
    lambda s: socket.gethostbyname("example.invalid"),
])
def test_leaving_is_refused(attempt):
    with socket.socket() as s, pytest.raises(Offline, match="this machine only"): attempt(s)


@pytest.mark.may_try_network
def test_datagrams_are_refused():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, pytest.raises(Offline): s.sendto(b"x", ELSEWHERE)


def test_programs_started_by_a_test_are_guarded_too():
    code = "import socket; socket.create_connection(('255.255.255.255', 9), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and "this machine only" in done.stderr
