"""The org that a command is asked to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.cli.options import connection
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg


def asked_org(live: bool, hosts: dict[str, Any]) -> LiveOrg | None:
    """Return the org to read, or None. The HTTP client is imported only if there is one."""
    if live:
        from toolkit.workflows import live_org

        org = connection(hosts)
        # Report a misspelled region before missing credentials.
        if hosts.get("region"):
            org.hosts  # noqa: B018
        return live_org(org)
    for name, value in hosts.items():
        if value not in (None, False):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} says where an org is, and none is asked",
                hint=f"Give {option} with --live.",
            )
    return None
