"""The permissions for reading an org, from the published operations (July 2026)."""

from __future__ import annotations

from typing import Final

CLIENTS: Final = "oauth:client:view"
ROLES: Final = "authorization:role:view"
GRANTS: Final = "authorization:grant:view"
#: `check --live` and `verify` need all of them.
OWN_RIGHTS: Final = (CLIENTS, ROLES, GRANTS)
