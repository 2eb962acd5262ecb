"""CPython's own opinion, for python_oracle_test.cc and json_oracle_test.cc: reads questions from one
file, a line each, and writes the answers to another.

    eval HEX        ast.literal_eval of the text -> the value's tokens, or "refused"
    bytes HEX       the same, its text taken for Python 2's, where each character is a byte
    repr TOKENS     the value's repr, in hex
    loads HEX       json.loads of the text -> the value's tokens, or "refused"
    dumps TOKENS    the value as JSON, in hex

Tokens are a value without any syntax that is under test, in prefix form: N T F, iDIGITS, fBITS,
tHEX (UTF-8), bHEX, [ ( < { and their items up to the closing bracket; items of sets are sorted.
"""
import ast
import base64
import json
import struct
import sys
import warnings


def decode(tokens):
    token = next(tokens)
    kind, rest = token[0], token[1:]
    if kind in "NTF":
        return {"N": None, "T": True, "F": False}[kind]
    if kind == "i":
        return int(rest)
    if kind == "f":
        return struct.unpack(">d", bytes.fromhex(rest))[0]
    if kind == "t":
        return bytes.fromhex(rest).decode("utf-8")
    if kind == "b":
        return bytes.fromhex(rest)
    items = []
    while True:
        try:
            items.append(decode(tokens))
        except EndOfItems:
            break
    if kind == "{":
        return dict(zip(items[::2], items[1::2]))
    return {"[": list, "(": tuple, "<": set}[kind](items)


class EndOfItems(Exception):
    pass


def encode(value, text_bytes):
    if value is None:
        return "N"
    if value is True or value is False:
        return "T" if value else "F"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, (str, bytes)):
        data = text_bytes(value) if isinstance(value, str) else value
        try:
            data.decode("utf-8")
            return "t" + data.hex()  # Python 2 means text
        except UnicodeDecodeError:
            return "b" + data.hex()
    if isinstance(value, dict):
        items = [encode(x, text_bytes) for pair in value.items() for x in pair]
        return " ".join(["{"] + items + ["}"])
    if isinstance(value, set):
        return " ".join(["<"] + sorted(encode(x, text_bytes) for x in value) + [">"])
    brackets = {list: "[]", tuple: "()"}.get(type(value))
    if brackets is None:
        return "other"
    return " ".join([brackets[0]] + [encode(x, text_bytes) for x in value] + [brackets[1]])


class Tokens:
    def __init__(self, text):
        self.tokens = iter(text.split())

    def __next__(self):
        token = next(self.tokens)
        if token in ("]", ")", ">", "}"):
            raise EndOfItems
        return token


def bytes_object(found):
    if list(found) == ["base64"]:
        return base64.b64decode(found["base64"])
    return found


def utf8(text):
    return text.encode("utf-8")


def latin1(text):
    return text.encode("latin-1")


def answer(question, rest):
    if question == "repr":
        return repr(decode(Tokens(rest))).encode("utf-8").hex()
    if question == "dumps":
        ascii_only = len(rest) % 2 == 0
        return json.dumps(decode(Tokens(rest)), ensure_ascii=ascii_only).encode("utf-8").hex()
    text = bytes.fromhex(rest).decode("utf-8")
    try:
        if question == "loads":
            return encode(json.loads(text, object_hook=bytes_object), utf8)
        return encode(ast.literal_eval(text), latin1 if question == "bytes" else utf8)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return "refused"


def main():
    warnings.simplefilter("ignore")  # about escapes that are none
    with open(sys.argv[1]) as questions, open(sys.argv[2], "w") as answers:
        for line in questions:
            question, _, rest = line.rstrip("\n").partition(" ")
            answers.write(answer(question, rest) + "\n")


main()
