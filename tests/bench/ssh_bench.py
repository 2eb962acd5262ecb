"""The part of bench.py that runs a no-op on fifty hosts, beside what does so over ssh: clush, pssh and ansible.

All fifty are this machine: as many of mega's daemons, and one sshd, known to its clients by as many names, with
keys and settings of its own in the scratch folder. Everyone may start all fifty at once.
"""
import os
import pathlib
import pwd
import socket
import subprocess
import time

import daemon_bench
from yardstick import YardstickFailed, needed_for, run

HOSTS = int(os.environ.get("MEGA_TEST_BENCH_SSH_HOSTS", "50"))
ROUNDS = 2
TIMES = 5  # as fast as each of the others
SECONDS_MAX = 180  # that one of the others may take
SSHD = "/usr/sbin/sshd"
PRIVSEP = pathlib.Path("/run/sshd")  # where sshd locks itself in; its service would make it


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Sshd:
    """Lets the user who runs this in, with a key of its own, until the with block ends."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.client = folder / "ssh_config"

    def __enter__(self):
        self.folder.mkdir()
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True)
        (self.folder / "authorized").write_bytes((self.folder / "user.pub").read_bytes())
        server = self.folder / "sshd_config"
        server.write_text(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
                          f"AuthorizedKeysFile {self.folder}/authorized\nPasswordAuthentication no\n"
                          f"PermitRootLogin prohibit-password\nMaxStartups {4 * HOSTS}\nUseDNS no\nLogLevel ERROR\n")
        self.client.write_text(f"Host *\nHostName 127.0.0.1\nPort {self.port}\nUser {pwd.getpwuid(os.getuid()).pw_name}\n"
                               f"IdentityFile {self.folder}/user\nIdentitiesOnly yes\nStrictHostKeyChecking no\n"
                               f"UserKnownHostsFile {self.folder}/known\nBatchMode yes\nLogLevel ERROR\n")
        self.made = os.getuid() == 0 and not PRIVSEP.exists()
        if self.made:
            PRIVSEP.mkdir(mode=0o755)
        try:
            self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", server])
        except OSError as error:
            raise YardstickFailed(f"{SSHD} does not start: {error.strerror}") from None
        try:
            self.await_login()
        except BaseException:
            self.__exit__()
            raise
        return self

    def await_login(self):
        for _ in range(200):
            if subprocess.run(["ssh", "-F", self.client, "host", "true"], stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.05)
        raise YardstickFailed("no login to the sshd of the benchmark")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        if self.made:
            PRIVSEP.rmdir()

    def commands(self):
        """Name and words of what does the same by ssh; each is to fail when one host does."""
        hosts = [f"host{n:02d}" for n in range(1, HOSTS + 1)]
        listed = self.folder / "hosts"
        listed.write_text("\n".join(hosts) + "\n")
        fanout = str(HOSTS)
        return [("clush", ["clush", "-S", "-q", "-w", ",".join(hosts), "-f", fanout, "-o", f"-F {self.client}", "true"]),
                ("pssh", ["parallel-ssh", "-h", listed, "-p", fanout, "-x", f"-F {self.client}", "true"]),
                ("ansible", ["ansible", "all", "-i", listed, "-f", fanout, "-m", "raw", "-a", "true"])]

    def environment(self):
        """Of ansible: nothing in the user's home, and no connections that stay behind."""
        return {"ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_HOME": str(self.folder / "ansible"),
                "ANSIBLE_SSH_ARGS": f"-F {self.client} -o ControlMaster=no"}


def seconds(words):
    begin = time.monotonic()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench: {words[0]} has failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return time.monotonic() - begin


def row_of(name):
    return f"no-op on {HOSTS} hosts, whole command, beside {name}"


def measure(bench):
    names = ("clush", "pssh", "ansible")
    with daemon_bench.Daemons(bench, "db", HOSTS) as daemons:
        ours = [bench.mega, "run", "--server", f"unix:{bench.socket}", "--on", daemons.all(), "--", "true"]
        with needed_for(bench.table, *map(row_of, names)), Sshd(bench.folder / "ssh") as sshd:
            for name, words in sshd.commands():
                with needed_for(bench.table, row_of(name)):
                    compare(bench.table, name, ours, words, sshd.environment())


def compare(table, name, ours, words, environment):
    mega, theirs = [], []
    for _ in range(ROUNDS):  # in turn, so that a noisy moment hits both
        mega.append(seconds(ours))
        theirs.append(run(words, SECONDS_MAX, **environment))
    a, b = min(mega), min(theirs)
    table.add(row_of(name), f"{a * 1000:.0f} ms", f"{name} {b:.2f} s", f"{b / a:.0f}x", f">= {TIMES}x", b >= TIMES * a)
