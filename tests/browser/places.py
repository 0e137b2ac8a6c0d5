"Where things are"
import socket
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUN = ROOT/"nbs"/"runs"/"explorer"


def free_port():
    with socket.socket() as s: s.bind(("127.0.0.1", 0)); return s.getsockname()[1]
