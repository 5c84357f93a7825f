"""Locations of blocks, attributes and values, for reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from toolkit.lazily import pattern
from toolkit.model.clients import SENSITIVE_ATTRIBUTES, Location
from toolkit.sources.hcl.modules.loading import nested_type
from toolkit.sources.hcl.modules.origins import Written, origins
from toolkit.sources.hcl.syntax.nodes import Attribute, Block
from toolkit.sources.hcl.syntax.source import Source, SourceString

if TYPE_CHECKING:
    from toolkit.sources.hcl.modules.instance import ModuleInstance

#: Words that name a secret, or mark a value as one.
_SECRET: Final = pattern(
    r"(?<!expose_client_)secret\b|password|(?<!non)sensitive\s*\(", re.IGNORECASE
)
#: Attributes of clients and roles that are not secrets.
PLAIN: Final = frozenset(
    {
        "access_token_validity_seconds",
        "action_set",
        "authorized_grant_type",
        "count",
        "description",
        "division_id",
        "domain",
        "entity_name",
        "name",
        "permissions",
        "role_id",
        "scopes",
        "state",
    }
)
_JSON_TOKEN: Final = pattern(r'"(?:[^"\\]|\\.)*"|[][{}:,]|[^][{}:,"\s]+')


class JsonValue(NamedTuple):
    """A value in JSON text, the keys that lead to it, and the list that contains it, or itself."""

    keys: tuple[str, ...]
    start: int
    end: int
    around: tuple[int, int]


@lru_cache(maxsize=8)
def json_values(text: str) -> Sequence[JsonValue]:
    """Return the scalar values in JSON text, which may be incomplete."""
    return tuple(_values(text))


def _values(text: str) -> Iterator[JsonValue]:
    keys: list[str] = []
    opened: list[int] = []
    key, is_value = "", False
    for token in _JSON_TOKEN.finditer(text):
        start, end = token.span()
        kind = token[0]
        is_in_list = bool(opened) and text[opened[-1]] == "["
        if kind in ("[", "{"):
            if kind == "{":
                keys.append(key)
            opened.append(start)
            is_value = kind == "["
        elif kind in ("]", "}"):
            if kind == "}" and keys:
                key = keys.pop()
            if opened:
                opened.pop()
            is_value = False
        elif kind == ":":
            is_value = True
        elif kind == ",":
            is_value = is_in_list
        elif is_value:
            around = (opened[-1], text.find("]", end) + 1) if is_in_list else (start, end)
            yield JsonValue((*keys, key), start, end, around)
        else:
            key = kind.strip('"')


def location(source: Source, start: int, end: int, *, show: bool = True) -> Location:
    """Return the lines of a range; `show` is false if the first line may hold a secret.

    A line that seems to hold a secret is never shown: other attributes may be on the same line, and
    in JSON syntax even the whole configuration.
    """
    line, column = source.position(start)
    text = source.line_text(line)
    if not show or names_secret(text) or (source.path.endswith(".json") and _holds_more(text)):
        return Location(source.path, line, source.line(end), column)
    return Location(source.path, line, source.line(end), column, text)


def names_secret(line: str) -> bool:
    """Whether a line seems to hold a secret, or to mark a value as one."""
    # This runs for every line that a report may show, and the regular expression is slow on lines
    # without these words.
    folded = line.casefold()
    if "secret" in folded or "password" in folded or "sensitive" in folded:
        return _SECRET.search(line) is not None
    return False


def _holds_more(line: str) -> bool:
    """Whether a line of JSON holds values of several properties, one of which may be secret."""
    if line.count(":") < 2:
        return False
    values = json_values(line)
    return len({value.keys for value in values}) > 1 and any(
        value.keys[-1] not in PLAIN for value in values
    )


def block_location(block: Block, *, show: bool = True) -> Location:
    return location(block.source, block.start, block.end, show=show)


class AttributeLocations(Mapping[str, Location]):
    """The locations of a client's attributes and of its last `roles` block, found on demand."""

    def __init__(self, block: Block) -> None:
        self._found: dict[str, Attribute | Block] = dict(block.body.attributes)
        for nested in block.body.blocks:
            if nested_type(nested) == "roles":
                self._found["roles"] = nested

    def __getitem__(self, name: str) -> Location:
        found = self._found[name]
        show = name not in SENSITIVE_ATTRIBUTES
        return location(found.source, found.start, found.end, show=show)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Origins(Mapping[str, tuple[Location, ...]]):
    """Where the values of a client's attributes are written, if that is elsewhere.

    Under ``roles`` are those of its roles' permissions, as far as files of variables give them.
    Looked up when asked.
    """

    def __init__(
        self, instance: ModuleInstance, block: Block, permissions: Iterable[Written]
    ) -> None:
        self._instance = instance
        self._block = block
        self._permissions = tuple(permissions)

    def __getitem__(self, name: str) -> tuple[Location, ...]:
        if name == "roles":
            written = [
                each for start in self._permissions for each in origins(start) if each.is_given
            ]
        else:
            found = self._block.body.attributes[name]
            written = origins(Written(self._instance, found, self._block))
        behind = dict.fromkeys(each.attribute for each in written)
        return tuple(location(each.source, each.start, each.end) for each in behind)

    def __iter__(self) -> Iterator[str]:
        yield from self._block.body.attributes
        if "roles" not in self._block.body.attributes:
            yield "roles"

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ValueLocations(Mapping[tuple[str, str], Location]):
    """The origins of attribute strings that are not literals of the attribute itself."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], SourceString] = {}

    def note(self, attribute: Attribute, text: object) -> None:
        """Record where a string comes from, if it is outside the attribute."""
        if isinstance(text, SourceString) and not (
            text.source is attribute.source and attribute.start <= text.start <= attribute.end
        ):
            self._found.setdefault((attribute.name, str(text)), text)

    def __getitem__(self, key: tuple[str, str]) -> Location:
        found = self._found[key]
        return location(found.source, found.start, found.end)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
