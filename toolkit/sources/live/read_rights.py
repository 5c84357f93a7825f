"""What reading an org takes; as the published operations ask for it (July 2026)."""

from __future__ import annotations

from typing import Final

CLIENTS: Final = "oauth:client:view"
ROLES: Final = "authorization:role:view"
GRANTS: Final = "authorization:grant:view"
#: `check --live` and `verify` need them all.
OWN_RIGHTS: Final = (CLIENTS, ROLES, GRANTS)
