"""Find clients that a plan destroys and recreates at another address: a `moved` block is missing.

A client is recognized by name and grant type, if both are known and no other destroyed or created
client has them. If the name changes together with the label, the client counts as new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.inventory import Succession
from toolkit.sources.json_shapes import Change, ResourceChange
from toolkit.sources.marks import by_attribute

_ALIKE = ("name", "authorized_grant_type")


def renamed(changes: Iterable[tuple[ResourceChange, Change]]) -> Iterator[Succession]:
    """Yield a succession of kind ``renamed`` for each of these clients."""
    gone: dict[tuple[str, ...], list[str]] = {}
    made: dict[tuple[str, ...], list[str]] = {}
    for change, planned in changes:
        if change.type != CLIENT_TYPE or change.mode != "managed" or change.deposed is not None:
            continue
        if planned.actions == ["delete"]:
            values, hidden = planned.before or {}, [planned.before_sensitive]
            side = gone
        elif planned.actions == ["create"] and planned.importing is None:
            values, hidden = planned.after or {}, [planned.after_sensitive, planned.after_unknown]
            side = made
        else:
            continue
        marked = [by_attribute(each, values) for each in hidden]
        found = [
            None if any(each.get(name) for each in marked) else values.get(name) for name in _ALIKE
        ]
        key = tuple(text for text in found if isinstance(text, str) and text)
        if len(key) == len(_ALIKE):
            side.setdefault(key, []).append(change.address)
    for key, old in gone.items():
        new = made.get(key, [])
        if len(old) == len(new) == 1:
            yield Succession("renamed", new[0], old[0])
