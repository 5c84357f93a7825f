"""Read YAML into plain values with the position of each.

The rules are those of YAML 1.2's core schema, while PyYAML's own are those of YAML 1.1: ``off`` and
``yes`` are strings, ``2027-03-31``, ``1_000`` and ``12:30:00`` are strings, and ``0777`` is 777.
Values are those of JSON, and every key is text as written, so ``200:`` and ``off:`` are the keys
"200" and "off". Merge keys and tags other than YAML's own are refused.

This module uses PyYAML's events, not its nodes: its composer recurses in C, so that a document of
many brackets would crash the process before its depth could be counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml
from msgspec import Struct

from toolkit.documents.decoding import MAX_SIZE, decode, end_of
from toolkit.documents.document import Document, Position, error_at
from toolkit.documents.scalars import Scalar, plain_value
from toolkit.documents.wording import shown_key
from toolkit.errors import DocumentError
from toolkit.files.named import open_named
from toolkit.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_DEPTH: Final = 100
#: The limit for what aliases add to a document: its characters, plus one for each value.
MAX_ALIASED: Final = 1 << 20

#: The C parser, which is twenty times as fast, if PyYAML was built with it.
PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAGS: Final = "tag:yaml.org,2002:"
_SCALARS: Final[dict[str, type]] = {
    f"{_TAGS}null": type(None),
    f"{_TAGS}bool": bool,
    f"{_TAGS}int": int,
    f"{_TAGS}float": float,
}
_SURROGATE: Final = pattern("[\ud800-\udfff]")
_STAR_HINT: Final = "In YAML a * starts an alias: put quotes around a pattern that starts with one."


def read_file(path: Path, beside: str = "") -> Document:
    """Read the one YAML document in a file; `beside` is the document that names it, if any.

    Raises `DocumentError` if the file cannot be read, and as `read_document` does.
    """
    try:
        with open_named(path, beside) as file:
            data = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentError(
            f"{path}: cannot be read: {reason}", hint="Check the path and the file's permissions."
        ) from error
    return read_document(data, str(path))


def read_document(data: bytes, path: str) -> Document:
    """Read the one YAML document in `data`; `path` is its name in errors.

    Raises a one-line `DocumentError` with the position if the document is not UTF-8, is not YAML,
    is empty, is larger than `MAX_SIZE`, is deeper than `MAX_DEPTH`, is more than one document, or
    has:

    - a duplicate key, a merge key, a tag, or a number that JSON does not have;
    - an alias that is undefined or contains itself;
    - aliases that add more than `MAX_ALIASED`.
    """
    return _Reader(path, decode(data, path)).read()


class _Open(Struct):
    """A collection that is not closed yet."""

    value: Any
    places: dict[str | int, Position]
    anchor: str | None
    size_before: int
    key: str | None = None
    height: int = 0


class _Anchored(Struct, frozen=True):
    """A complete value that aliases may refer to, with its size and its depth."""

    value: Any
    size: int
    height: int


class _Reader:
    """Builds the value of one document from its events, with a stack instead of recursion."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._stack: list[_Open] = []
        #: None while the value of the anchor is still being read.
        self._anchors: dict[str, _Anchored | None] = {}
        self._places: dict[int, dict[str | int, Position]] = {}
        self._size = 0
        self._aliased = 0
        self._start: Position | None = None
        self._value: Any = None

    def read(self) -> Document:
        for event in self._events():
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent():
                    self._open(event, {}, "map")
                case yaml.SequenceStartEvent():
                    self._open(event, [], "seq")
                case yaml.CollectionEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self._document(event)
        if self._start is None:
            raise error_at(
                self._path,
                Position(1, 1),
                "the document is empty",
                "Write one value, such as a mapping.",
            )
        return Document(self._path, self._value, self._start, self._places)

    def _events(self) -> Iterator[Any]:
        parser = PARSER(self._text)
        try:
            while parser.check_event():
                yield parser.get_event()
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from error
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # Raised only by the Python parser: an escape beyond Unicode.
            raise error_at(
                self._path, end_of(self._text), f"not valid YAML: {' '.join(str(error).split())}",
                "Check the escapes within double quotes.",
            ) from error  # fmt: skip
        finally:
            parser.dispose()

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> DocumentError:
        mark = error.problem_mark or error.context_mark
        position = Position(1, 1) if mark is None else Position(mark.line + 1, mark.column + 1)
        problem = error.problem or "it cannot be parsed"
        hint = "Check the indentation and the quotes here and in the line above."
        # The C parser puts the end of a text on a line of its own, which editors do not show.
        end = end_of(self._text)
        position = min(position, end)
        here = re.split(r"\r\n?|\n", self._text)[position.line - 1][position.column - 1 :]
        if here.startswith("\t"):
            problem, hint = "a tab where only spaces may stand", "Indent with spaces."
        elif problem.startswith("mapping values are not allowed"):
            problem = "a colon that no key can have here"
            hint = 'Put quotes around a text that contains ": ", and check the indentation.'
        elif error.context == "while scanning an alias":
            problem, hint = "an alias without a name", _STAR_HINT
        elif "cannot start any token" in problem and here:
            problem = f"a value cannot start with {here[0]}"
            hint = "Put quotes around the text."
        elif error.context and error.context_mark is not None:
            line = min(error.context_mark.line + 1, end.line)
            problem += f", {error.context} that begins in line {line}"
        return error_at(self._path, position, f"not valid YAML: {problem}", hint)

    def _fail(self, event: Any, message: str, hint: str) -> NoReturn:
        raise error_at(self._path, _position(event), message, hint)

    def _document(self, event: Any) -> None:
        if self._start is not None:
            self._fail(event, "a second document begins here", "Put it into a file of its own.")
        if event.version == (1, 1):
            self._fail(
                event, "the document asks for YAML 1.1; it would be read as 1.2",
                "Remove the %YAML line.",
            )  # fmt: skip
        self._start = _position(event)

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        if not text.isascii() and _SURROGATE.search(text):
            self._fail(event, "an escape for an unpaired surrogate", "Write the character itself.")
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(event, top)
            value: Any = text
        else:
            value = text if event.implicit[1] else self._resolve(event)
            self._add(value, event, 0)
        self._size += len(text) + 1
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, len(text) + 1, 0)

    def _resolve(self, event: Any) -> Scalar:
        """Return the value of a plain or tagged scalar."""
        text: str = event.value
        tag: str | None = event.tag
        if tag in ("!", _TAGS + "str"):
            return text
        if tag is not None and tag not in _SCALARS:
            self._fail_tag(event)
        try:
            value = plain_value(text)
        except ValueError as error:
            self._fail(event, str(error), "Put quotes around a text.")
        if tag is None or type(value) is _SCALARS[tag]:
            return value
        if tag == _TAGS + "float" and type(value) is int:
            return float(value)
        said = f"the value is not what its tag !!{tag[len(_TAGS) :]} says"
        return self._fail(event, said, "Remove the tag.")

    def _key(self, event: Any, top: _Open) -> None:
        key: str = event.value
        if event.tag not in (None, "!", _TAGS + "str"):
            self._fail_tag(event)
        if event.tag is None and event.implicit[0]:
            if key == "<<":
                self._fail(
                    event, "merge keys (<<) are not supported",
                    "Write the keys out, or use an alias for the whole value.",
                )  # fmt: skip
            if not key:
                self._fail(event, "a value without a key", "Put a key in front of the colon.")
        if key in top.places:
            self._fail(
                event, f"duplicate key{shown_key(key)}, already in line {top.places[key].line}",
                "Keep one of the two.",
            )  # fmt: skip
        top.places[key] = _position(event)
        top.key = key

    def _open(self, event: Any, value: Any, kind: str) -> None:
        if event.tag not in (None, "!", _TAGS + kind):
            self._fail_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._fail_depth(event)
        # Added before it is filled: the parent needs its position, and the value stays the same
        # object.
        self._add(value, event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        places: dict[str | int, Position] = {}
        self._places[id(value)] = places
        self._stack.append(_Open(value, places, event.anchor, self._size))
        self._size += 1

    def _close(self) -> None:
        closed = self._stack.pop()
        height = closed.height + 1
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, height)
        if closed.anchor is not None:
            size = self._size - closed.size_before
            self._anchors[closed.anchor] = _Anchored(closed.value, size, height)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        target = self._anchors.get(name)
        if target is None:
            if name in self._anchors:
                self._fail(
                    event,
                    "the alias is inside what it stands for",
                    "Write it out.",
                )
            self._fail(event, "the alias is not defined above", _STAR_HINT)
        self._size += target.size
        self._aliased += target.size
        if self._aliased > MAX_ALIASED:
            self._fail(event, "the document's aliases expand past 1 MiB", "Use fewer.")
        if len(self._stack) + target.height > MAX_DEPTH:
            self._fail_depth(event)
        self._add(target.value, event, target.height)

    def _add(self, value: Any, event: Any, height: int) -> None:
        """Add a value to the innermost open collection."""
        if not self._stack:
            self._value = value
            return
        top = self._stack[-1]
        top.height = max(top.height, height)
        if isinstance(top.value, list):
            top.places[len(top.value)] = _position(event)
            top.value.append(value)
        elif top.key is None:
            self._fail(event, "a key that is not text", "Keys are words; put quotes around others.")
        else:
            top.value[top.key] = value
            top.key = None

    def _fail_tag(self, event: Any) -> NoReturn:
        self._fail(event, "a tag is not allowed here", "Remove the tag.")

    def _fail_depth(self, event: Any) -> NoReturn:
        self._fail(event, f"values nested more than {MAX_DEPTH} deep", "Flatten it.")


def _position(event: Any) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1)
