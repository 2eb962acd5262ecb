#!/usr/bin/python3
"""Reads messages with Python's email package, which shares no code with mega, and prints what it finds as JSON.

  mail_oracle.py FILE...     one line for each file: headers, addresses, and the parts in order
"""
import base64
import email
import email.policy
import json
import sys


def addresses(message, name):
    header = message[name]
    return [] if header is None else [[a.display_name, a.addr_spec] for a in header.addresses]


def part(each):
    payload = each.get_payload(decode=True)
    text = each.get_content().replace("\r\n", "\n") if each.get_content_maintype() == "text" and not each.get_filename() else ""
    return {"type": each.get_content_type(), "file": each.get_filename() or "", "text": text,
            "id": each["Content-ID"] or "", "disposition": each.get_content_disposition() or "",
            "bytes": base64.b64encode(payload).decode() if each.get_filename() else "",
            "encoding": each["Content-Transfer-Encoding"]}


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [p for p in message.walk() if not p.is_multipart()]
    return {"subject": message["Subject"], "date": message["Date"].datetime.timestamp(),
            "headers": [name for name, _ in message.items()],
            "from": addresses(message, "From"), "to": addresses(message, "To"), "cc": addresses(message, "Cc"),
            "reply_to": addresses(message, "Reply-To"), "tree": [p.get_content_type() for p in message.walk()],
            "parts": [part(p) for p in parts], "defects": [repr(d) for p in message.walk() for d in p.defects],
            "ascii": raw.isascii(), "longest": max(len(line) for line in raw.split(b"\r\n")),
            "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r")}


for name in sys.argv[1:]:
    print(json.dumps(read(name)))
