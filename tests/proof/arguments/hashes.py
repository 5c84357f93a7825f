"""Argument lists for the functions that hash."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

_TEXTS: Final = (
    "", "a", "hello, world", "é", "e\\u0301", "日本", "\\U0001f600", "\\n", "\\t", "$${x}",
    "\\u0000", '\\"', "\\\\", "ﬁ", "\\uFEFF", "한글",
)  # fmt: skip


def _text(draw: random.Random) -> str:
    if draw.random() < 0.1:
        return draw.choice(("null", "12", "true", "1.50", "[]", "1e3", "{}"))
    parts = [draw.choice(_TEXTS) * draw.choice((1, 1, 2, 60)) for _ in range(draw.randrange(4))]
    return f'"{"".join(parts)}"'


def _namespace(draw: random.Random) -> str:
    if draw.random() < 0.3:
        return draw.choice(("dns", "url", "oid", "x500", "DNS", "", "x509"))
    digits = "".join(draw.choice("0123456789abcdefABCDEF") for _ in range(32))
    text = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    kind = draw.randrange(8)
    if kind == 0:
        text = digits
    elif kind == 1:
        text = draw.choice(("urn:uuid:", "URN:uuid:", "urn:uuix:", "uuid:")) + text
    elif kind == 2:
        text = draw.choice("{(xé") + text + draw.choice("})y ")
    if draw.random() < 0.25:
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice(("", "-", "g", "_", "٣", "é")) + text[at + 1 :]
    return text


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    **dict.fromkeys(("base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512"), _text),
    "uuidv5": lambda draw: f'"{_namespace(draw)}", {_text(draw)}',
}
