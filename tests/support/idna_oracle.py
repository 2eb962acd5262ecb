"""Writes each domain of the first file in ASCII to the second, as Python's codec has it."""
import sys

with open(sys.argv[1], encoding="utf-8") as asked, open(sys.argv[2], "w", encoding="ascii") as answered:
    for line in asked:
        domain = line.rstrip("\n")
        ascii_form = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        answered.write(ascii_form + "\n")
