#!/usr/bin/env python3
"""What Python's email package finds in the messages of a folder: one JSON line per file, its leaf parts in order.

    parts.py FOLDER

A part is {"type": media type, "size": decoded bytes, "sha256": of them, "letters": ASCII letters and digits of its text,
"others": {charset: letters}}. Letters are what survives differences of line end and transfer encoding; parts are compared
by them. They do not survive every difference of charset: the second byte of a character of two bytes can be a letter of
ASCII, and is left over where the charset is not known. So where no charset is declared, or the bytes are not valid in
Python's codec of that name (its gb2312 is the standard of 1980, mail means GBK by it), "others" has the letters by every
charset below in which all bytes are valid: other readings of the same bytes.
tests/parser_suites.rs runs this beside the program's own parser. Standard library only; nothing is written."""
import email
import hashlib
import json
import re
import sys
from email import policy
from pathlib import Path

NO_MAIL = {".json", ".md", ".stdout", ".golden", ".png", ".jpg", ".gif", ".gz", ".xz", ".bz2", ".lz", ".bmp", ".exr", ".tiff",
           ".webp", ".xbm", ".sgi", ".ras", ".ppm", ".pgm", ".pbm", ".wav", ".au", ".aifc", ".aiff", ".mbox", ".pdf", ".zip"}
NAME = re.compile(rb"\A(From |[\x21-\x39\x3b-\x7e]+[ \t]*:)")
# Charsets of two bytes a character that mail comes in undeclared or under a smaller one's name.
TWO_BYTES = ["cp932", "gb18030", "cp949", "big5", "euc_jp"]
KEPT = re.compile(rb"[^A-Za-z0-9]+")


def letters(data):
    return KEPT.sub(b"", data).decode("ascii")


def text_of(part, data):
    charset = part.get_content_charset() or "latin-1"
    try:
        return data.decode(charset, "replace").encode("utf-8", "replace")
    except (LookupError, ValueError, UnicodeError):
        return data


def others_of(part, data):
    if part.get_content_maintype() != "text" or data.isascii():
        return {}
    charset = part.get_content_charset()
    try:
        if charset:
            data.decode(charset)
            return {}
    except (LookupError, ValueError, UnicodeError):
        pass
    found = {}
    for other in TWO_BYTES:
        try:
            found[other] = letters(data.decode(other).encode("utf-8", "replace"))
        except (ValueError, UnicodeError):
            continue
    return found


def leaves(message):
    for part in message.walk():
        kind = part.get_content_type().split()[0]
        if part.is_multipart():
            if kind == "message/delivery-status":
                # A list of header blocks: the text of each is what stands there.
                for inner in part.get_payload():
                    block = "\n".join(f"{k}: {v}" for k, v in inner.items()).encode("utf-8", "replace")
                    yield kind, block, block, {}
            continue
        data = part.get_payload(decode=True)
        if data is None:
            data = b""
        text = text_of(part, data) if part.get_content_maintype() == "text" else data
        yield kind, data, text, others_of(part, data)


def rows(message):
    for kind, data, text, others in leaves(message):
        sha256 = hashlib.sha256(data).hexdigest()
        yield {"type": kind, "size": len(data), "sha256": sha256, "letters": letters(text), "others": others}


def main():
    root = Path(sys.argv[1])
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if path.suffix.lower() in NO_MAIL:
            continue
        data = path.read_bytes()
        # A list of test words or a picture is no message.
        if not NAME.match(data.lstrip(b"\r\n \t\xef\xbb\xbf")):
            continue
        name = str(path.relative_to(root))
        try:
            message = email.message_from_bytes(data, policy=policy.compat32)
            print(json.dumps({"file": name, "parts": list(rows(message))}))
        except Exception as error:  # the package gives up on some hostile mail
            print(json.dumps({"file": name, "error": repr(error), "parts": []}))


main()
