"""Resolve YAML scalars to values as go-cty-yaml 1.1 does."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from typing import Final

from toolkit.lazily import pattern
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import NULL, EvaluationError, Float, Int64, Value, numbers

CORE: Final = "tag:yaml.org,2002:"
_KINDS: Final = frozenset(("str", "bool", "int", "float", "null", "timestamp", "binary"))
_WORDS: Final[Mapping[str, Value]] = {
    word: value
    for words, value in (
        ("y Y yes Yes YES true True TRUE on On ON", True),
        ("n N no No NO false False FALSE off Off OFF", False),
        ("~ null Null NULL", NULL),
        (".inf .Inf .INF +.inf +.Inf +.INF", Float(False, 1, None, numbers.PRECISION)),
        ("-.inf -.Inf -.INF", Float(True, 1, None, numbers.PRECISION)),
    )
    for word in words.split()
} | {"": NULL}
_NOT_A_NUMBER: Final = frozenset((".nan", ".NaN", ".NAN"))
#: A scalar that begins with none of these is a string.
_HINTS: Final = frozenset("yYnNtTfFoO~+-.0123456789") | {""}
_SIGNS_AND_DIGITS: Final = frozenset("+-0123456789")
_NUMBER: Final = pattern(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_BASED: Final = pattern(r"([+-]?)0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+))")
_TIME: Final = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
#: The forms that Go's time.Parse accepts here.
_TIMESTAMP: Final = pattern(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    rf"(?:[Tt]{_TIME}(?:Z|([+-])([0-9]{{2}}):([0-9]{{2}}))| +{_TIME})?"
)
_BASE64: Final = pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
#: The most bits of a number with a base prefix.
_MOST_BITS: Final = 64


def resolve(text: str, tag: str | None, *, is_quoted: bool) -> Value:
    """Return the value of a scalar. Raises `EvaluationError`."""
    kind = "" if tag is None else tag.removeprefix(CORE)
    if tag is not None and (kind not in _KINDS or tag != f"{CORE}{kind}"):
        raise EvaluationError(f"there is no tag {tag}")
    if kind not in ("str", "binary") and text[:1] in _HINTS:
        if is_quoted:
            return normal(text)
        if text in _WORDS:
            return _WORDS[text]
        if not kind and text in _NOT_A_NUMBER:
            raise EvaluationError("there is no such number")
        found = _guessed(text, kind)
        if found is not None:
            return found
    return _tagged(text, kind)


def _guessed(text: str, kind: str) -> Value | None:
    """Return a number, or a time if the scalar has no other tag."""
    if text[0] == ".":
        return numbers.number(text)
    if text[0] not in _SIGNS_AND_DIGITS:
        return None
    if kind in ("", "timestamp"):
        time = _timestamp(text)
        if time is not None:
            return time
    return _tagged(text, "int") if _NUMBER.fullmatch(text) else None


def _tagged(text: str, kind: str) -> Value:
    if kind in ("", "str"):
        return normal(text)
    if kind == "null":
        return NULL
    found: Value | None = None
    if kind in ("int", "float"):
        found = _number(text.replace("_", ""))
    elif kind == "timestamp":
        found = _timestamp(text)
    elif kind == "bool":
        found = _WORDS.get(text)
    elif _BASE64.fullmatch(text.replace("\r", "").replace("\n", "")):
        found = text
    if found is None:
        raise EvaluationError(f"the text is not a {kind}")
    return found


def _number(text: str) -> Value | None:
    found = numbers.number(text)
    based = _BASED.fullmatch(text) if found is None else None
    if based is None:
        return found
    sign = based[1]
    written, base = next((based[at], base) for at, base in ((2, 16), (3, 8), (4, 2)) if based[at])
    digits = written.lstrip("0")
    if len(digits) > _MOST_BITS:
        return None
    value = int(digits or "0", base) * (-1 if sign == "-" else 1)
    least, most = (-(1 << 63), (1 << 63) - 1) if sign else (0, (1 << 64) - 1)
    return Int64(value) if least <= value <= most else None


def _timestamp(text: str) -> str | None:
    """Return the time in RFC 3339, without a fraction; None if the text is not a time."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    clock = found.group(4, 5, 6) if found[4] else found.group(10, 11, 12)
    hour, minute, second = (int(part or 0) for part in clock)
    hours, minutes = int(found[8] or 0), int(found[9] or 0)
    if (
        not 1 <= month <= 12
        # The year 0 is a leap year, and Python's calendar lacks it.
        or not 1 <= day <= monthrange(year or 2000, month)[1]
        or hour > 23
        or max(minute, second) > 59
        or hours > 24
        or minutes > 60
    ):
        return None
    ahead = hours * 60 + minutes
    zone = f"{found[7]}{ahead // 60:02}:{ahead % 60:02}" if ahead else "Z"
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"
