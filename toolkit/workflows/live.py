"""An org as the operator sees it, for the workflows that read one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct

from toolkit.errors import CredentialsError, RemoteError
from toolkit.genesys.api import Api, failed, is_rate_limit
from toolkit.genesys.credentials import (
    OPERATOR_ID,
    OPERATOR_SECRET,
    Credentials,
    operator_credentials,
)
from toolkit.genesys.pace import Pace
from toolkit.genesys.regions import Hosts, find_hosts, notes_on
from toolkit.genesys.transport import Limits, Transport
from toolkit.model.report import Problem
from toolkit.sources.live import OrgReader, Progress
from toolkit.sources.live_roles import OrgRoles, undecided
from toolkit.workflows.reading import Found

#: A rate limit may ask for a whole minute, and nobody reads a whole org in haste.
PATIENT = Limits(tries=6, waiting=150.0)
_REFUSED = range(400, 500)


class LiveOrg(Struct, frozen=True):
    """An org and who reads it. Times in seconds; `clock` and `sleep` are a test's to replace."""

    credentials: Credentials
    hosts: Hosts
    environ: Mapping[str, str]
    ca_bundle: str | None = None
    limits: Limits = PATIENT
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def reading(self) -> Iterator[OrgReader]:
        """Log in, and give the token back in the end. Raises RemoteError where that fails."""
        with Transport(
            limits=self.limits,
            ca_bundle=self.ca_bundle,
            environ=self.environ,
            sleep=self.sleep,
            pace=Pace(clock=self.clock, sleep=self.sleep),
        ) as transport:
            api = Api(transport, self.hosts)
            _log_in(api, self.credentials)
            try:
                yield OrgReader(api)
            finally:
                api.give_back()

    def join(self, found: Found, *, alone: bool, progress: Progress | None = None) -> Found:
        """What was found in Terraform, with the roles that it leaves open decided by the org.

        `alone` is a run without Terraform: then it is the org itself that was found. An org that
        cannot be read is a problem, and what was found stands as it is.
        """
        notes = {*found.notes, *notes_on(self.hosts)}
        inventories, problems = found.inventories, found.problems
        try:
            with self.reading() as org:
                if alone:
                    inventories = (*inventories, org.inventory(progress))
                else:
                    roles = OrgRoles(org.roles())
                    if org.may_read_roles():
                        inventories = tuple(map(roles.decide, inventories))
                    else:
                        inventories = tuple(undecided(i, org.unread_roles) for i in inventories)
                    notes.update(org.notes)
        except RemoteError as error:
            problems = (*problems, Problem(error.message, error.hint, error.exit_code))
        return Found(inventories, tuple(sorted(notes)), problems)


def live_org(
    environ: Mapping[str, str] = os.environ,
    *,
    region: str | None = None,
    api_url: str | None = None,
    login_url: str | None = None,
    ca_bundle: str | None = None,
    limits: Limits = PATIENT,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> LiveOrg:
    """The org that the operator's credentials and the region are for; nothing is sent yet.

    Raises UsageError where one of them is not given.
    """
    credentials = operator_credentials(environ)
    hosts = find_hosts(environ, region=region, api_url=api_url, login_url=login_url)
    return LiveOrg(credentials, hosts, environ, ca_bundle, limits, clock, sleep)


def _log_in(api: Api, credentials: Credentials) -> None:
    reply = api.log_in(credentials)
    if reply is None or api.has_token:
        return
    if reply.failure is None and reply.status in _REFUSED and not is_rate_limit(reply):
        raise CredentialsError(
            f"{reply.method} {reply.url}: the operator's credentials are refused ({reply.status})",
            hint=f"Check {OPERATOR_ID} and {OPERATOR_SECRET}, and the region: another region "
            "refuses them in the same words.",
        )
    raise failed(reply)
