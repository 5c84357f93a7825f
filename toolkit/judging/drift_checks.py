"""The ways in which an org can differ from the state, in the order of the documentation.

A difference that stops recordings is an error; one that grants more than intended is a warning.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from toolkit.model.findings import Severity


class DriftCheck(Struct, frozen=True):
    """One way in which an org can differ from the state."""

    id: str
    severity: Severity
    title: str
    fix: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_APPLY = (
    "Run terraform apply to restore it; if the change is intended, make it in the configuration."
)
_UNDO = "Run terraform apply to undo it; if it is intended, add it to the configuration."

IN_SYNC: Final = DriftCheck("in-sync", _E, "The org has what the state says", "")
CLIENT_MISSING: Final = DriftCheck(
    "client-missing",
    _E,
    "The org does not have the client",
    "Run terraform apply to create it again.",
)
CLIENT_DEACTIVATED: Final = DriftCheck(
    "client-deactivated", _E, "The client was made inactive", _APPLY
)
CLIENT_ACTIVATED: Final = DriftCheck("client-activated", _W, "The client was made active", _UNDO)
GRANT_TYPE_CHANGED: Final = DriftCheck(
    "grant-type-changed", _E, "The client's grant type was changed", _APPLY
)
SCOPE_REMOVED: Final = DriftCheck("scope-removed", _E, "The client lost scopes", _APPLY)
SCOPE_ADDED: Final = DriftCheck("scope-added", _W, "The client was given scopes", _UNDO)
ROLE_REMOVED: Final = DriftCheck("role-removed", _E, "The client lost a role", _APPLY)
ROLE_ADDED: Final = DriftCheck("role-added", _W, "The client was given a role", _UNDO)
PERMISSION_REMOVED: Final = DriftCheck(
    "role-permission-removed", _E, "A role of the client lost permissions", _APPLY
)
PERMISSION_ADDED: Final = DriftCheck(
    "role-permission-added", _W, "A role of the client was given permissions", _UNDO
)
SETTING_CHANGED: Final = DriftCheck(
    "setting-changed", _W, "A setting of the client was changed", _UNDO
)
WILDCARD_EXPANDED: Final = DriftCheck(
    "wildcard-expanded",
    _N,
    "The org grants a list instead of a wildcard",
    "List the permissions that the client needs in the role.",
)

DRIFT_CHECKS: Final = (
    CLIENT_MISSING,
    CLIENT_DEACTIVATED,
    CLIENT_ACTIVATED,
    GRANT_TYPE_CHANGED,
    SCOPE_REMOVED,
    SCOPE_ADDED,
    ROLE_REMOVED,
    ROLE_ADDED,
    PERMISSION_REMOVED,
    PERMISSION_ADDED,
    SETTING_CHANGED,
    WILDCARD_EXPANDED,
    IN_SYNC,
)
