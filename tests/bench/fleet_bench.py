"""The part of bench.py about fleets: a no-op on a thousand hosts, and ten thousand that only stay connected.

The daemons' connections are held by one process (agents.cc), whose own computing is not the server's.
"""
import collections
import concurrent.futures
import json
import os
import resource
import subprocess
import sys
import time

from connection import Connection
from yardstick import needed_for, start_processes

NAMES = int(os.environ.get("MEGA_TEST_BENCH_AGENTS", "1000"))
CONNECTIONS = int(os.environ.get("MEGA_TEST_BENCH_AGENT_CONNECTIONS", "10000"))
ROUNDS = int(os.environ.get("MEGA_TEST_BENCH_ROUNDS", "10"))
DEAD, FROZEN, HUNG, FAILING = 3, 1, 1, 5
LIMIT = 3  # seconds; of what the hung one runs
PATIENCE = 3  # seconds after which the server takes who is silent or not there for dead: its setting tasks.patience
HEARTBEAT = 300  # seconds between two of one daemon, as mega's own
WATCHED = int(os.environ.get("MEGA_TEST_BENCH_WATCHED_SECONDS", "60"))  # that heartbeats are counted
FIRST_BEATS = 15  # seconds for the first ones of all names


class Fleet:
    """Connections of daemons, open while the with block runs; `counts` has what they have done, at the end."""

    def __init__(self, program, port, folders, connections, *words):
        self.command = [program, str(port), folders, str(connections), *words]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "open\n":
            sys.exit("bench: the server has not let all daemons in")
        return self

    def __exit__(self, *_):
        self.counts = json.loads(self.process.communicate(timeout=60)[0] or "{}")


def name_of(n):
    return f"bench{n:04d}"


def join_all(bench):
    """A certificate for each name, got as a host gets it; the dead have joined, too."""
    folders = bench.folder / "agents"
    folders.mkdir()
    token = bench.token("--role", "agent", "--uses", str(NAMES))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for joined in [pool.submit(bench.join, token, folders / name_of(n), "--name", name_of(n)) for n in range(1, NAMES + 1)]:
            joined.result()
    return folders


def newest_task(connection):
    return max((row["id"] for row in connection.ask("get_all_task", count=1)["RESULT"]), default=0)


