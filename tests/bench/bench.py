#!/usr/bin/python3
"""Benchmarks of mega, each a ratio to a yardstick measured in the same run. Called by ./install.sh bench.

  bench.py MEGA LOAD AGENTS [PART...]
    MEGA LOAD AGENTS    the binary, and the generators built from load.cc and agents.cc
    PART                some of what is measured: calls, fleet, daemon, ssh, mail; all unless given

Starts its own mega server, redis-server and openssl s_server in a scratch folder, on unix sockets and free loopback
ports, and ends them. With TLS all of them show the same certificate and want one of the same client.
Prints one table; exit code 9 when a figure misses what it is to reach. A yardstick that fails costs its rows, which say so.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import daemon_bench
import fleet_bench
import mail_bench
import ssh_bench
from yardstick import YardstickFailed, needed_for

INSTANCES = int(os.environ.get("MEGA_TEST_BENCH_INSTANCES", "10000"))
PYTHON = "/usr/bin/python3"
PEER = pathlib.Path(__file__).resolve().parent.parent / "support" / "legacy_peer.py"
IDLE = 2000
SECONDS = os.environ.get("MEGA_TEST_BENCH_SECONDS", "5")

# As get_all_instance reads them.
SAME_SELECT = ("SELECT i.id, i.name, i.server_id, s.ip, i.port, u.name AS owner, i.owner AS owner_id, i.level, i.business AS business_id, "
               "b.business, i.db_type, i.ha_type, i.role, i.version, i.master_id, i.slowlog, i.stat, i.online_date "
               "FROM server s CROSS JOIN instance i ON i.server_id = s.id "
               "LEFT JOIN user u ON u.id = i.owner LEFT JOIN business b ON b.id = i.business ORDER BY s.ip, i.port")


class Table:
    def __init__(self):
        self.rows, self.missed = [], 0  # missed: rows that did not reach their goal

    def add_failed(self, what, why):
        """A row whose yardstick failed: it has no ratio, and misses no goal."""
        self.rows.append((what, "", why, "", "", "no yardstick"))

    def add(self, what, ours, yardstick, ratio, goal, reached):
        self.rows.append((what, ours, yardstick, ratio, goal, "yes" if reached else "NO"))
        self.missed += not reached

    def print(self):
        head = ("what", "mega", "yardstick", "ratio", "to reach", "reached")
        widths = [max(len(str(r[i])) for r in [head, *self.rows]) for i in range(len(head))]
        for row in [head, *self.rows]:
            print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


def frame(payload, header=None):
    data = payload.encode()
    return b"%010d" % (header or len(data) + 10) + data + b"EOF"


def our_request(function, args):
    return frame(json.dumps({"ID": 1, "HEAD": "MEGA", "VALUE": function, "ARGS": args}, separators=(",", ":")))


def legacy_request(function, args):
    return frame(repr({"HEAD": "MEGA", "TARGET": 0, "ARGS": args, "VALUE": function, "TIME": 0, "TYPE": 0, "CYCLE": 0}))


def hyperfine(commands, folder, runs=300):
    report = folder / "hyperfine.json"
    measured = subprocess.run(["hyperfine", "-N", "--warmup", "20", "--runs", str(runs), "--export-json", report, *commands],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if measured.returncode != 0:
        raise YardstickFailed(f"hyperfine: {(measured.stderr.strip().splitlines() or ['no reason'])[-1][:60]}")
    return [result["median"] * 1000 for result in json.loads(report.read_text())["results"]]


def memory_mb(pid, field):
    return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def cpu_seconds(pid):
    """What the process has computed so far, all its threads and the kernel on their behalf."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until(condition, what, process, failure=SystemExit):
    until = time.monotonic() + 60
    while not condition():
        if process.poll() is not None or time.monotonic() > until:
            raise failure(f"bench: {what}")
        time.sleep(0.01)


