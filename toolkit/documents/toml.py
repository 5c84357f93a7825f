"""Read TOML into plain values with the line of each.

`tomllib` parses the document, but reports no lines. So the text is parsed once more, statement by
statement: a statement ends at the first line up to which it is valid TOML by itself.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from toolkit.documents.decoding import decode
from toolkit.documents.document import Document, Position, error_at
from toolkit.lazily import pattern

#: The limit of lines that are searched for the end of one value.
_LONGEST: Final = 1_000
_PLACE: Final = pattern(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
#: A key with far too many parts: parsing one takes quadratic time.
_DEEP: Final = pattern(
    r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){64}""", re.ASCII
)
#: A number with more digits than Python parses by default.
_DIGITS: Final = pattern(r"""(?<![\w"'.])[0-9][0-9_]{4300}""", re.ASCII)
_CLOSER: Final = pattern(r"""[\]}]|\"{3}|'{3}""")


def read_toml(data: bytes, path: str) -> Document:
    """Read a TOML document; `path` is its name in errors.

    Raises a one-line `DocumentError` with the position if the document is not UTF-8, is not TOML,
    is larger than `decoding.MAX_SIZE`, or is nested too deeply.
    """
    text = decode(data, path)
    for endless, what in (
        (_DEEP, "this key has too many parts"),
        (_DIGITS, "a number has too many digits"),
    ):
        found = endless.search(text)
        if found is not None:
            at = Position(text.count("\n", 0, found.start()) + 1, 1)
            raise error_at(path, at, what)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        lines = text.count("\n") + 1
        last = Position(lines, len(text) - text.rfind("\n"))
        at = Position(int(found[1]), int(found[2])) if found and found[1] else last
        what = _PLACE.sub("", str(error))
        raise error_at(path, at, f"this is not TOML: {what[:1].lower()}{what[1:]}") from error
    except RecursionError as error:
        raise error_at(path, Position(1, 1), "this is nested too deeply") from error
    return Document(path, value, Position(1, 1), _places(text, value))


def _places(text: str, value: dict[str, Any]) -> dict[int, dict[str | int, Position]]:
    places: dict[int, dict[str | int, Position]] = {}
    lines = text.split("\n")
    table: Any = value
    number = 0
    while number < len(lines):
        start = number
        statement = lines[number].strip()
        number += 1
        if not statement or statement.startswith("#"):
            continue
        column = len(lines[start]) - len(lines[start].lstrip()) + 1
        is_header = statement.startswith("[")
        alone = _alone(statement)
        while alone is None and number < min(len(lines), start + _LONGEST):
            statement += "\n" + lines[number]
            number += 1
            if _CLOSER.search(lines[number - 1]):
                alone = _alone(statement)
        if alone is None:
            return places  # Without the end of this statement, the ones after it cannot be located.
        found = _marked(alone, value if is_header else table, Position(start + 1, column), places)
        table = found if is_header else table
    return places


def _alone(statement: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return None


def _marked(
    alone: Any, whole: Any, at: Position, places: dict[int, dict[str | int, Position]]
) -> Any:
    """Record the positions of a statement's keys; return what its last key names in the document.

    The header of a list of tables names the first item that has no position yet; a key after it
    names the last item.
    """
    while True:
        if alone == {}:
            return whole
        if isinstance(alone, dict) and len(alone) == 1 and isinstance(whole, dict):
            key = next(iter(alone))
            if key not in whole:
                return whole
            places.setdefault(id(whole), {}).setdefault(key, at)
            alone, whole = alone[key], whole[key]
        elif isinstance(whole, list) and whole and isinstance(whole[0], dict):
            known = places.setdefault(id(whole), {})
            if isinstance(alone, list):
                if alone != [{}]:
                    for index in range(len(whole)):
                        known.setdefault(index, at)
                    return whole
                known[len(known)] = at
                return whole[len(known) - 1]
            whole = whole[max(len(known) - 1, 0)]
        elif isinstance(whole, list | dict) and isinstance(alone, list | dict):
            known = places.setdefault(id(whole), {})
            for key in range(len(whole)) if isinstance(whole, list) else whole:
                known.setdefault(key, at)
            return whole
        else:
            return whole
