#!/usr/bin/env python3
"""A peer of 2014, for tests: it sends as those senders do and receives with their loop, faults included.

The wire and the loop are described in docs/PROTOCOL.md. Needs nothing but the standard library of Python 3.

  legacy_peer.py call HOST PORT FUNCTION [ARGS] [KEY=LITERAL ...]
      Sends one request and prints the payload of the answer. Each KEY in capitals sets that key of the
      envelope: TOOL=True, TIME="'02:30'".
  legacy_peer.py serve PORT ANSWER_FILE [--once]
      Prints "ready PORT" (0 picks one), then answers each request on 127.0.0.1 with the file's bytes as
      payload, and prints the payloads of the requests, one a line.
  legacy_peer.py daemon PORT FOLDER [--once]
      Prints "ready PORT", then runs the scripts of the folder as daemons did: it pastes the names and the
      argument of each request into the line of a shell, and answers (wait status, output).
  legacy_peer.py raw HOST PORT FILE
      Sends the file's bytes as they are, closes its sending side, and prints all that comes back.

Exit code: 0 when an answer came, 1 when none did, 2 for a wrong command line.
"""
import argparse
import ast
import itertools
import os
import re
import socket
import subprocess
import sys
import time

HEADER_BYTES = 10
CHUNK_BYTES = 10
TERMINATOR = b"EOF"


def python2_repr(text):
    """The literal that Python 2 prints for a str: bytes above 0x7f as \\xNN."""
    return repr(os.fsencode(text))[1:]


def envelope(function, arguments, extra):
    """The request's payload, keys in the order in which senders of 2014 write them."""
    pairs = {"HEAD": "'MEGA'", "TARGET": "0"}
    if "TOOL" in extra:
        pairs["TOOL"] = extra["TOOL"]
    pairs["ARGS"] = python2_repr(arguments) if arguments else "0"
    pairs["VALUE"] = python2_repr(function)
    pairs.update({"TIME": "0", "TYPE": "0", "CYCLE": "0"})
    pairs.update(extra)
    return ("{" + ", ".join(f"'{key}': {literal}" for key, literal in pairs.items()) + "}").encode()


def frame(payload, options):
    declared = options.header
    if declared is None:
        declared = (len(payload) + HEADER_BYTES) * options.header_times + options.header_off
    return b"%010d" % declared + payload + TERMINATOR


def send(sock, data, options):
    """One write, as senders do; or one for each of the given segments."""
    if not options.segments:
        sock.sendall(data)
        return
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sizes = itertools.chain(options.segments, itertools.repeat(options.segments[-1]))
    view = memoryview(data)
    while view:
        size = next(sizes)
        sock.sendall(view[:size])
        view = view[size:]
        if options.pause_ms and view:
            time.sleep(options.pause_ms / 1000)


def receive(sock):
    """The receive loop. Every read costs ten, however few bytes it brought."""
    left = int(sock.recv(HEADER_BYTES))
    data = bytearray()
    while left > 0:
        chunk = sock.recv(CHUNK_BYTES)
        data += chunk
        if chunk.find(TERMINATOR) >= 1 or not chunk:
            break
        left -= CHUNK_BYTES
    return bytes(data).replace(TERMINATOR, b"")


def receive_to_end(sock):
    data = bytearray()
    while chunk := sock.recv(1 << 16):
        data += chunk
    return bytes(data)


def show(data):
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.flush()


def connect(options):
    return socket.create_connection((options.host, options.port), timeout=options.timeout)


def call(options):
    words = options.words
    arguments = words.pop(0) if words and not re.match("[A-Z]+=", words[0]) else ""
    if options.arguments_file:
        with open(options.arguments_file, encoding="utf-8") as source:
            arguments = source.read()
    payload = envelope(options.function, arguments, dict(word.split("=", 1) for word in words))
    with connect(options) as sock:
        send(sock, frame(payload, options), options)
        if options.end_sending:
            sock.shutdown(socket.SHUT_WR)
        show(receive_to_end(sock) if options.whole_answer else receive(sock))