def start_yardstick(words, **streams):
    try:
        return subprocess.Popen(words, **streams)
    except OSError as error:
        raise YardstickFailed(f"{words[0]} does not start: {error.strerror}") from None


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def median(values):
    return sorted(values)[len(values) // 2]


class Bench:
    def __init__(self, mega, load, folder):
        self.mega, self.load_program, self.folder, self.table = mega, load, folder, Table()
        self.data = folder / "data"
        self.data.mkdir()
        self.start((folder / "server.log").open("w"))
        self.socket = self.data / "mega.sock"
        self.tls = folder / "tls"  # the client's; the server's is in its data folder
        self.join(self.token("--role", "reader", "--name", "bench"), self.tls)

    def token(self, *words):
        return subprocess.run([self.mega, "server", "token", "--data", self.data, *words], check=True,
                              capture_output=True, text=True).stdout.strip()

    def join(self, token, folder, *words):
        """Gets a certificate into the folder."""
        subprocess.run([self.mega, "join", token, *words], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "MEGA_TLS_DIR": str(folder)})

    def memory_mb(self, field="VmRSS"):
        return memory_mb(self.server.pid, field)

    @staticmethod
    def memory_of(pid):
        return memory_mb(pid, "VmRSS")

    def cpu_seconds(self):
        return cpu_seconds(self.server.pid)

    def uptime(self):
        return time.monotonic() - self.started

    def status(self, field):
        return json.loads(self.call("-o", "json", "server_status"))[field]

    def call(self, *words):
        return subprocess.run([self.mega, "call", "--server", f"unix:{self.socket}", *words], check=True,
                              capture_output=True, text=True).stdout

    def fill(self):
        """The inventory of a site: INSTANCES instances on half as many servers."""
        lines = (f"add_instance '10.{n // 2 >> 16 & 255}.{n // 2 >> 8 & 255}.{n // 2 & 255}',{3306 + n % 2},"
                 f"instance_name='orders-{n}',instance_version='10.11.6-MariaDB',instance_role={1 + n % 2}"
                 for n in range(INSTANCES))
        batch = self.folder / "batch"
        batch.write_text("\n".join(lines) + "\n")
        begin = time.monotonic()
        self.call("--batch", str(batch))
        print(f"loaded {INSTANCES} instances, each committed to disk, in {time.monotonic() - begin:.1f} s", flush=True)

    def load_command(self, protocol, where, mode, connections, request, seconds):
        file = self.folder / "request"
        file.write_bytes(request)
        return [self.load_program, protocol, where, mode, str(connections), seconds, file, self.tls]

    def load(self, protocol, where, mode, connections, request, seconds=SECONDS, failure=SystemExit):
        command = self.load_command(protocol, where, mode, connections, request, seconds)
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise failure(f"bench: no load on {protocol} {where} {mode}")
        result = json.loads(done.stdout)
        if result["errors"] > result["calls"] // 1000:
            raise failure(f"bench: {result['errors']} errors from {protocol} {where} {mode}")
        return result

    def whole_processes(self):
        one = f"{self.mega} call --server legacy:127.0.0.1:{self.port} get_instance ip=10.0.0.1"
        python = f"{PYTHON} {PEER} call 127.0.0.1 {self.port} get_instance ip='10.0.0.1'"
        true, version, call, sender = hyperfine(["/bin/true", f"{self.mega} --version", one, python], self.folder)
        add = self.table.add
        add("mega --version", f"{version:.2f} ms", f"/bin/true {true:.2f} ms", f"{version / true:.2f}", "<= 2", version <= 2 * true)
        add("cold mega call", f"{call:.2f} ms", f"/bin/true {true:.2f} ms", f"{call / true:.2f}", "<= 4", call <= 4 * true)
        add("cold mega call", f"{call:.2f} ms", f"Python {sender:.1f} ms", f"{sender / call:.1f}", ">= 10", sender >= 10 * call)

    def throughput(self):
        kept = our_request("get_instance", {"ip": "10.0.0.1"})
        each = legacy_request("get_instance", "ip='10.0.0.1'")
        redis_socket = self.folder / "redis.sock"
        redis_port, redis_tls_port = free_port(), free_port()
        server = self.data / "tls"
        redis = start_yardstick(["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--unixsocket",
                                  redis_socket, "--save", "", "--protected-mode", "no", "--dir", self.folder,
                                  "--tls-port", str(redis_tls_port), "--tls-auth-clients", "yes", "--tls-protocols", "TLSv1.3",
                                  "--tls-cert-file", server / "server.pem", "--tls-key-file", server / "server.key",
                                  "--tls-ca-cert-file", server / "ca.pem"], stdout=subprocess.DEVNULL)
        try:
            wait_until(redis_socket.exists, "redis-server does not start", redis, YardstickFailed)
            for mode, request, where, redis_where, goal, name in (
                    ("kept", kept, f"unix:{self.socket}", f"unix:{redis_socket}", 0.35, "calls/s, 50 kept, unix socket"),
                    ("kept", kept, f"tls:{self.port}", f"tls:{redis_tls_port}", 0.35, "calls/s, 50 kept, mTLS"),
                    ("each", each, f"tcp:{self.port}", f"tcp:{redis_port}", 0.9, "calls/s, one connection each, closed by the server")):
                probe = self.load("mega", where, mode, 1, request, "0.2")
                value = b"x" * (probe["bytes"] // probe["calls"])
                with socket.socket(socket.AF_UNIX) as setter:
                    setter.connect(str(redis_socket))
                    setter.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$%d\r\n%s\r\n" % (len(value), value))
                    setter.recv(16)
                get = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
                if mode == "each":  # as a server of 2014 does, it closes behind the answer
                    get += b"*1\r\n$4\r\nQUIT\r\n"
                ours, theirs = [], []
                for _ in range(3):  # in turn, so that a noisy moment hits both
                    r = self.load("mega", where, mode, 50, request)
                    ours.append(r["calls"] / r["seconds"])
                    r = self.load("redis", redis_where, mode, 50, get, failure=YardstickFailed)
                    theirs.append(r["calls"] / r["seconds"])
                a, b = median(ours), median(theirs)
                self.table.add(name, f"{a:,.0f}", f"redis {b:,.0f}", f"{a / b:.2f}", f">= {goal}", a >= goal * b)
        finally:
            redis.terminate()
            redis.wait()

    def handshakes(self):
        """Whole handshakes with certificates on both sides, as the servers count them, for each second that they computed."""
        folder, port = self.data / "tls", free_port()
        log = self.folder / "s_server.log"
        yardstick = start_yardstick(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-rev", "-tls1_3",
                                      "-cert", folder / "server.pem", "-key", folder / "server.key", "-cert_chain", folder / "ca.pem",
                                      "-CAfile", folder / "ca.pem", "-Verify", "1", "-verify_return_error",
                                      "-num_tickets", "0", "-no_ticket"],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log.open("w"))

        def per_cpu_second(pid, port, count, failure=SystemExit):
            before, cpu = count(), cpu_seconds(pid)
            self.load("mega", f"tls:{port}", "handshake", 16, b"", failure=failure)
            return (count() - before) / (cpu_seconds(pid) - cpu)

        try:
            wait_until(lambda: answers(port), "openssl s_server does not start", yardstick, YardstickFailed)
            ours, theirs = [], []
            for _ in range(3):
                ours.append(per_cpu_second(self.server.pid, self.port, lambda: self.status("handshakes")))
                theirs.append(per_cpu_second(yardstick.pid, port, lambda: log.read_text().count("CONNECTION ESTABLISHED"),
                                             YardstickFailed))
            a, b = median(ours), median(theirs)
            self.table.add("mTLS handshakes per CPU second", f"{a:,.0f}", f"s_server {b:,.0f}", f"{a / b:.2f}", ">= 0.8",
                           a >= 0.8 * b)
        finally:
            yardstick.terminate()
            yardstick.wait()

    def idle_connections(self):
        """In a server that has not had as many before."""
        self.restart()
        before, open_before = self.memory_mb(), self.status("connections")
        command = self.load_command("mega", f"tls:{self.port}", "idle", IDLE, b"", "60")
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as idle:
            if idle.stdout.readline() != "open\n":
                sys.exit("bench: the generator cannot open its idle connections")
            wait_until(lambda: self.status("handshakes") >= IDLE, "the server has not let all of them in", idle)
            if self.status("connections") < open_before + IDLE:
                sys.exit("bench: the server has closed connections that were idle")
            each = (self.memory_mb() - before) * 1024 / IDLE
            idle.stdin.close()
        self.table.add(f"server memory per idle mTLS connection, {IDLE:,}", f"{each:.1f} KiB", "", "", "<= 40 KiB", each <= 40)

    def large_answers(self):
        loaded = self.memory_mb()
        request = our_request("get_all_instance", {})
        r = self.load("mega", f"unix:{self.socket}", "kept", 1, request, "3")
        one = r["seconds"] / r["calls"] * 1000
        add = self.table.add
        what = f"get_all_instance, {INSTANCES}"
        with needed_for(self.table, what):
            shell = self.same_by_sqlite()
            add(what, f"{one:.1f} ms, {r['bytes'] // r['calls']:,} bytes", f"sqlite3 -json {shell:.1f} ms", f"{shell / one:.1f}x", ">= 1x",
                one <= shell)
        add("server memory, loaded", f"{loaded:.1f} MB", "", "", "<= 25 MB", loaded <= 25)
        self.load("mega", f"unix:{self.socket}", "kept", 4, request, "3")
        peak = self.memory_mb("VmHWM")
        add("server memory, peak of four such at once", f"{peak:.1f} MB", "", "", "<= 60 MB", peak <= 60)

    def same_by_sqlite(self):
        """Milliseconds in which SQLite's own shell reads the same rows from a copy of the store and writes them as JSON."""
        copy = self.call("copy_store").strip()
        try:
            return hyperfine([f'sqlite3 -json {copy} "{SAME_SELECT}"'], self.folder, runs=30)[0]
        finally:
            os.unlink(copy)

    def start(self, log, *more):
        self.server = subprocess.Popen([self.mega, "server", "--data", self.data, "--listen", "127.0.0.1:0",
                                        "--limits-connections-per-address", str(2 * IDLE), *more],
                                       stdout=subprocess.PIPE, stderr=log, text=True)
        self.started = time.monotonic()
        self.port = re.search(r"tcp=127\.0\.0\.1:(\d+)", self.server.stdout.readline())[1]

    def restart(self, *more):
        """Memory is measured in a server that has only loaded its store."""
        self.stop()
        self.start(subprocess.DEVNULL, *more)
        self.call("get_all_instance")

    def stop(self):
        self.server.terminate()
        self.server.wait()


