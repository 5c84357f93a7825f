"""Which rules and clients one run covers: `--client`, `--select` and related options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from toolkit.judging.selectors import EVERY, Selection, select_named
from toolkit.model.clients import Client
from toolkit.policy.document import Policy, Rule


class RunFilter(Struct, frozen=True):
    """How a run narrows and overrides its policies. The defaults do neither.

    `clients` are globs over name or address that replace the rules' own selectors. `select` and
    `ignore` are ids of rules and checks; an empty `select` means all, and `ignore` wins. `unknown`
    replaces that setting of every rule. With `all_clients`, built-in notes and warnings cover every
    client and not only those that a rule selects. With `allows_no_clients`, no rule requires a
    client in an input that has only roles.
    """

    clients: tuple[str, ...] = ()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    unknown: Literal["fail", "report"] | None = None
    all_clients: bool = False
    allows_no_clients: bool = False

    def covers(self, name: str) -> bool:
        """Whether the run includes the rule or check with this id."""
        return name not in self.ignore and (not self.select or name in self.select)

    def may_concern_unseen(self, clients: Iterable[Client]) -> bool:
        """Whether the run may be about further clients that are not among these.

        False if the run only names clients in full, and each of them is among these.
        """
        if not self.clients:
            return True
        return any("*" in glob for glob in self.clients) or bool(self.unmatched(clients))

    def rules(self, policies: Iterable[Policy]) -> list[Rule]:
        """Return the rules that the run includes, with its overrides applied."""
        rules = [rule for policy in policies for rule in policy.rules if self.covers(rule.id)]
        if self.unknown is None:
            return rules
        return [msgspec.structs.replace(rule, unknown=self.unknown) for rule in rules]

    def chooses(self, client: Client) -> Selection:
        """Return whether the run is about the client."""
        return select_named(self.clients, client) if self.clients else EVERY

    def wants_a_match(self, rule: Rule) -> bool:
        """Whether a rule that matches no client is an unknown.

        A user who names a client expects it to exist, so this holds for `forbid` rules too.
        """
        if self.clients:
            return rule.must_match is not False
        return rule.wants_a_match

    def unmatched(self, clients: Iterable[Client]) -> Sequence[str]:
        """Return the globs that none of the clients can match."""
        clients = tuple(clients)
        return [
            glob
            for glob in self.clients
            if all(select_named((glob,), client).matches is False for client in clients)
        ]


#: All rules and checks, each on the clients that it selects.
EVERYTHING = RunFilter()