def answer_one(sock, answer, options):
    request = receive(sock)
    show(request)
    if not options.silent:
        send(sock, frame(answer(request), options), options)


def run_script(request, folder):
    """The answer of a daemon, as Python 2 had it: commands.getstatusoutput(), to which text is bytes."""
    asked = {key: str(value).encode("latin-1") for key, value in ast.literal_eval(request.decode("latin-1")).items()}
    interpreter = b"" if asked["TARGET"] == b"cmd" else asked["TARGET"] + b" "
    line = interpreter + os.fsencode(folder) + b"/" + asked["VALUE"] + b' "' + asked["ARGS"] + b'"'
    ran = subprocess.run([b"/bin/sh", b"-c", b"{ " + line + b"; } 2>&1"], stdout=subprocess.PIPE, check=False)
    status = ran.returncode << 8 if ran.returncode >= 0 else -ran.returncode
    return b"(%d, %s)" % (status, repr(ran.stdout.removesuffix(b"\n"))[1:].encode())


def run_scripts(options):
    listen(lambda request: run_script(request, options.folder), options)


def serve(options):
    with open(options.answer_file, "rb") as source:
        payload = source.read()
    listen(lambda request: payload, options)


def listen(answer, options):
    with socket.create_server(("127.0.0.1", options.port)) as listener:
        print("ready", listener.getsockname()[1], flush=True)
        while True:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(options.timeout)
                try:
                    answer_one(sock, answer, options)
                except (OSError, ValueError) as error:  # a server of 2014 loses a thread here and goes on
                    print("lost:", error, file=sys.stderr, flush=True)
            if options.once:
                return


def raw(options):
    with open(options.file, "rb") as source, connect(options) as sock:
        send(sock, source.read(), options)
        sock.shutdown(socket.SHUT_WR)
        answer = receive_to_end(sock)
    if not answer:
        raise ValueError("no byte came back")
    show(answer)


def sizes(text):
    found = [int(size) for size in text.split(",")]
    if min(found) < 1:
        raise ValueError("a segment has at least one byte")
    return found


def command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how = argparse.ArgumentParser(add_help=False)
    how.add_argument("--segments", type=sizes, metavar="N[,N...]", help="a write for each; the last size repeats")
    how.add_argument("--pause-ms", type=float, default=0, help="between segments")
    how.add_argument("--header", type=int, help="what the header says, whatever is true")
    how.add_argument("--header-off", type=int, default=0, help="add this to the true length")
    how.add_argument("--header-times", type=int, default=1, help="multiply the true length first")
    how.add_argument("--timeout", type=float, default=10, help="seconds without a byte after which it gives up")

    commands = parser.add_subparsers(dest="command", required=True)
    caller = commands.add_parser("call", parents=[how])
    caller.add_argument("host")
    caller.add_argument("port", type=int)
    caller.add_argument("function")
    caller.add_argument("words", nargs="*", metavar="ARGS KEY=LITERAL")
    caller.add_argument("--arguments-file", help="ARGS is this file's text")
    caller.add_argument("--end-sending", action="store_true", help="close the sending side after the request")
    caller.add_argument("--whole-answer", action="store_true", help="print the answer's frame, read to the end")
    caller.set_defaults(run=call)

    server = commands.add_parser("serve", parents=[how])
    server.add_argument("port", type=int)
    server.add_argument("answer_file")
    server.add_argument("--once", action="store_true", help="end after one connection")
    server.add_argument("--silent", action="store_true", help="close without a byte, as after an exception")
    server.set_defaults(run=serve)

    daemon = commands.add_parser("daemon", parents=[how])
    daemon.add_argument("port", type=int)
    daemon.add_argument("folder")
    daemon.add_argument("--once", action="store_true", help="end after one connection")
    daemon.set_defaults(run=run_scripts, silent=False)

    sender = commands.add_parser("raw", parents=[how])
    sender.add_argument("host")
    sender.add_argument("port", type=int)
    sender.add_argument("file")
    sender.set_defaults(run=raw)
    return parser


def main():
    options = command_line().parse_args()
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        print("no answer:", error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
