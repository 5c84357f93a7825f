"""Find the operation for a method and a path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from toolkit.contracts.contract import Operation

API: Final = ("api", "v2")
#: Replaces a part of a path that no published path has: an id, or other private data.
HIDDEN: Final = "..."
_PARAMETER: Final = "{}"


class _Node:
    __slots__ = ("below", "operations")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.operations: dict[str, Operation] = {}


class Routes:
    """The paths of operations. A later operation with the same method and path wins."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        self._words: set[str] = set()
        for operation in operations:
            node = self._root
            for part in _parts(operation.path):
                if part.startswith("{"):
                    part = _PARAMETER
                else:
                    self._words.add(part)
                node = node.below.setdefault(part, _Node())
            node.operations[operation.method] = operation

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation of a call, or None. A literal path segment wins over a parameter."""
        return _find(self._root, method, _parts(path))

    def shown(self, path: str) -> str:
        """Return the path with only words of published paths, and nothing private.

        The word after the version names the subject of the path, and is shown if it looks like a
        word.
        """
        shown = []
        for at, part in enumerate(_parts(path)):
            about = at == len(API) and len(part) <= 40 and part.replace("-", "").isalpha()
            shown.append(part if part in self._words or (about and part.isascii()) else HIDDEN)
        return "/" + "/".join(shown)


def operation_of_call(call: str, operations: Iterable[Operation]) -> Operation | None:
    """Return the operation of a call such as ``GET /api/v2/users``, also with a whole URL."""
    method, _, target = call.strip().partition(" ")
    path = path_of(target)
    return Routes(operations).find(method.upper(), path) if path else None


def path_of(target: str) -> str | None:
    """Return the path of a URL, or of a path with a query; None for anything else."""
    try:
        path = urlsplit(target.strip()).path
    except ValueError:
        return None
    return path if path.startswith("/") else None


def is_api(path: str) -> bool:
    """Whether the path belongs to the platform's API, not to its pages or its login."""
    return tuple(_parts(path)[: len(API)]) == API


def _parts(path: str) -> list[str]:
    """Return the segments of a path; repeated slashes count as one."""
    return [part for part in path.split("/") if part]


def _find(node: _Node, method: str, parts: list[str]) -> Operation | None:
    if not parts:
        return node.operations.get(method)
    for key in (parts[0], _PARAMETER):
        below = node.below.get(key)
        found = _find(below, method, parts[1:]) if below is not None else None
        if found is not None:
            return found
    return None
