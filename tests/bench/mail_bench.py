"""The part of bench.py about mail: whole processes against swaks, one kept connection, a large attachment.

The relay is a sink of its own that answers at once and keeps nothing, so that the senders are measured.
"""
import os
import socket
import subprocess
import threading

MAILS = int(os.environ.get("MEGA_TEST_BENCH_MAILS", "2000"))
ATTACHMENT_MB = 50


class Sink:
    """Accepts everything. One thread for each connection; `mails` counts."""

    def __init__(self):
        self.mails = 0
        self.changed = threading.Condition()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            peer, _ = self.listening.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer, peer.makefile("rb", buffering=1 << 20) as lines:
            peer.sendall(b"220 sink\r\n")
            answers = []
            for line in lines:
                verb = line[:4].upper()
                if verb == b"EHLO":
                    answers = [b"250-sink\r\n250-PIPELINING\r\n250 SIZE\r\n"]
                elif verb == b"DATA":
                    peer.sendall(b"".join(answers) + b"354 go on\r\n")
                    for text in lines:
                        if text == b".\r\n":
                            break
                    with self.changed:
                        self.mails += 1
                        self.changed.notify_all()
                    answers = [b"250 taken\r\n"]
                else:
                    answers = [b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"]
                peer.sendall(b"".join(answers))
                answers = []
                if verb == b"QUIT":
                    return

    def await_mails(self, count, seconds=120):
        with self.changed:
            return self.changed.wait_for(lambda: self.mails >= count, seconds)


def environment(port):
    return {**os.environ, "MEGA_SMTP_RELAYS": f"127.0.0.1:{port}", "MEGA_SMTP_TLS": "none"}


def whole_processes(mega, table, hyperfine):
    port = Sink().port
    os.environ.update(environment(port))
    ours, swaks = hyperfine([f"{mega} mail --to a@x.org --from b@x.org --subject s text",
                             f"swaks --server 127.0.0.1:{port} --to a@x.org --from b@x.org --helo db1 --body text "
                             "--silent 3"])
    table.add("a message, whole process", f"{ours:.1f} ms", f"swaks {swaks:.1f} ms", f"{swaks / ours:.0f}x", ">= 10x",
              swaks >= 10 * ours)


def kept_connection(bench, table, clock):
    """Mail of the queue: each on disk before the relay has it, and its verdict before the next one."""
    data = bench.folder / "mail"
    sink = Sink()
    port = sink.port
    with subprocess.Popen([bench.mega, "server", "--data", data, "--listen", "127.0.0.1:0"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(port)) as server:
        server.stdout.readline()
        calls = bench.folder / "mails"
        calls.write_text("send_mail subject=s content=text to=a@x.org sender=b@x.org\n" * MAILS)
        begin = clock()
        subprocess.run([bench.mega, "call", "--batch", calls], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "MEGA_DATA": str(data)})
        if not sink.await_mails(MAILS):
            raise SystemExit(f"the relay has {sink.mails} of {MAILS} mails")
        rate = MAILS / (clock() - begin)
        server.terminate()
    table.add("queued mail, one connection", f"{rate:.0f}/s", "", "", "", True)


def large_attachment(mega, table, folder):
    sink = Sink()
    path = folder / "attachment"
    path.write_bytes(os.urandom(1 << 20) * ATTACHMENT_MB)
    code = ("import os, resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:], check=True)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n")
    printed = subprocess.run(["/usr/bin/python3", "-c", code, mega, "mail", "--to", "a@x.org", "--attach", path, "text"],
                             check=True, capture_output=True, text=True, env=environment(sink.port)).stdout
    peak_mb = int(printed) / 1024
    table.add(f"memory with {ATTACHMENT_MB} MB attached", f"{peak_mb:.1f} MB", "", "", "<= 30 MB", peak_mb <= 30)
