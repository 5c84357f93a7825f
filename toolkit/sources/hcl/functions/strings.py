"""Functions of strings. Source: cty 1.16, stdlib; Terraform 1.11, lang/funcs; Go's strings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Final
from unicodedata import combining

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.graphemes import graphemes
from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import (
    BOOL,
    NUMBER,
    STRING,
    EvaluationError,
    ListVal,
    Null,
    Symbol,
    SymbolText,
    UnknownVal,
    Value,
    doubt,
    list_of,
    numbers,
    reasons_of,
    symbol_text,
    template_of,
    unknown,
)
from toolkit.sources.hcl.values.budget import check_elements, check_length
from toolkit.sources.hcl.values.numbers import Number

define: Final = Definitions()

#: Unicode white space; Python's includes four more control characters.
_WHITE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
#: The first character, or one after a word separator: white space, or ASCII other than letters,
#: digits and "_".
_WORD: Final = pattern(rf"(?:^|(?<=[{_WHITE}\0-/:-@\[-^`{{-\x7f])).", re.DOTALL)
#: Letters that have a case pair only since Unicode 16, and their two older partners.
_YOUNGER: Final = pattern(
    "[\u019b\u0264\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2\ua7d4\ua7da-\ua7dc"
    "\U00010d50-\U00010d85\U00016ea0-\U00016ed3]"
)
#: The characters of an id, in either case.
_OF_IDS: Final = frozenset("0123456789abcdefABCDEF-")


# Upper and lower case


def _changed(text: str, change: Callable[[str], str]) -> str:
    """Change the case of a text character by character: Go maps each to one character."""
    if text.isascii():
        return change(text)
    return normal("".join(_changed_character(each, change) for each in text))


def _changed_character(character: str, change: Callable[[str], str]) -> str:
    """Change the case of a character.

    If Python makes several characters, the title case counts, or else the character stays; the
    dotted capital I becomes i.
    """
    for found in (change(character), character.title() if change is not str.lower else "i"):
        if len(found) == 1:
            return character if _YOUNGER.match(character) else found
    return character


@define(STRING, returns=STRING, total=True)
def lower(text: str) -> Value:
    return _changed(text, str.lower)


@define(STRING, returns=STRING, total=True)
def upper(text: str) -> Value:
    return _changed(text, str.upper)


@define(STRING, returns=STRING, total=True)
def title(text: str) -> Value:
    return normal(_WORD.sub(lambda found: _changed_character(found[0], str.title), text))


# Parts of strings


@define(STRING, returns=STRING, partial=True)
def chomp(text: Value) -> Value:
    return _stripped(text, "", "\r\n")


@define(STRING, STRING, returns=STRING, partial=True)
def trim(text: Value, characters: Value) -> Value:
    if isinstance(characters, str):
        return _stripped(text, characters, characters)
    return _unknown_text(text, characters)


def _stripped(text: Value, before: str, behind: str) -> Value:
    """Strip characters from both ends of a text; an id at an end contains none of them."""
    if isinstance(text, str):
        return text.lstrip(before).rstrip(behind)
    if not isinstance(text, Symbol | SymbolText) or not _OF_IDS.isdisjoint(before + behind):
        return _unknown_text(text)
    parts = list(text.parts) if isinstance(text, SymbolText) else [text]
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(before)
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(behind)
    return symbol_text(parts)


def _unknown_text(*because: Value) -> Value:
    if not all(each.not_null for each in because if isinstance(each, UnknownVal)):
        doubt(reasons_of(*because))
    return unknown(STRING, *because, not_null=True)


@define(STRING, STRING, returns=STRING, total=True)
def trimprefix(text: str, prefix: str) -> Value:
    return text.removeprefix(prefix)


@define(STRING, returns=STRING, partial=True)
def trimspace(text: Value) -> Value:
    return _stripped(text, _WHITE, _WHITE)


@define(STRING, STRING, returns=STRING, total=True)
def trimsuffix(text: str, suffix: str) -> Value:
    return text.removesuffix(suffix)


@define(STRING, STRING, returns=BOOL, total=True)
def startswith(text: str, prefix: str) -> Value:
    return text.startswith(prefix)


@define(STRING, STRING, returns=BOOL, total=True)
def endswith(text: str, suffix: str) -> Value:
    return text.endswith(suffix)


@define(STRING, STRING, returns=BOOL, total=True)
def strcontains(text: str, part: str) -> Value:
    return part in text


@define(STRING, returns=STRING, total=True)
def strrev(text: str) -> Value:
    return normal("".join(reversed(graphemes(text))))


@define(STRING, NUMBER, NUMBER, returns=STRING)
def substr(text: str, offset: Number, length: Number) -> Value:
    start, count = _int64(offset, "the offset"), _int64(length, "the length")
    if start >= 0 and not count:
        return ""
    found = graphemes(text)
    if start < 0:
        start = max(start + len(found), 0)
    # Before the end, a count of zero takes all remaining characters.
    return "".join(found[start : start + count if count > 0 else None])


def _int64(value: Number, what: str) -> int:
    found = numbers.whole(value)
    if found is None or not -(2**63) <= found < 2**63:
        raise EvaluationError(f"{what} must be a whole number of at most 64 bits")
    return found


@define(NUMBER, STRING, returns=STRING)
def indent(spaces: Number, text: str) -> Value:
    width = _int64(spaces, "the number of spaces")
    if width < 0:
        raise EvaluationError("the number of spaces must not be negative")
    check_length(max(text.count("\n"), 1) * width + len(text))
    return text.replace("\n", "\n" + " " * width)


# Paths


@define(STRING, returns=STRING, total=True)
def basename(path: str) -> Value:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@define(STRING, returns=STRING, total=True)
def dirname(path: str) -> Value:
    folder = path[: path.rfind("/") + 1]
    # Python keeps two leading slashes, to which POSIX gives a meaning of their own.
    return posixpath.normpath("/" + folder.lstrip("/") if folder.startswith("/") else folder)


# Several strings


@define(STRING, rest=list_of(STRING), returns=STRING, partial=True)
def join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationError("join() takes at least one list")
    known = [each for each in lists if isinstance(each, ListVal)]
    parts: list[Value] = []
    for each in known:
        for item in each.items:
            if isinstance(item, Null):
                raise EvaluationError("join() takes no null")
            parts += (separator, item)
    if len(known) < len(lists):
        doubt(reasons_of(*lists))
        return unknown(STRING, separator, *lists, not_null=True)
    return concatenated(parts[1:])


def concatenated(parts: Sequence[Value]) -> Value:
    """Concatenate strings, known or unknown. Raises `OverBudget`."""
    check_length(sum(len(part) for part in parts if isinstance(part, str)))
    pieces = [part for part in parts if isinstance(part, str | Symbol | SymbolText)]
    if len(pieces) == len(parts):
        text = symbol_text(pieces)
        if not isinstance(text, SymbolText):
            return normal(text) if isinstance(text, str) else text
        # A combining accent after an id may join the id's last letter.
        composed = [normal(part) if isinstance(part, str) else part for part in text.parts]
        if not any(isinstance(part, str) and combining(part[0]) for part in composed[1:]):
            return SymbolText(composed)
    if not all(part.not_null for part in parts if isinstance(part, UnknownVal)):
        doubt(reasons_of(*parts))
    template = "".join(map(template_of, parts))
    return UnknownVal(STRING, reasons_of(*parts), not_null=True, template=template)


@define(STRING, STRING, returns=list_of(STRING), partial=True)
def split(separator: Value, text: Value) -> Value:
    if isinstance(separator, str):
        if isinstance(text, str):
            return _split(separator, text)
        if separator and isinstance(text, Symbol | SymbolText) and not _OF_IDS & set(separator):
            return _split_around(separator, text)
    _unknown_text(separator, text)
    return unknown(list_of(STRING), separator, text, not_null=True)


def _split(separator: str, text: str) -> Value:
    check_elements(text.count(separator))
    return ListVal(text.split(separator) if separator else list(text), STRING)


def _split_around(separator: str, text: Symbol | SymbolText) -> Value:
    """Split a text with ids; no id can overlap a separator."""
    found: list[list[str | Symbol]] = [[]]
    for part in text.parts if isinstance(text, SymbolText) else (text,):
        first, *others = part.split(separator) if isinstance(part, str) else (part,)
        found[-1].append(first)
        found += ([other] for other in others)
    return ListVal([symbol_text(each) for each in found], STRING)
