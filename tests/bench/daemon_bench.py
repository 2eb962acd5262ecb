"""The part of bench.py about the daemon itself: real ones, and what one costs its host while nothing is to be done."""
import os
import pathlib
import re
import signal
import subprocess
import time

from connection import Connection

WATCHED = int(os.environ.get("MEGA_TEST_BENCH_WATCHED_SECONDS", "60"))
WAKEUPS = 12  # that its timers may cause within a minute, for all its threads


class Daemons:
    """Daemons that have joined the server of the benchmark and run any command, until the with block ends."""

    def __init__(self, bench, name, count):
        self.bench, self.name, self.count, self.processes = bench, name, count, []

    def __enter__(self):
        token = self.bench.token("--role", "agent", "--uses", str(self.count))
        for n in range(1, self.count + 1):
            self.start(token, f"{self.name}{n:02d}")
        self.await_connected()
        return self

    def await_connected(self):
        until = time.monotonic() + 60
        with Connection(self.bench.socket) as connection:
            while time.monotonic() < until:
                hosts = connection.ask("add_task", command=["true"], hosts=[self.all()], dry_run=True)["RESULT"]
                if all(host["daemon"] == "connected" for host in hosts):
                    return
                time.sleep(0.05)
        raise SystemExit("bench: not all daemons have come")

    def all(self):
        return f"{self.name}[01-{self.count:02d}]"

    def start(self, token, name):
        folder = self.bench.folder / "daemons" / name
        tls = folder / "tls"
        folder.mkdir(parents=True)
        self.bench.join(token, tls, "--name", name)
        words = [self.bench.mega, "daemon", "--foreground", "--data", folder, "--listen", "127.0.0.1:0", "--tls-dir", tls]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=(folder / "log").open("w"), text=True,
                                   env={**os.environ, "MEGA_RUN_ALLOW_COMMANDS": "true"})
        self.processes.append(process)
        if not process.stdout.readline().startswith("ready"):
            raise SystemExit(f"bench: a daemon does not start: {(folder / 'log').read_text()}")

    def __exit__(self, *_):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)


def wakeups(pid):
    """How often its threads have waited for something that came, so far."""
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)[1])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir())


def measure(bench):
    with Daemons(bench, "idle", 1) as daemons:
        pid = daemons.processes[0].pid
        time.sleep(2)  # its first heartbeat
        before = wakeups(pid)
        time.sleep(WATCHED)
        woken = (wakeups(pid) - before) * 60 / WATCHED
        memory = bench.memory_of(pid)
    add = bench.table.add
    add("memory of an idle daemon", f"{memory:.1f} MB", "", "", "<= 8 MB", memory <= 8)
    add("wake-ups of an idle daemon, a minute", f"{woken:.0f}", "", "", f"<= {WAKEUPS}", woken <= WAKEUPS)
