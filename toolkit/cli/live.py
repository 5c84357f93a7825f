"""The org that a command is asked to read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg


def asked_org(live: bool, hosts: dict[str, str | None]) -> LiveOrg | None:
    """The org to read; the HTTP client is loaded for who asks for one only."""
    if live:
        from toolkit.workflows import live_org

        return live_org(
            os.environ,
            region=hosts["region"],
            api_url=hosts["api_url"],
            login_url=hosts["login_url"],
            ca_bundle=hosts["ca_bundle"],
        )
    for name, value in hosts.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} says where an org is, and none is asked",
                hint=f"Give {option} with --live.",
            )
    return None
