"""The servers that are measured: how each is started, and what /proc says of it."""

import os
import resource
import select
import signal
import socket
import subprocess
import time

from messages import echo, framed

SERVER_CORE, CLIENT_CORE = "0", "1"
TICK = os.sysconf("SC_CLK_TCK")


def on_core(core, command):
    return ["taskset", "-c", core] + command


def allow_many_sockets():
    """Idle connections need more descriptors than the usual soft limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Server:
    """A running server process."""

    def __init__(self, name, command, port=None, log=None, patience=20, certificate=None):
        self.name = name
        #: Where its certificate is, when it speaks TLS.
        self.certificate = certificate
        self.process = subprocess.Popen(
            on_core(SERVER_CORE, command), stdout=subprocess.PIPE, stderr=log, text=True)
        self.port = port
        try:
            self.port = port or self._announced_port(patience)
            self._wait_for_listener(patience)
        except BaseException:
            self.stop()
            raise

    def _announced_port(self, patience):
        if select.select([self.process.stdout], [], [], patience)[0]:
            line = self.process.stdout.readline()
            if line.startswith("port "):
                return int(line.split()[1])
        raise RuntimeError(f"{self.name} did not say which port it listens on")

    def _wait_for_listener(self, patience):
        end = time.monotonic() + patience
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{self.name} does not listen") from None
                time.sleep(0.02)

    @property
    def pid(self):
        return self.process.pid

    def cpu_seconds(self):
        """User and system time so far. The scheduler's own count is exact but forgets threads that ended; the process's
        count is of whole ticks. What is missing from the one shows in the other."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        by_tick = (int(fields[11]) + int(fields[12])) / TICK
        exact = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{thread}/schedstat") as stat:
                    exact += int(stat.read().split()[0])
            except FileNotFoundError:
                pass
        exact /= 1e9
        return exact if abs(exact - by_tick) < 5 / TICK else by_tick

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def free_port():
    """A port below those that the system gives to clients, for a server that cannot choose one itself."""
    for port in range(20000, 30000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


class Field:
    """Every server there is, by name."""

    #: As the table calls them.
    TITLES = {"ours": "ours", "cpp": "gRPC C++", "swift": "grpc-swift-2", "nghttpd": "nghttpd"}

    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.documents = os.path.join(folder, "documents")
        os.makedirs(self.documents, exist_ok=True)

    def certificate(self):
        """A certificate for 127.0.0.1 that signs itself, and its key, as PEM files."""
        certificate, key = (os.path.join(self.folder, name) for name in ("certificate.pem", "key.pem"))
        if not os.path.exists(certificate):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                 "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key,
                 "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def start(self, name, payload=32, tls=False, wrapper=(), program=None):
        """Starts a server; `payload` is the size of the message that nghttpd's file holds."""
        certificate, key = self.certificate() if tls else (None, None)
        if name == "nghttpd":
            with open(os.path.join(self.documents, "message"), "wb") as file:
                file.write(framed(echo(payload)))
            port = free_port()
            command = ["nghttpd", "-n", "1", "-a", "127.0.0.1", "-d", self.documents]
            command += [str(port), key, certificate] if tls else ["--no-tls", str(port)]
            return Server(
                name, [*wrapper, *command], port=port, log=subprocess.DEVNULL, certificate=certificate)
        command = [program or self.programs[name]]
        if name == "ours":
            command += ["serve"] + (["--certificate", certificate, "--key", key] if tls else [])
        else:
            command += ["0"] + ([certificate, key] if tls else [])
        return Server(name, [*wrapper, *command], certificate=certificate)

    def path(self, name, method):
        return "/message" if name == "nghttpd" else "/bench.v1.Echo/" + method
