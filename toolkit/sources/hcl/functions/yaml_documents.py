"""Terraform's yamldecode() and yamlencode().

libyaml parses a text into events; this module makes values of them. Source: go-cty-yaml 1.1, which
contains a translation of an older libyaml.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.signature import Definitions, Nullable
from toolkit.sources.hcl.functions.yaml_scalars import CORE, resolve
from toolkit.sources.hcl.functions.yaml_text import UnlikeError, write
from toolkit.sources.hcl.values import (
    DYNAMIC,
    STRING,
    EvaluationError,
    ObjectVal,
    Reason,
    TupleVal,
    UnknownVal,
    Value,
    convert,
    doubt,
    reasons_of,
    type_of,
    unknown,
)
from toolkit.sources.hcl.values.budget import OverBudget, check_elements

try:
    from yaml._yaml import CParser
except ImportError:
    # This PyYAML has no libyaml, and its Python parser reads some texts differently.
    CParser = None  # type: ignore[assignment,misc]

define: Final = Definitions()

#: The deepest nesting that is supported.
_MOST_DEPTH: Final = 100
#: The number of characters that cost as much as one element.
_CHARACTERS_A_STEP: Final = 256
_SLASH: Final = pattern(r"(?<!\\)(?:\\\\)*\\/")
_NOT_TERRAFORMS: Final = Reason("a YAML text that parsers may read differently", "a plan")
_INFINITE: Final = Reason("an infinite number in YAML", "a plan")


@define(Nullable(DYNAMIC), returns=STRING, total=True)
def yamlencode(value: Value) -> Value:
    try:
        return write(value)
    except UnlikeError:
        return UnknownVal(STRING, [_INFINITE], not_null=True)


@define(STRING, returns=DYNAMIC, partial=True)
def yamldecode(text: Value) -> Value:
    if not isinstance(text, str):
        # An unknown text may be a YAML null.
        doubt(reasons_of(text))
        return unknown(DYNAMIC, text)
    text = text.removeprefix("\ufeff")
    try:
        if CParser is not None and "\ufeff" not in text:
            return _Document(text).value()
    except YAMLError as error:
        # Terraform reads such a colon in a flow collection as the end of a word.
        if getattr(error, "problem", None) != "found unexpected ':'":
            raise EvaluationError("the text is not YAML") from None
    doubt([_NOT_TERRAFORMS])
    return UnknownVal(DYNAMIC, [_NOT_TERRAFORMS])


class _Document:
    """Builds a value from events and tracks its size, which aliases can multiply."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parser = CParser(text.encode())
        self._pending: Counter[str] = Counter()
        self._anchors: dict[str, tuple[Value, int]] = {}

    def value(self) -> Value:
        """Return the value. Raises `EvaluationError`, `OverBudget` and `YAMLError`."""
        self._event()
        start = self._event()
        if not isinstance(start, DocumentStartEvent):
            raise EvaluationError("the text has no document")
        if start.version not in (None, (1, 1)):
            raise EvaluationError("the version of YAML must be 1.1")
        value, _ = self._node(self._event(), 0)
        self._event()
        if not isinstance(self._event(), StreamEndEvent):
            raise EvaluationError("the text has more than one document")
        return value

    def _event(self) -> Any:
        return self._parser.get_event()

    def _node(self, event: Any, depth: int, *, is_flow: bool = False) -> tuple[Value, int]:
        """Return the value that begins with an event, and its size in elements."""
        if depth > _MOST_DEPTH:
            raise OverBudget
        anchor: str | None = event.anchor
        if isinstance(event, AliasEvent):
            if anchor not in self._anchors or self._pending[anchor]:
                raise EvaluationError(f"there is no anchor {anchor} for the alias")
            return self._anchors[anchor]
        if anchor is not None:
            self._pending[anchor] += 1
        if isinstance(event, ScalarEvent):
            value = self._scalar(event, is_flow=is_flow)
            if event.tag is None and not event.implicit[0]:
                # A block scalar is a string, whatever its text looks like.
                value = convert(value, STRING)
            result = value, 1 + len(event.value) // _CHARACTERS_A_STEP
        elif isinstance(event, SequenceStartEvent):
            result = self._sequence(event, depth)
        else:
            result = self._mapping(event, depth)
        check_elements(result[1])
        if anchor is not None:
            self._pending[anchor] -= 1
            self._anchors[anchor] = result
        return result

    def _sequence(self, start: Any, depth: int) -> tuple[Value, int]:
        _check_tag(start, "seq")
        items: list[Value] = []
        size = 1
        while not isinstance(event := self._event(), SequenceEndEvent):
            item, steps = self._node(event, depth + 1, is_flow=start.flow_style)
            items.append(item)
            size += steps
        return TupleVal(items), size

    def _mapping(self, start: Any, depth: int) -> tuple[Value, int]:
        _check_tag(start, "map")
        items: dict[str, Value] = {}
        size = 1
        while not isinstance(event := self._event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise EvaluationError("the key of a mapping must be a string")
            key = convert(self._scalar(event, is_flow=start.flow_style), STRING)
            if not isinstance(key, str):
                raise EvaluationError("the key of a mapping must not be null")
            value, steps = self._node(self._event(), depth + 1, is_flow=start.flow_style)
            size += steps
            if event.value != "<<" or event.tag is not None:
                items[key] = value
            elif isinstance(value, ObjectVal):
                items.update(value.items)
            else:
                raise EvaluationError(f"a {type_of(value).name} is not merged into a mapping")
        return ObjectVal(items), size

    def _scalar(self, event: Any, *, is_flow: bool) -> Value:
        text, style = event.value, event.style
        start, end = event.start_mark.index, event.end_mark.index
        if (
            # In the older libyaml, a question mark ends a word, a comma does not end a tag, and an
            # escaped slash is an error.
            (is_flow and not style and "?" in text)
            or (event.tag and not text and self._text.startswith(",", end))
            or (style == '"' and _SLASH.search(self._text, start, end))
        ):
            raise EvaluationError("the text is not YAML 1.1")
        return resolve(text, event.tag, is_quoted=style in ("'", '"'))


def _check_tag(start: Any, kind: str) -> None:
    if start.tag not in (None, f"{CORE}{kind}"):
        raise EvaluationError(f"there is no tag {start.tag}")
