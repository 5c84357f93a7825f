"""Argument lists for the functions that encode and decode text."""

from __future__ import annotations

import gzip
import random
from base64 import b64encode
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

_PIECES: Final = (
    "a", "Hello", " ", "é", "e\u0301", "\u0301", "日本", "😀", "\n", "\t", "\0", "\x1f", "\x7f",
    "\x85", "\r",
    '"', "\\", "/", "<", ">", "&", "\u2028", "\u2029", "\ufeff", "\ufffd", "${x}", "%{y}", "+", "%",
    "%41", "%zz", ",", "=", "'", "\r\n", "\b", "\f", "ﬁ", "K", "Ω", "~", "*",
)  # fmt: skip
_ENCODINGS: Final = (
    "UTF-8", "utf-8", "UTF-16", "UTF-16LE", "utf-16be", "us-ascii", "ISO-8859-1", "latin1", "l1",
    "iso-8859-2", "ISO-8859-15", "iso-8859-6", "iso-8859-8-i", "windows-1250", "Windows-1252",
    "windows-1255", "windows-1258", "KOI8-R", "koi8-u", "IBM437", "cp850", "macintosh", "IBM037",
    "GBK", "gb18030", "Big5", "EUC-KR", "euc-jp", "Shift_JIS", "iso-2022-jp", "hz-gb-2312",
    "windows-874", "ibm1047", " utf-8 ", "utf8", "ascii", "cp1252", "UTF-32", "utf-7", "", "x",
    "\u212aOI8-R", "utf-16\u00a0", "utf-8\u001f", "iso-8859-11", "latin-9", "latin9",
)  # fmt: skip


def hcl(text: str) -> str:
    """Return a string as an HCL literal."""
    found = []
    for character in text:
        code = ord(character)
        if character in '"\\':
            found.append(f"\\{character}")
        elif 0x20 <= code < 0x7F:
            found.append(character)
        else:
            found.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(found).replace("${", "$${").replace("%{", "%%{") + '"'


def _words(draw: random.Random) -> str:
    return "".join(draw.choice(_PIECES) for _ in range(draw.choice((0, 1, 1, 2, 3, 6, 12))))


def _text(draw: random.Random) -> str:
    if draw.random() < 0.05:
        return draw.choice(("null", "12", "true", "1.50", "[]", "{}"))
    return hcl(_words(draw))


def changed(draw: random.Random, text: str, pieces: str | tuple[str, ...]) -> str:
    """Return the text with one place changed."""
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(pieces) + text[at + draw.randrange(3) :]


def _base64(draw: random.Random) -> str:
    data = _words(draw).encode()
    if draw.random() < 0.2:
        data = draw.randbytes(draw.randrange(5))
    text = b64encode(data).decode()
    if draw.random() < 0.4:
        text = changed(draw, text, ("\n", "\r\n", "=", " ", "A", "-", "_", "é", "\t", ""))
    return hcl(text)


def _gzip(draw: random.Random) -> str:
    data = b"".join(gzip.compress(_words(draw).encode()) for _ in range(draw.choice((1, 1, 2))))
    if draw.random() < 0.3:
        data = data[: draw.randrange(len(data))] + draw.randbytes(draw.randrange(3))
    return hcl(b64encode(data).decode())


def _csv(draw: random.Random) -> str:
    end = draw.choice(("\n", "\n", "\r\n"))
    columns = draw.randrange(1, 4)
    header = draw.sample(["a", "b", "c d", "", "é", '"q"', '"x,y"', "\ufeffz", "1"], columns)
    rows = [",".join(header)]
    for _ in range(draw.randrange(4)):
        count = columns if draw.random() < 0.95 else draw.randrange(1, 5)
        rows.append(",".join(_field(draw) for _ in range(count)))
    text = end.join(rows) + draw.choice(("", end, "\r", end + end))
    if draw.random() < 0.3:
        text = changed(draw, text, ('"', ",", "\n", "\r", "\r\n", " ", '""', "a", ""))
    return hcl(text)


def _field(draw: random.Random) -> str:
    if draw.random() < 0.6:
        return draw.choice(("", "1", " x ", "é", "a b", "\r", "\t", "'", "e\u0301", "#"))
    inner = "".join(
        draw.choice(("a", ",", '""', "\n", "\r\n", "\r", " ")) for _ in range(draw.randrange(4))
    )
    return f'"{inner}"'


