"""Which org to connect to, and how: the same for probe, verify and check."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from toolkit.catalog.catalog import SHIPPED
from toolkit.genesys.regions import Hosts, find_hosts
from toolkit.genesys.transport import Limits
from toolkit.model.report import Org


class OrgConnection(Struct, frozen=True, kw_only=True):
    """An org to send requests to.

    `region`, such as ``eu-west-1``, names the org's region; by default `environ` names it.
    `api_url` and `login_url` replace the region's URLs; they may use http to another machine only
    with `allow_http`. `environ` also has the credentials. `ca_bundle` is a path of certificates in
    PEM form. `limits` bound each request; without them each workflow uses its own. Tests may
    replace `clock` and `sleep`, in seconds, and `now`.
    """

    region: str | None = None
    api_url: str | None = None
    login_url: str | None = None
    ca_bundle: str | None = None
    allow_http: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    limits: Limits | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def hosts(self) -> Hosts:
        """Return the URLs of the API and of the login. Raises UsageError if nothing names them."""
        return find_hosts(
            self.environ,
            region=self.region,
            api_url=self.api_url,
            login_url=self.login_url,
            allow_http=self.allow_http,
        )

    def asked(self, identity: tuple[str | None, str | None], hosts: Hosts | None = None) -> Org:
        """Return the org for a report; `identity` is the org's own id and name."""
        when = self.now().isoformat(timespec="seconds")
        host = urlsplit((hosts or self.hosts).api).netloc
        return Org(host, *identity, when, SHIPPED.header.date)


#: The org that the environment names, with the credentials from there.
FROM_ENVIRONMENT: Final = OrgConnection()
