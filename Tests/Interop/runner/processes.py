"""Child processes that end with their owner, however it ends."""

import ctypes
import pathlib
import random
import signal
import socket
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _prepare_child():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Swift's test process starts us from a thread that blocks SIGTERM, and masks are inherited.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


class NotReady(Exception):
    pass


class Process:
    """A server or a proxy; everything it prints goes to its log."""

    def __init__(self, name, command, log_folder):
        self.name = name
        self.log = pathlib.Path(log_folder) / f"{name}.log"
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_prepare_child)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def tail(self, lines=20):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _eventually(self, question, claim, limit=30):
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            answer = question()
            if answer is not None:
                return answer
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise NotReady(f"{self.name} did not {claim}:\n{self.tail()}")

    def printed_port(self):
        """The port of the line "listening on HOST:PORT"."""

        def port():
            for line in self.log.read_text(errors="replace").splitlines():
                if line.startswith("listening on "):
                    return int(line.rsplit(":", 1)[1])
            return None

        return self._eventually(port, "say where it listens")

    def wait_for_port(self, port):
        def answers():
            with socket.socket() as probe:
                return True if probe.connect_ex(("127.0.0.1", port)) == 0 else None

        return self._eventually(answers, f"listen on port {port}")


def run(command, log, limit):
    """Runs a program to its end; returns its status, or None when it had to be killed."""
    with open(log, "wb") as output:
        try:
            return subprocess.run(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                timeout=limit, preexec_fn=_prepare_child).returncode
        except subprocess.TimeoutExpired:
            return None


def free_port():
    """A port that nobody uses now, below those that the system gives to clients."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
