#!/usr/bin/python3
"""A mail server for tests, on a free port of 127.0.0.1 (or HOST): keeps what it accepts, one JSON line for each message.

  mail_sink.py FILE [--port PORT] [--tls starttls|implicit] [--cert CERT --key KEY] [--user NAME --password TEXT]
               [--size BYTES] [--host HOST] [--hold FILE]

Prints "ready PORT". Recipients refused* are refused for good, later* for now, grey* when they are named for the first
time; the senders likewise. An accepted
message's line, {"sender", "recipients", "options", "user", "tls", "data" (base64)}, is written before the answer,
which waits for as long as there is a file --hold.
SIGTERM ends it.
"""
import argparse
import asyncio
import base64
import json
import os
import signal
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Sink:
    def __init__(self, path, hold):
        self.file = open(path, "ab", buffering=0)
        self.hold = hold
        self.met = set()

    def judged(self, address):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        is_new = address not in self.met
        self.met.add(address)
        if address.startswith("later") or (address.startswith("grey") and is_new):
            return "451 4.7.1 greylisted, try again later"
        return None

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = self.judged(address)
        if refusal:
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.judged(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server, session, envelope):
        line = {"sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                "options": envelope.mail_options + envelope.rcpt_options,
                "user": str(session.auth_data or ""), "tls": server.transport.get_extra_info("sslcontext") is not None,
                "data": base64.b64encode(envelope.content).decode()}
        self.file.write(json.dumps(line).encode() + b"\n")
        while self.hold and os.path.exists(self.hold):
            await asyncio.sleep(0.02)
        return "250 2.0.0 taken"


def context_of(args):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
    return context


def authenticator(args):
    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (args.user.encode(), args.password.encode())
        return AuthResult(success=good, handled=False, auth_data=args.user)
    return check


async def serve(args):
    options = {"hostname": "sink.test", "data_size_limit": args.size, "enable_SMTPUTF8": True}
    if args.user:
        options.update(auth_required=True, authenticator=authenticator(args), auth_require_tls=args.tls == "starttls")
    if args.tls == "starttls":
        options.update(tls_context=context_of(args), require_starttls=True)
    sink = Sink(args.file, args.hold)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop, **options), args.host, args.port,
                                      ssl=context_of(args) if args.tls == "implicit" else None)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--size", type=int, default=100 << 20)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--hold")
    asyncio.run(serve(parser.parse_args()))


main()
