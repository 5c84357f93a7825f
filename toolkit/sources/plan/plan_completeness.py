"""Tell how much of the configuration a plan covers."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from toolkit.model.clients import CLIENT_TYPE

#: The provider argument that makes it log all its requests and responses to a file.
_SDK_DEBUG: Final = "sdk_debug"


class _Actions(Struct, frozen=True):
    actions: tuple[str, ...] = ()


class _Change(Struct, frozen=True):
    address: str = ""
    type: str = ""
    change: _Actions = _Actions()


class Extent(Struct, frozen=True):
    """Terraform's own statements: `complete` since 1.8, `applyable` since 1.7; OpenTofu has
    neither.

    `deferred_changes` lists what the plan leaves to a later plan.
    """

    complete: bool | UnsetType = UNSET
    applyable: bool | UnsetType = UNSET
    deferred_changes: tuple[Raw, ...] = ()
    resource_changes: tuple[_Change, ...] = ()
    configuration: Raw = Raw(b"{}")

    @property
    def traced(self) -> tuple[str, ...]:
        """Return the provider configurations whose API calls are or may be logged."""
        providers = _object(_object(msgspec.json.decode(self.configuration)).get("provider_config"))
        return tuple(
            name
            for name, each in providers.items()
            if _may_be_true(_object(_object(each).get("expressions")).get(_SDK_DEBUG))
        )

    @property
    def partial(self) -> bool:
        """Whether something is certainly left out: by -target, or deferred."""
        return self.complete is False or bool(self.deferred_changes)

    @property
    def untold(self) -> bool:
        """Whether the plan does not tell if something is left out."""
        return self.complete is UNSET

    @property
    def leaving(self) -> tuple[str, ...]:
        """Return the addresses of OAuth clients that are destroyed and not replaced."""
        return tuple(
            each.address
            for each in self.resource_changes
            if each.type == CLIENT_TYPE and each.change.actions in (("delete",), ("forget",))
        )

    @property
    def replaced(self) -> tuple[str, ...]:
        """Return the addresses of OAuth clients that are replaced."""
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
    """Return the extent of a plan's JSON, which `read_json` has accepted."""
    return msgspec.json.decode(data, type=Extent)
