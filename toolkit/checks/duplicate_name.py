"""Two clients with the same name: the platform's client list does not tell them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.phrases import few
from toolkit.model.clients import Client
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    """Compare within one root only, because other roots may be other organisations."""
    named: defaultdict[str, list[Client]] = defaultdict(list)
    for client in inventory.clients:
        if isinstance(client.name, str):
            named[client.name].append(client)
        elif len(inventory.clients) > 1:
            yield Undecided(client, (client.name,))
    for name, clients in named.items():
        if len(clients) > 1:
            yield from _judge(name, clients)


def _judge(name: str, clients: list[Client]) -> Iterator[Finding | Undecided]:
    certain = [client for client in clients if client.existence is None]
    doubts: tuple[Unknown, ...] = tuple(c.existence for c in clients if c.existence is not None)
    for client in clients:
        if len(certain) > 1:
            others = few([other.address for other in certain if other is not client])
            yield Finding(client, f'Shares the name "{name}" with {others}.', client.where("name"))
        else:
            yield Undecided(client, doubts)


CHECK = BuiltIn(
    id="duplicate-name",
    title="Clients share a name",
    severity=Severity.WARNING,
    why="The platform lists clients by name: with two of the same name, people "
    "change the wrong one or hand out its credentials.",
    fix="Give each client a unique name.",
    find=find,
)
