"""Reads an org with the operator's credentials, for the workflows that need one."""

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

#: A rate limit may ask for a whole minute, and reading a whole org may take long.
PATIENT = Limits(tries=6, waiting=150.0)
_REFUSED = range(400, 500)


class LiveOrg(Struct, frozen=True):
    """An org, and the credentials that read it."""

    credentials: Credentials
    hosts: Hosts
    connection: OrgConnection

    @property
    def has_given_token(self) -> bool:
        """Whether the operator is known only by a token, which may come from a user login."""
        return isinstance(self.credentials, GivenToken)

    @contextmanager
    def reading(self) -> Iterator[OrgReader]:
        """Log in and yield a reader; revoke the token at the end.

        Raises RemoteError if that fails.
        """
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
        """Return what Terraform has, with unknown roles resolved by the org.

        With `alone` there is no Terraform: the result is the org itself. With `clients` the result
        has the org's clients beside those of Terraform. An org that cannot be read is a problem in
        the result, and the rest stays as it is.
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
    """Return the org as the operator sees it, with credentials from the environment.

    Nothing is sent yet. Raises UsageError if the credentials or the region are missing.
    """
    hosts = connection.hosts  # report an unknown region first
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
