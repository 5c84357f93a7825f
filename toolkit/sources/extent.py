"""How much of what is configured a plan is about, before anyone applies it."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from toolkit.model.clients import CLIENT_TYPE


class _Actions(Struct, frozen=True):
    actions: tuple[str, ...] = ()


class _Change(Struct, frozen=True):
    address: str = ""
    type: str = ""
    change: _Actions = _Actions()


class Extent(Struct, frozen=True):
    """Terraform's own words: `complete` since 1.8, `applyable` since 1.7; OpenTofu has neither.

    `deferred_changes` are what the plan leaves for another one.
    """

    complete: bool | UnsetType = UNSET
    applyable: bool | UnsetType = UNSET
    deferred_changes: tuple[Raw, ...] = ()
    resource_changes: tuple[_Change, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether something is certain to be left out: by -target, or deferred."""
        return self.complete is False or bool(self.deferred_changes)

    @property
    def untold(self) -> bool:
        """Whether the plan does not say if something is left out."""
        return self.complete is UNSET

    @property
    def leaving(self) -> tuple[str, ...]:
        """The OAuth clients that will be gone, by address; a replaced one is there again."""
        return tuple(
            each.address
            for each in self.resource_changes
            if each.type == CLIENT_TYPE and each.change.actions in (("delete",), ("forget",))
        )

    @property
    def replaced(self) -> tuple[str, ...]:
        """The OAuth clients that are replaced, by address."""
        return tuple(
            each.address
            for each in self.resource_changes
            if each.type == CLIENT_TYPE and {"create", "delete"} <= set(each.change.actions)
        )

    @property
    def changes_nothing(self) -> bool:
        return self.applyable is False


def read_extent(data: bytes) -> Extent:
    """Of the JSON of a plan, which `read_json` has accepted."""
    return msgspec.json.decode(data, type=Extent)
