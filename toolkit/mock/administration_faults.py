"""Faults of administration calls: an answer from before a write, or one that differs from it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from toolkit.mock.scenario import Fault
from toolkit.mock.world import Body

_CONDITION: Final = "resourceConditionNode"
_ACTIONS: Final = "actionSet"
#: The write-only field of a credential.
_SECRET: Final = "credentialFields"  # noqa: S105 - a key's name


class Old(Struct, frozen=True):
    """An answer from before a write."""

    status: int
    body: bytes


_MISSING: Final = Old(404, b"{}")


class Past:
    """The answers to reads before the last write, by path."""

    def __init__(self) -> None:
        self._seen: dict[str, Old] = {}
        self._before: dict[str, Old] = {}

    def is_stale(self, path: str) -> bool:
        """Whether there was a write to the path."""
        return path in self._before

    def before(self, path: str) -> Old:
        return self._before[path]

    def note(self, method: str, path: str, status: int, body: bytes) -> None:
        """Record an answer."""
        if method == "GET":
            self._seen[path] = Old(status, body)
        elif status < 300:
            made = _decoded(body).get("id") if method == "POST" else None
            written = f"{path}/{made}" if isinstance(made, str) else path
            self._before[written] = self._seen.get(written, _MISSING)


def request_of(fault: Fault, body: bytes) -> bytes:
    """Return the request as the platform takes it."""
    if fault.kind == "lost-condition":
        return _rewritten(body, _unconditional)
    return body


def answer_of(fault: Fault, body: bytes) -> bytes:
    """Return the answer as the platform gives it."""
    if fault.kind == "expanded-wildcard":
        return _rewritten(body, lambda each: _expanded(each, list(fault.actions)))
    return body


def swallowed(request: bytes) -> Body:
    """Return a success for a request that has no effect."""
    made = {key: value for key, value in _decoded(request).items() if key != _SECRET}
    return {**made, "id": str(uuid.uuid4())}


def _unconditional(each: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in each.items() if key != _CONDITION}


def _expanded(each: Mapping[str, Any], actions: list[str]) -> dict[str, Any]:
    return {**each, _ACTIONS: actions} if each.get(_ACTIONS) == ["*"] else dict(each)


def _rewritten(body: bytes, of: Callable[[Mapping[str, Any]], dict[str, Any]]) -> bytes:
    """Return the JSON with `of` applied to every object in it; other text is unchanged."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return of({key: walk(inner) for key, inner in value.items()})
        return [walk(inner) for inner in value] if isinstance(value, list) else value

    try:
        return json.dumps(walk(json.loads(body))).encode()
    except ValueError:
        return body


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
