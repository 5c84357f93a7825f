"""The built-in checks, in the order of the documentation."""

from __future__ import annotations

from toolkit.checks import (
    client_inactive,
    client_without_roles,
    client_without_scopes,
    duplicate_name,
    excess_permission,
    excess_scope,
    ineffective_roles,
    ineffective_scopes,
    invalid_role_id,
    replaced_client,
    secret_in_state,
    skipped_terraform,
    unpublished_permission,
    unpublished_scope,
    unread_module,
    user_context_suspected,
    wildcard_permission,
)
from toolkit.checks.operator_checks import OPERATOR_CHECKS
from toolkit.judging.check_interface import BuiltIn

BUILT_INS: tuple[BuiltIn, ...] = (
    ineffective_scopes.CHECK,
    ineffective_roles.CHECK,
    client_without_roles.CHECK,
    client_without_scopes.CHECK,
    invalid_role_id.CHECK,
    client_inactive.CHECK,
    secret_in_state.CHECK,
    wildcard_permission.CHECK,
    duplicate_name.CHECK,
    replaced_client.CHECK,
    unpublished_scope.CHECK,
    unpublished_permission.CHECK,
    user_context_suspected.CHECK,
    excess_scope.CHECK,
    excess_permission.CHECK,
    unread_module.CHECK,
    skipped_terraform.CHECK,
)

#: The ids that policies, waivers and options may name besides the ids of rules.
CHECK_IDS: tuple[str, ...] = (
    *(check.id for check in BUILT_INS),
    *(check.id for check in OPERATOR_CHECKS),
)
