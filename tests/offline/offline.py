"""Refuses every socket that would leave this machine.

`sitecustomize.py` beside this file installs it in any Python started with this folder on PYTHONPATH, so that
notebooks, tests and the programs they start are all held to it.
"""
import ipaddress
import socket
import sys

attempts = []    # what was refused in this process


class Offline(ConnectionRefusedError):
    "A socket was about to leave this machine while tests run"


def _local(host)->bool:
    if isinstance(host, bytes): host = host.decode(errors="replace")
    if host in (None, "", "localhost", "localhost.localdomain", socket.gethostname()): return True
    try: address = ipaddress.ip_address(host.split("%")[0])
    except ValueError: return False
    return address.is_loopback or address.is_unspecified


def check(family, address)->None:
    "Raises `Offline` unless `address` stays on this machine"
    if family not in (socket.AF_INET, socket.AF_INET6): return       # Unix sockets and the like
    host = address[0] if isinstance(address, tuple) else address
    if not _local(host): _refuse(host)


def _refuse(host):
    attempts.append(str(host))
    print(f"offline: refused a connection to {host!r}", file=sys.stderr)
    raise Offline(f"a test tried to reach {host!r}; tests use this machine only")


def install()->None:
    "Wraps connecting, sending and looking up names; a second call changes nothing"
    if getattr(socket, "_offline", False): return
    socket._offline = True
    kind = socket.socket
    connect, connect_ex, sendto, sendmsg = kind.connect, kind.connect_ex, kind.sendto, kind.sendmsg

    def guarded_connect(self, address): check(self.family, address); return connect(self, address)
    def guarded_connect_ex(self, address): check(self.family, address); return connect_ex(self, address)
    def guarded_sendto(self, data, *args): check(self.family, args[-1]); return sendto(self, data, *args)
    def guarded_sendmsg(self, buffers, ancdata=(), flags=0, address=None):
        if address is None: return sendmsg(self, buffers, ancdata, flags)
        check(self.family, address)
        return sendmsg(self, buffers, ancdata, flags, address)

    kind.connect, kind.connect_ex, kind.sendto, kind.sendmsg = guarded_connect, guarded_connect_ex, guarded_sendto, guarded_sendmsg
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        def guarded(host, *args, _lookup=getattr(socket, name), **kwargs):
            if not _local(host): _refuse(host)
            return _lookup(host, *args, **kwargs)
        setattr(socket, name, guarded)
