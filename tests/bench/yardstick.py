"""What mega is measured against: other programs. One that fails costs the rows that need it, which say so, and nothing else."""
import contextlib
import os
import resource
import subprocess
import time


class YardstickFailed(Exception):
    """Its text says which program, and how it failed."""


def run(words, seconds_max, **environment):
    """Runs a yardstick to its end; returns the seconds that it took."""
    begin = time.monotonic()
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds_max,
                              env={**os.environ, **environment}, check=False)
    except subprocess.TimeoutExpired:
        raise YardstickFailed(f"{words[0]} took more than {seconds_max} s") from None
    except OSError as error:
        raise YardstickFailed(f"{words[0]} does not start: {error.strerror}") from None
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise YardstickFailed(f"{words[0]} failed with code {done.returncode}{': ' + last[0][:60] if last else ''}")
    return time.monotonic() - begin


@contextlib.contextmanager
def needed_for(table, *rows):
    """Within the with block a yardstick may fail: then each of the rows, which are not there yet, gets the reason."""
    try:
        yield
    except YardstickFailed as failure:
        for row in rows:
            table.add_failed(row, str(failure))


def start_processes(count):
    """Starts /bin/true so often, one after another, as a shell does; returns the seconds and the processor seconds of it all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = run(["/bin/sh", "-c", f"i=0; while [ $i -lt {count} ]; do /bin/true; i=$((i + 1)); done"], 600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