def measure_calls(bench):
    with needed_for(bench.table, "whole processes"):
        bench.whole_processes()
    with needed_for(bench.table, "calls/s"):
        bench.throughput()
    with needed_for(bench.table, "mTLS handshakes per CPU second"):
        bench.handshakes()
    bench.idle_connections()
    bench.restart()
    bench.large_answers()


def measure_mail(bench):
    with needed_for(bench.table, "a message, whole process"):
        mail_bench.whole_processes(bench.mega, bench.table, lambda commands: hyperfine(commands, bench.folder))
    mail_bench.kept_connection(bench, bench.table, time.monotonic)
    mail_bench.large_attachment(bench.mega, bench.table, bench.folder)


def main(argv):
    if len(argv) < 4:
        sys.exit(__doc__)
    mega, load, agents = (os.path.abspath(path) for path in argv[1:4])
    parts = {"calls": measure_calls, "fleet": lambda bench: fleet_bench.measure(bench, agents),
             "daemon": daemon_bench.measure, "ssh": ssh_bench.measure, "mail": measure_mail}
    wanted = argv[4:] or parts
    if not parts.keys() >= set(wanted):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="mega-bench.") as scratch:
        bench = Bench(mega, load, pathlib.Path(scratch))
        try:
            bench.fill()
            for part in wanted:
                parts[part](bench)
        finally:
            bench.stop()
    bench.table.print()
    return 9 if bench.table.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
