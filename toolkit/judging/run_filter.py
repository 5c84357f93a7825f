"""What of the policies one run asks, and of which clients: `--client`, `--select` and the like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from toolkit.judging.selectors import EVERY, Selection, select_named
from toolkit.model.clients import Client
from toolkit.policy.document import Policy, Rule


class RunFilter(Struct, frozen=True):
    """How a run narrows and overrides its policies; as it stands, it does neither.

    `clients` are globs over name or address that replace the rules' own selectors. `select` and
    `ignore` are ids of rules and checks; with `select` empty all are asked, and `ignore` wins.
    `unknown` replaces that of every rule. With `all_clients` built-in notes and warnings are about
    every client, and not only about those that a rule selects. With `allows_no_clients` no rule
    waits for a client where there are roles alone.
    """

    clients: tuple[str, ...] = ()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    unknown: Literal["fail", "report"] | None = None
    all_clients: bool = False
    allows_no_clients: bool = False

    def covers(self, name: str) -> bool:
        """Whether the rule or check of this id is asked."""
        return name not in self.ignore and (not self.select or name in self.select)

    def may_concern_unseen(self, clients: Iterable[Client]) -> bool:
        """Whether the run may be about clients besides these, should there be any.

        It is not where it only names clients in full, and each is one of these.
        """
        if not self.clients:
            return True
        return any("*" in glob for glob in self.clients) or bool(self.unmatched(clients))

    def rules(self, policies: Iterable[Policy]) -> list[Rule]:
        """The rules that are asked, each as it counts."""
        rules = [rule for policy in policies for rule in policy.rules if self.covers(rule.id)]
        if self.unknown is None:
            return rules
        return [msgspec.structs.replace(rule, unknown=self.unknown) for rule in rules]

    def chooses(self, client: Client) -> Selection:
        """Whether the run is about the client."""
        return select_named(self.clients, client) if self.clients else EVERY

    def wants_a_match(self, rule: Rule) -> bool:
        """Whether no client at all is an unknown.

        Someone who names a client expects it to be there, so then it is for a `forbid` too.
        """
        if self.clients:
            return rule.must_match is not False
        return rule.wants_a_match

    def unmatched(self, clients: Iterable[Client]) -> Sequence[str]:
        """The globs that none of the clients can match."""
        clients = tuple(clients)
        return [
            glob
            for glob in self.clients
            if all(select_named((glob,), client).matches is False for client in clients)
        ]


#: All rules and checks, on the clients that they are about.
EVERYTHING = RunFilter()
