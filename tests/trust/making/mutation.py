"""Mutates inputs a few times: in their text, or in the structure of a document."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from tests.trust.making.chance import Chance

#: The limit for a document that is doubled again and again.
_LARGEST = 100_000
_WORDS = (
    b'"', b"{", b"}", b"[", b"]", b"${", b"%{", b"<<EOT\n", b"\n", b"\0", b"\xff", b"...", b": ",
    b"- ", b"&a ", b"*a", b"!!x ", b"<<: ", b"for", b"each.value", b"count = 3\n", b"null",
    b"dynamic", b"module", b"\\u0000", b"\xe2\x80\xa8", b"(", b")", b"/*", b"#",
)  # fmt: skip


def restructured(chance: Chance, document: Any) -> Any:
    """Remove, replace, move, wrap or repeat a value, or rename a key."""
    for _ in range(chance.number(1, 4)):
        places = list(_places(document))
        if not places:
            return chance.oddity()
        node, key = chance.pick(places)
        match chance.number(0, 5):
            case 0:
                del node[key]
            case 1:
                node[key] = [node[key]] if chance.often() else {"x": node[key]}
            case 2:
                other, at = chance.pick(places)
                # A copy, because a document must not contain itself.
                node[key] = copy.deepcopy(other[at])
            case 3 if isinstance(node, dict):
                node[str(chance.oddity())] = node.pop(key)
            case 4 if isinstance(node, list):
                node.extend([node[key]] * chance.pick((1, 50)))
            case _:
                node[key] = chance.oddity()
    return document


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container in a document, with each of its keys."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    )
    for key in keys:
        yield node, key
        yield from _places(node[key])


def retyped(chance: Chance, data: bytes, others: Sequence[bytes]) -> bytes:
    """Cut, flip or duplicate bytes, or copy them from another input."""
    for _ in range(chance.number(1, 6)):
        at = chance.number(0, len(data))
        end = min(len(data), at + chance.pick((1, 2, 8, 40, 400)))
        match chance.number(0, 6):
            case 0:
                data = data[:at] + data[end:]
            case 1:
                data = data[:at] + chance.pick(_WORDS) + data[at:]
            case 2:
                data = data[:at] + bytes([chance.number(0, 255)]) + data[end:]
            case 3:
                data = data[:end] + data[at:end] * chance.pick((1, 2, 30)) + data[end:]
            case 4:
                other = chance.pick(others)
                start = chance.number(0, len(other))
                data = data[:at] + other[start : start + 200] + data[at:]
            case 5:
                data = data[:at] + chance.pick(_WORDS) * chance.pick((2, 500)) + data[at:]
            case _:
                data = data[:at] if chance.often(0.2) else data
    return data[:_LARGEST]
