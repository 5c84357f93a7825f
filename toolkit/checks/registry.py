"""The built-in checks, in the order in which they are documented."""

from __future__ import annotations

from toolkit.checks import (
    client_inactive,
    client_without_roles,
    client_without_scopes,
    duplicate_name,
    ineffective_roles,
    ineffective_scopes,
    secret_in_state,
    wildcard_permission,
)
from toolkit.checks.built_in import BuiltIn

BUILT_INS: tuple[BuiltIn, ...] = (
    ineffective_scopes.CHECK,
    ineffective_roles.CHECK,
    client_without_roles.CHECK,
    client_without_scopes.CHECK,
    client_inactive.CHECK,
    secret_in_state.CHECK,
    wildcard_permission.CHECK,
    duplicate_name.CHECK,
)