def _json(draw: random.Random, depth: int = 3) -> str:
    space = draw.choice(("", "", "", " ", "\n\t", "\r"))
    kind = draw.randrange(9) if depth else draw.randrange(5)
    if kind == 0:
        found = draw.choice(("true", "false", "null"))
    elif kind == 1:
        found = _json_number(draw)
    elif kind < 5:
        found = _json_string(draw)
    elif kind < 7:
        items = [_json(draw, depth - 1) for _ in range(draw.randrange(4))]
        found = f"[{','.join(items) or space}]"
    else:
        names = [draw.choice(('"a"', '"a"', '"b"', _json_string(draw))) for _ in range(3)]
        pairs = [f"{name}{space}:{_json(draw, depth - 1)}" for name in names[: draw.randrange(4)]]
        found = f"{{{','.join(pairs) or space}}}"
    return f"{space}{found}{space}"


def _json_number(draw: random.Random) -> str:
    whole = draw.choice(("0", "1", "12", str(draw.getrandbits(draw.randrange(1, 600)))))
    fraction = draw.choice(("", "", ".0", ".5", f".{draw.getrandbits(60)}"))
    exponent = draw.choice(("", "", "", "e2", "E+3", "e-7", "e300"))
    return draw.choice(("", "", "-")) + whole + fraction + exponent


def _json_string(draw: random.Random) -> str:
    pieces = ("a", "é", "e\u0301", "\\n", "\\u0041", "\\ud83d\\ude00", "\\ud83d", "\\/", "\\u0301",
              "1", "true", "😀", "\x7f", '\\"', "\\\\", "\\u0000", "<", "\\b")  # fmt: skip
    return '"' + "".join(draw.choice(pieces) for _ in range(draw.randrange(4))) + '"'


def _json_text(draw: random.Random) -> str:
    text = _json(draw)
    if draw.random() < 0.3:
        wrong = (
            ",",
            "]",
            "}",
            "[",
            "{",
            '"',
            ":",
            " ",
            "0",
            "-",
            "x",
            "\\",
            "\t",
            "NaN",
            "\u00a0",
            "",
        )
        text = changed(draw, text, wrong)
    return hcl(text)


def value(draw: random.Random, depth: int = 3) -> str:
    """Return any value, written in HCL."""
    kind = draw.randrange(12) if depth else draw.randrange(6)
    if kind == 0:
        return draw.choice(("true", "false", "null", "tostring(null)", "tonumber(null)"))
    if kind == 1:
        return draw.choice(
            ("0", "-1", "1.5", "-0.0", "1e30", "1e-7", "1/3", "12345678901234567890", "-5/7")
        )
    if kind < 6:
        return hcl(_words(draw))
    items = [value(draw, depth - 1) for _ in range(draw.randrange(4))]
    if kind < 8:
        return f"[{', '.join(items)}]"
    if kind == 8:
        texts = ", ".join(hcl(_words(draw)) for _ in range(draw.randrange(4)))
        return f"{draw.choice(('toset', 'tolist'))}([{texts}])"
    names = [draw.choice(("a", "b", "c", "10", "9", hcl(_words(draw)))) for _ in items]
    pairs = dict(zip(names, items, strict=True))
    inner = ", ".join(f"{name} = {item}" for name, item in pairs.items())
    if kind == 9:
        inner = ", ".join(f"{name} = {hcl(_words(draw))}" for name in pairs)
        return f"tomap({{{inner}}})"
    return f"{{{inner}}}"


def _encoded(draw: random.Random) -> str:
    name = draw.choice(_ENCODINGS)
    pieces = ("a", "é", "Ω", "日", "😀", "\x80", "\x9f", "€", "\ufeff", "ֺ", "ў", "한", "\ufffd")
    text = "".join(draw.choice(pieces) for _ in range(draw.choice((0, 1, 1, 2, 3))))
    if draw.random() < 0.5:
        try:
            text = draw.randbytes(4).decode(name.strip(), "ignore")
        except LookupError:
            text = "abc"
    return f"{hcl(text)}, {hcl(name)}"


def _decoded(draw: random.Random) -> str:
    name = draw.choice(_ENCODINGS)
    data = draw.randbytes(draw.choice((0, 1, 1, 2, 2, 4)))
    if draw.random() < 0.6:
        try:
            data = "".join(draw.choice("aéΩ日😀€\ufeff한") for _ in range(2)).encode(name.strip())
        except (LookupError, UnicodeError):
            data = b"abc"
    text = b64encode(data).decode()
    if draw.random() < 0.1:
        text = changed(draw, text, ("=", "\n", "-", "A"))
    return f"{hcl(text)}, {hcl(name)}"


def _url(draw: random.Random) -> str:
    text = quote(_words(draw))
    return hcl(changed(draw, text, ("%", "+", "%4", "%FF", "%c3%a9", "é")))


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "base64decode": _base64,
    "base64encode": _text,
    "base64gunzip": _gzip,
    "csvdecode": _csv,
    "jsondecode": _json_text,
    "jsonencode": value,
    "textdecodebase64": _decoded,
    "textencodebase64": _encoded,
    "urldecode": _url,
    "urlencode": _text,
}
