"""Waiver comments as plain data, and the clients that each comment concerns."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from toolkit.model.addresses import without_keys
from toolkit.model.clients import CLIENT_TYPE, Client
from toolkit.model.inventory import InlineWaiver


class Comment(Struct, frozen=True, order=True):
    """A waiver comment; `client` is the name of the block that it belongs to."""

    path: str
    line: int
    client: str
    rule: str
    expires: str
    reason: str


def inline_waivers(
    comments: Iterable[tuple[str, Comment]], clients: Iterable[Client]
) -> tuple[InlineWaiver, ...]:
    """Return each comment with all clients of its block, in every instance of its module.

    Each comment comes with the address, without instance keys, of a module that reads its file.
    """
    made: dict[str, list[str]] = {}
    for client in clients:
        made.setdefault(without_keys(client.address), []).append(client.address)
    concerned: dict[Comment, set[str]] = {}
    for module_address, comment in comments:
        block = f"{CLIENT_TYPE}.{comment.client}"
        address = f"{module_address}.{block}" if module_address else block
        concerned.setdefault(comment, set()).update(made.get(address, ()))
    return tuple(
        InlineWaiver(
            f"{comment.path}:{comment.line}",
            comment.rule,
            tuple(sorted(addresses)),
            comment.reason,
            comment.expires,
        )
        for comment, addresses in sorted(concerned.items())
    )
