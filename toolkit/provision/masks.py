"""Finds secrets in a log line by the names before them.

A line may contain headers, a form, JSON, JSON as a string in JSON, a Go map, a value or the
arguments of a command. Text that cannot be told apart counts as part of the secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Final
from urllib.parse import unquote_plus

from toolkit.provision.secrets import PRIVATE

_BLOT: Final = "[redacted]"
#: Headers with values of several words. The permission authorization:role:add is not a header.
_HEADER: Final = r"authorization(?!:[\w*-]+:[\w*-])|cookie"
_NAME: Final = (
    rf"({_HEADER}|{PRIVATE}|signature|assertion)[\w-]{{0,64}}+(?:\.[\w#%-]+|\[[^\]\s]*\])*"
)
#: What stands between a name and its value; JSON may have both as members of one object.
_BETWEEN: Final = r"[\\\"'\]]*\s*(?:=>|[:=]|,\s*[\\\"']*values?[\\\"']*\s*:)[ \t]*"
#: Quoted values that are secret whatever their name: arguments, and Terraform Core's values.
_BEGUN: Final = (
    r"(?P<depth>\\{0,15})(?P<sign>[\"'])-{1,2}(?:var|backend-config)"
    r"(?:=|\\*[\"'],\s*\\*[\"'])[\w.-]+=",
    r"cty\.StringVal\((?P<depth>\\{0,15})(?P<sign>\")",
)
#: The arguments in shell form, with nested quotes.
_SHELL: Final = r"\bTF_CLI_ARGS\w*[\\\"']*\s*(?:value)?\s*[:=]\s*"
_LINE_OF_HEADER: Final = r"[\s<>|*]*[\w-]+:\s"
_SCHEME: Final = r"(?:bearer|basic|digest|negotiate|token|api-?key)[ \t]+"
_QUOTE: Final = r"(?P<depth>\\{0,15})(?P<sign>[\"'])"
#: The end of a value without quotes; a text that is quoted as a whole may continue after it.
_END: Final = r"[\r\n\]})]"
_END_OF_LIST: Final = r"|(?<=[\]})])[\s,]"
_END_IN_QUOTES: Final = r"|,?\s*\\{0,15}[\"']|\\{1,8}(?:[nr]|u000[ad])"
_END_OF_WORD: Final = r"|\s|(?:&|\\{1,8}u0026)(?=[\w.%\[\]-]{1,64}=)"
_OPENING: Final = "[{("
_CLOSING: Final = "]})"
#: Values that are not secrets, whatever their name is.
_PLAIN: Final = frozenset({"", "null", "nil", "<nil>", "true", "false"})
#: The pairs of a cookie, without its attributes.
_OF_COOKIES: Final = (
    r"(?<![\w.-])(?!(?:path|domain|expires|max-age|samesite|priority)=)[^\s;,=\"'\\\[{]{1,64}="
    r"([^\s;,\"'\\\]}]+)"
)
_WORD: Final = r"[^\s\"'\\\[\]{}(),=]+=*"
#: A word that is not the name of another value.
_ITEM: Final = r"[^\s\"'\\\[\]{}(),:]++(?!\\*[\"']?:)"


def masked(line: str) -> tuple[str, list[str]]:
    """Return the line without its secrets, and the texts to mask everywhere."""
    ranges: list[tuple[int, int]] = []
    texts: list[str] = []
    at = 0
    for name in _compiled(_NAME + _BETWEEN).finditer(line):
        # A name within a value is part of that value.
        if name.end() >= at:
            start, at = _value(line, name)
            if line[start:at].strip().lower() not in _PLAIN:
                ranges.append((start, at))
                texts += _texts(name[1].lower(), line[start:at], is_quoted=start > name.end())
    for pattern in _BEGUN:
        begun = _compiled(pattern).finditer(line)
        ranges += ((each.end(), _quote_after(line, each)) for each in begun)
    ranges += ((found.end(), len(line.rstrip())) for found in _compiled(_SHELL).finditer(line))
    return _without(line, ranges), texts


def _without(line: str, ranges: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(ranges):
        if at <= start < end:
            parts += line[at:start], _BLOT
        at = max(at, end)
    return "".join([*parts, line[at:]])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("(?i)", ""), re.IGNORECASE)


def _value(line: str, name: re.Match[str]) -> tuple[int, int]:
    """Return the range of the value after a name, without its quotes."""
    if quote := _compiled(_QUOTE).match(line, name.end()):
        return quote.end(), _quote_after(line, quote)
    own_line = _compiled(_LINE_OF_HEADER).match(line)
    is_header = bool(
        _compiled(_HEADER).match(name[1]) or (own_line and name.start() < own_line.end())
    )
    return name.end(), _end_of_words(line, name.end(), is_header=is_header)


def _quote_after(line: str, begun: re.Match[str]) -> int:
    """Return the index of the closing quote, or the line's end if there is none."""
    depth = len(begun["depth"])
    for found in _compiled(rf"(\\*){begun['sign']}").finditer(line, begun.end()):
        slashes = len(found[1])
        # A nested quote has twice as many backslashes plus one; fewer close an outer quote.
        if slashes < depth or slashes % (2 * depth + 2) == depth:
            return found.end() - 1 - min(slashes, depth)
    return len(line.rstrip("\r\n"))


def _end_of_words(line: str, start: int, *, is_header: bool) -> int:
    """Return the end of a value without quotes; a header's value may contain spaces."""
    ends = _END
    if any(line.find(sign, 0, start) >= 0 for sign in "\"'"):
        ends += _END_IN_QUOTES
    if line.startswith(tuple(_OPENING), start):
        ends += _END_OF_LIST
    if not is_header:
        ends += _END_OF_WORD
    scheme = _compiled(_SCHEME).match(line, start)
    at = scheme.end() if scheme else start
    depth = 0
    while at < len(line):
        if not depth and _compiled(ends).match(line, at):
            break
        if quote := depth and _compiled(_QUOTE).match(line, at):
            at = _quote_after(line, quote) + len(quote[0])
        else:
            depth += (line[at] in _OPENING) - (line[at] in _CLOSING)
            at += 1
    return min(at, len(line.rstrip("\r\n")))


def _texts(name: str, value: str, *, is_quoted: bool) -> Iterator[str]:
    """Yield the secrets in a value."""
    if "cookie" in name:
        yield from _compiled(_OF_COOKIES).findall(value)
    elif "authorization" in name:
        yield from _compiled(_WORD).findall(value)
    elif not is_quoted and value[0] in _OPENING:
        yield from _compiled(_ITEM).findall(value)
    else:
        yield value
        yield unquote_plus(value)
        for _ in range(3):
            # Decode once for each level of JSON strings.
            with suppress(ValueError):
                value = str(json.loads(f'"{value}"'))
                yield value
