"""The roles that a plan grants to a client, a user or a group."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Grant, Role
from toolkit.model.values import Unknown
from toolkit.sources.attribution import NO_ROLES, Attribution, Attributor
from toolkit.sources.divisions import DivisionBook
from toolkit.sources.marks import marks
from toolkit.sources.plan.configured_instance import BLOCKS, ConfiguredInstance
from toolkit.sources.plan.plan_configuration import Expression
from toolkit.sources.plan.plan_references import Scope, Tracer
from toolkit.sources.resources import as_list
from toolkit.sources.role_blocks import Block, Entry, RoleById, Traced, traced


class PlannedRoles(Struct, frozen=True):
    """Reads `roles` entries; resolves unknown ones by the configuration's `roles` blocks."""

    tracer: Tracer
    by_id: RoleById
    divisions: DivisionBook

    def of(
        self, address: str, block: ConfiguredInstance, entries: Any, unknown: Any
    ) -> Attribution:
        """Return the roles of an instance: its planned `entries` with their `after_unknown`."""
        if not entries and not marks(unknown):
            return NO_ROLES
        found = self._given(address, block, entries, unknown)
        return replace(found, grants=tuple(map(self._staying, found.grants)))

    def _staying(self, grant: Grant) -> Grant:
        """Return the grant; if the apply ends its division, its permissions are unknown."""
        if not self.divisions.ends(grant.division):
            return grant
        assert isinstance(grant.division, Unknown)  # noqa: S101 - the book says that it ends
        # The origin `resource` keeps other sources from filling in the permissions. The id is left
        # out because it may be sensitive.
        address = grant.role.address
        role = Role("resource", address=address, name=grant.role.name, unknown=(grant.division,))
        return replace(grant, role=role)

    def _given(
        self, address: str, block: ConfiguredInstance, entries: Any, unknown: Any
    ) -> Attribution:
        attributor = Attributor(f"{address}.roles", self.by_id, self.divisions)
        if unknown is True:
            return attributor.all_unknown(self._blocks(block))
        merged = [
            Entry.of(entry, mark)
            for entry, mark in zip_longest(
                as_list(entries), unknown if isinstance(unknown, list) else []
            )
        ]
        if not marks(unknown):
            return attributor.known(merged)
        return attributor.attribute(merged, self._blocks(block))

    def _blocks(self, block: ConfiguredInstance) -> list[Block]:
        listed = block.expressions.get("roles")
        return [
            Block(
                self._traced(each.get("role_id"), block.scope),
                self._traced(each.get("division_id", each.get("division_ids")), block.scope),
            )
            for each in msgspec.convert(listed or [], BLOCKS)
        ]

    def _traced(self, expression: Expression | None, scope: Scope) -> Traced:
        if expression is None:
            return Traced()
        tracer = self.tracer
        return traced(
            expression, tracer.trace(expression, scope), tracer.likely_value(expression, scope)
        )
