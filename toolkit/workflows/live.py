"""An org as the operator sees it, for the workflows that read one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import CredentialsError, RemoteError
from toolkit.genesys.api import Api, failed, is_rate_limit
from toolkit.genesys.credentials import (
    OPERATOR_ID,
    OPERATOR_SECRET,
    Credentials,
    GivenToken,
    operator_credentials,
)
from toolkit.genesys.pace import Pace
from toolkit.genesys.regions import Hosts, notes_on
from toolkit.genesys.transport import Limits, Transport
from toolkit.model.report import Problem
from toolkit.sources.live.org_reader import OrgReader
from toolkit.sources.live.org_roles import OrgRoles, undecided
from toolkit.workflows.connection import FROM_ENVIRONMENT, OrgConnection
from toolkit.workflows.source_reading import Found

#: A rate limit may ask for a whole minute, and nobody reads a whole org in haste.
PATIENT = Limits(tries=6, waiting=150.0)
_REFUSED = range(400, 500)


class LiveOrg(Struct, frozen=True):
    """An org and who reads it."""

    credentials: Credentials
    hosts: Hosts
    connection: OrgConnection

    @property
    def has_given_token(self) -> bool:
        """Whether the operator is known by a token, which may be one from a log-in."""
        return isinstance(self.credentials, GivenToken)

    @contextmanager
    def reading(self) -> Iterator[OrgReader]:
        """Log in, and give the token back in the end. Raises RemoteError where that fails."""
        how = self.connection
        with Transport(
            limits=how.limits or PATIENT,
            ca_bundle=how.ca_bundle,
            environ=how.environ,
            sleep=how.sleep,
            pace=Pace(clock=how.clock, sleep=how.sleep),
        ) as transport:
            api = Api(transport, self.hosts)
            _log_in(api, self.credentials)
            try:
                yield OrgReader(api)
            finally:
                api.give_back()

    def join(self, found: Found, *, alone: bool, clients: bool = False) -> Found:
        """What was found in Terraform, with the roles that it leaves open decided by the org.

        `alone` is a run without Terraform: then it is the org itself that was found. With `clients`
        it is found beside what Terraform has. An org that cannot be read is a problem, and what was
        found stands as it is.
        """
        notes = {*found.notes, *notes_on(self.hosts)}
        asked = None
        try:
            with self.reading() as org:
                asked = self.connection.asked(org.identity())
                whole = org.inventory() if alone or clients else None
                if not alone:
                    read = org.roles() if whole is None else whole.roles
                    roles, open_roles = OrgRoles(read), org.unread_roles
                    if org.may_read_roles():
                        found = found.decided(roles.decide)
                    else:
                        found = found.decided(lambda each: undecided(each, open_roles))
                    notes.update(org.notes)
                if whole is not None:
                    all_of = (*found.inventories, whole)
                    found = replace(found, inventories=all_of, reads=())
        except RemoteError as error:
            problem = Problem(error.message, error.hint, error.exit_code)
            found = replace(found, problems=(*found.problems, problem))
        return replace(found, notes=tuple(sorted(notes)), org=asked)


def live_org(connection: OrgConnection = FROM_ENVIRONMENT) -> LiveOrg:
    """The org as the operator sees it, whose credentials the environment has; nothing is sent yet.

    Raises UsageError where the credentials or the region are not given.
    """
    hosts = connection.hosts  # a region that does not exist is told first
    return LiveOrg(operator_credentials(connection.environ), hosts, connection)


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
