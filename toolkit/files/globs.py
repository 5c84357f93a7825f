"""Patterns of file names with the syntax of Go's doublestar (version 1).

``*`` and ``?`` match within one name, ``**`` matches any number of folders; ``[a-c]`` and
``[^a-c]`` are classes, ``{a,b}`` are alternatives, and a backslash escapes the next character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from toolkit.lazily import pattern

#: The start of anything in a pattern that is not a literal.
SPECIAL: Final = pattern(r"[*?\[{\\]")
_MOST_ALTERNATIVES: Final = 256


class GlobError(ValueError):
    """The pattern is malformed."""


class GlobTooLargeError(Exception):
    """The pattern has too many alternatives."""


@lru_cache(maxsize=256)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """Return a regular expression for one name. Raises `GlobError` and `GlobTooLargeError`."""
    found = list(islice(_alternatives(pattern), _MOST_ALTERNATIVES + 1))
    if len(found) > _MOST_ALTERNATIVES:
        raise GlobTooLargeError
    return re.compile("|".join(f"(?:{_translated(each)})" for each in found), re.DOTALL)


def _alternatives(pattern: str) -> Iterator[str]:
    """Yield the alternatives of a pattern with braces, each without braces."""
    opened = _position(pattern, "{", 0)
    if opened < 0:
        yield pattern
        return
    closed = _position(pattern, "}", opened + 1)
    if closed < 0:
        raise GlobError("a brace is not closed")
    at = opened + 1
    while at <= closed:
        comma = _position(pattern, ",", at)
        end = closed if comma < 0 or comma > closed else comma
        yield from _alternatives(pattern[:opened] + pattern[at:end] + pattern[closed + 1 :])
        at = end + 1


def _position(pattern: str, sign: str, start: int) -> int:
    """Return the position of the first such character without a backslash before it; -1 if none."""
    at = start
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == sign:
            return at
        at += 1
    return -1


def _translated(pattern: str) -> str:
    """Return a regular expression that does not backtrack past a matched star."""
    parts = [""]
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        at += 1
        if sign == "*":
            parts.append("")
        elif sign == "?":
            parts[-1] += "."
        elif sign == "[":
            text, at = _class(pattern, at)
            parts[-1] += text
        elif sign == "\\":
            if at == len(pattern):
                raise GlobError("nothing follows the backslash")
            parts[-1] += re.escape(pattern[at])
            at += 1
        else:
            parts[-1] += re.escape(sign)
    first, *rest = parts
    if not rest:
        return first
    *middle, last = rest
    # The first occurrence of each part leaves the most text for the parts that follow.
    return first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}"


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Return the class after a bracket, and the position after the class."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[str] = []
    while at < len(pattern) and (pattern[at] != "]" or not ranges):
        first, at = _class_member(pattern, at)
        last = first
        if pattern[at : at + 1] == "-":
            last, at = _class_member(pattern, at + 1)
        if first <= last:
            ranges.append(f"{re.escape(first)}-{re.escape(last)}")
        else:
            # The range is empty.
            ranges.append("")
    if at >= len(pattern):
        raise GlobError("a bracket is not closed")
    inside = "".join(ranges)
    if not inside:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _class_member(pattern: str, at: int) -> tuple[str, int]:
    sign = pattern[at : at + 1]
    if sign in ("", "-", "]"):
        raise GlobError("a class is malformed")
    if sign == "\\":
        at += 1
        sign = pattern[at : at + 1]
        if not sign:
            raise GlobError("nothing follows the backslash")
    return sign, at + 1