def await_ends(connection, task, count):
    """Until so many of the task's hosts are final."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = connection.ask("get_task", task_id=task)
        row = answer["RESULT"] if answer["CODE"] == 0 else None
        if row and sum(row[state] for state in ("ok", "failed", "unreachable", "cancelled")) >= count:
            return
        time.sleep(0.01)
    sys.exit(f"bench: task {task} does not end")


def run_everywhere(bench, connection):
    """`mega run` on all names: seconds until all but the hung and the frozen were final, seconds in all, how many ended in which state."""
    command = [bench.mega, "run", "--server", f"unix:{bench.socket}", "--on", f"bench[0001-{NAMES:04d}]",
               "--time-limit", f"{LIMIT}s", "-o", "json", "noop.sh"]
    task = newest_task(connection) + 1
    begin = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        await_ends(connection, task, NAMES - HUNG - FROZEN)
        most = time.monotonic() - begin
        rows = json.loads(run.stdout.read())
        run.wait(60)
    return most, time.monotonic() - begin, collections.Counter(row["state"] for row in rows), run.returncode


def no_op_on_all(bench, program, folders):
    """The dead have joined and are not there; what the hung run is ended by the limit; the frozen take their order and
    never say anything again, while their connection stays."""
    expected = {"ok": NAMES - DEAD - FROZEN - HUNG - FAILING, "failed": FAILING, "timed_out": HUNG, "lost": FROZEN,
                "unreachable": DEAD}
    bench.restart("--tasks-patience", f"{PATIENCE}s", "--keepalive-probe", "0")
    most, whole, right = [], [], 0
    with Fleet(program, bench.port, folders, NAMES - DEAD, f"frozen={FROZEN}", f"hung={HUNG}",
               f"failing={FAILING}") as fleet:
        with Connection(bench.socket) as connection:
            time.sleep(max(0, PATIENCE + 1 - bench.uptime()))
            for _ in range(ROUNDS):
                seconds, seconds_in_all, states, code = run_everywhere(bench, connection)
                most.append(seconds)
                whole.append(seconds_in_all)
                right += states == expected and code == 3
    if fleet.counts["runs"] != ROUNDS * (NAMES - DEAD):
        sys.exit(f"bench: {fleet.counts['runs']} orders came, of {ROUNDS * (NAMES - DEAD)}")
    slowest, late = sorted(most)[-1 - len(most) // 20], max(whole) - LIMIT - PATIENCE
    add = bench.table.add
    what = f"no-op on {NAMES:,} hosts"
    most_row = f"{what}: all but {HUNG + FROZEN} that hang, p95 of {ROUNDS}"
    late_row = f"{what}: the whole, beyond the limit of {LIMIT} + {PATIENCE} s"
    with needed_for(bench.table, most_row, late_row):
        processes, _ = start_processes(NAMES)
        yardstick = f"a shell, /bin/true {NAMES:,} times {processes:.2f} s"
        add(most_row, f"{slowest:.2f} s", yardstick, f"{slowest / processes:.2f}", "<= 1", slowest <= processes)
        add(late_row, f"{late:.2f} s", yardstick, f"{late / processes:.2f}", "<= 0.5", late <= 0.5 * processes)
    add(f"{what}: sums are right", f"{right} of {ROUNDS}", "", "", "all", right == ROUNDS)


def connections_possible():
    """The server and the fleet have the same limit of open files; some of those are others."""
    possible = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 200
    if possible < CONNECTIONS:
        print(f"bench: {possible:,} daemons in place of {CONNECTIONS:,}: ulimit -Hn allows no more", file=sys.stderr)
    return min(CONNECTIONS, possible)


def many_that_stay(bench, program, folders):
    """What they cost in memory, and their heartbeats and keepalives in computing, at the pace of a real fleet."""
    bench.restart()
    count = connections_possible()
    before = bench.memory_mb()
    with Fleet(program, bench.port, folders, count, f"heartbeat={HEARTBEAT * count // CONNECTIONS}") as fleet:
        opened = bench.memory_mb()
        begin, cpu = time.monotonic(), bench.cpu_seconds()
        time.sleep(WATCHED)
        load = (bench.cpu_seconds() - cpu) / (time.monotonic() - begin)
        each = (max(opened, bench.memory_mb()) - before) * 1024 / count
    if fleet.counts["lost"] or fleet.counts["heartbeats"] < WATCHED * CONNECTIONS // HEARTBEAT:
        sys.exit(f"bench: the fleet did not stay, or did not beat: {fleet.counts}")
    add = bench.table.add
    add(f"server memory per idle daemon, {count:,}", f"{each:.1f} KiB", "", "", "<= 45 KiB", each <= 45)
    beats = CONNECTIONS / HEARTBEAT
    row = f"computing for a heartbeat, {beats:.0f}/s, {count:,} connections"
    with needed_for(bench.table, row):
        _, computing = start_processes(NAMES)
        ours, theirs = 1000 * load / beats, 1000 * computing / NAMES
        add(row, f"{ours:.2f} ms, {100 * load:.1f} % of a core", f"/bin/true {theirs:.2f} ms", f"{ours / theirs:.2f}", "<= 2",
            ours <= 2 * theirs)


def beat_once(bench, program, folders):
    """The first heartbeat of a name is a change with a row in the audit; those that come for years are none."""
    with Fleet(program, bench.port, folders, NAMES, f"heartbeat={FIRST_BEATS}"):
        time.sleep(FIRST_BEATS + 1)


def measure(bench, program):
    folders = join_all(bench)
    no_op_on_all(bench, program, folders)
    beat_once(bench, program, folders)
    many_that_stay(bench, program, folders)
