"""How much of what is configured a plan is about, before anyone applies it."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from toolkit.model.clients import CLIENT_TYPE

#: The argument of the provider that has it write all that it sends and is answered into a file.
_SDK_DEBUG: Final = "sdk_debug"


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
    configuration: Raw = Raw(b"{}")

    @property
    def traced(self) -> tuple[str, ...]:
        """The configurations of the provider that have, or may have, it trace its calls."""
        providers = _object(_object(msgspec.json.decode(self.configuration)).get("provider_config"))
        return tuple(
            name
            for name, each in providers.items()
            if _may_be_true(_object(_object(each).get("expressions")).get(_SDK_DEBUG))
        )

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


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _may_be_true(expression: Any) -> bool:
    return expression is not None and _object(expression).get("constant_value") is not False


def read_extent(data: bytes) -> Extent:
    """Of the JSON of a plan, which `read_json` has accepted."""
    return msgspec.json.decode(data, type=Extent)
