"""A connection to a server that is kept, over its unix socket; for what the benchmarks ask while something runs."""
import json
import socket


class Connection:
    """One that is kept, as the server's user."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.received = self.socket.makefile("rb")

    def ask(self, function, **args):
        payload = json.dumps({"ID": 1, "HEAD": "MEGA", "VALUE": function, "ARGS": args}).encode()
        self.socket.sendall(b"%010d" % (len(payload) + 10) + payload + b"EOF")
        size = int(self.received.read(10)) - 10
        return json.loads(self.received.read(size + 3)[:-3])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.received.close()
        self.socket.close()
