"""Read an org through the API into an `Inventory`: what is granted, not what is configured.

If the operator lacks a permission, the part behind it is unknown, named by that permission, and the
rest is read; without access to the clients nothing is. The platform's client lists name each
client's roles, so a subject's grants are read only if the list is not enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

from toolkit.bounds import working_on
from toolkit.genesys.api import Api, RefusedError
from toolkit.model.clients import USER_GRANTS, Client, Grant, Role
from toolkit.model.inventory import Inventory, Note
from toolkit.model.operator_needs import OperatorGrants
from toolkit.model.values import AttributeValue, Unknown
from toolkit.sources.live import read_rights
from toolkit.sources.live.api_bodies import (
    NO_TERRAFORM,
    GrantedRole,
    client_of,
    gone_role,
    granted_roles,
    grants_of_subject,
    is_deleted,
    permissions_offered,
    role_of,
    text,
    unread_client,
    unread_role,
)


class _Read(Struct, frozen=True):
    """A kind of read."""

    path: str
    permission: str
    scope: str
    tells: str

    @property
    def lacking(self) -> str:
        return f"the permission {self.permission} for the operator"

    @property
    def hint(self) -> str:
        return (
            f"The operator needs the permission {self.permission}, and for a token from a log-in "
            f"the scope {self.scope}."
        )


_CLIENTS: Final = _Read(
    "/api/v2/oauth/clients", read_rights.CLIENTS, "oauth:readonly", "what a client is set to"
)
_ROLES: Final = _Read(
    "/api/v2/authorization/roles",
    read_rights.ROLES,
    "authorization:readonly",
    "what a role grants",
)
_SUBJECTS: Final = _Read(
    "/api/v2/authorization/subjects",
    read_rights.GRANTS,
    "authorization:readonly",
    "which roles a client is granted",
)
_HOME: Final = "/api/v2/authorization/divisions/home"
_FULL: Final = {"includeFullRoles": "true"}
_OWN: Final = "/api/v2/authorization/subjects/me"
_PERMISSIONS: Final = "/api/v2/authorization/permissions"
_FORBIDDEN, _GONE = 403, 404


class OrgReader:
    """Reads one org; each role is read once. Methods raise RemoteError if the API fails."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._roles: dict[str, Role] = {}
        self._refused: dict[_Read, None] = {}
        self._home: str | None = None
        self._asked_home = False

    def restarted(self) -> OrgReader:
        """Return a reader of the same org with an empty cache."""
        return OrgReader(self._api)

    @property
    def name(self) -> str:
        """Return the org's name in reports: the host of its API."""
        return urlsplit(self._api.hosts.api).netloc

    def identity(self) -> tuple[str | None, str | None]:
        """Return the org's id and name, which every token may read; None for a missing one."""
        reply = self._api.get("/api/v2/tokens/me")
        told = reply.fields.get("organization") if reply.ok else None
        return text(told, "id"), text(told, "name")

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return notes on what the operator was not allowed to read."""
        return tuple(
            Note(
                "live-refused",
                f"{self.name} refused the operator {read.path} (403), which tells {read.tells}. "
                + read.hint,
            )
            for read in self._refused
        )

    @property
    def home(self) -> str | None:
        """Return the id of the home division; None if it may not be read."""
        if not self._asked_home:
            self._asked_home = True
            try:
                self._home = text(self._api.fetch(_HOME), "id")
            except RefusedError as refused:
                if refused.status != _FORBIDDEN:
                    raise
        return self._home

    def inventory(self) -> Inventory:
        """Return every client of the org; its id is its address."""
        working_on(f"Reading {self.name}", (self.name,))
        roles = self.roles()
        clients: dict[str, Client] = {}
        try:
            for page in self._api.pages(_CLIENTS.path):
                for body in page.entries:
                    identifier = text(body, "id")
                    if identifier is not None and not is_deleted(body):
                        clients[identifier] = self._listed(identifier, body)
                most = max(page.total or 0, len(clients))
                working_on(f"Reading {self.name}: {len(clients)} of {most} clients", (self.name,))
        except RefusedError as refused:
            if refused.status != _FORBIDDEN:
                raise
            raise RefusedError(
                refused.message, status=refused.status, hint=_CLIENTS.hint
            ) from refused
        return Inventory(self.name, "live", tuple(clients.values()), roles, self.notes)

    def roles(self) -> tuple[Role, ...]:
        """Return every role of the org; empty if they may not be read."""
        try:
            for body in self._api.entities(_ROLES.path):
                role = role_of(body)
                if role is not None and role.id is not None:
                    self._roles[role.id] = role
        except RefusedError as refused:
            self._note(refused, _ROLES)
        return tuple(self._roles.values())

    def may_read_roles(self) -> bool:
        return _ROLES not in self._refused

    @property
    def unread_roles(self) -> str:
        """Return what would decide a role that may not be read."""
        return _ROLES.lacking

    def client(
        self,
        client_id: str,
        root: str,
        address: str,
        terraform: Mapping[str, AttributeValue] = NO_TERRAFORM,
    ) -> Client | None:
        """Return the client with this id, named by `root` and `address`; None if the
        org has none.
        """
        try:
            body = self._one(_CLIENTS, client_id)
        except RefusedError as refused:
            if refused.status != _GONE:
                raise
            return None
        if body is not None and is_deleted(body):
            return None
        asks = body is None or body.get("authorizedGrantType") not in USER_GRANTS
        grants, unknown = self._grants(client_id, body or {}, ask_subject=asks)
        if body is not None:
            return client_of(
                body, root, address, grants=grants, grants_unknown=unknown, terraform=terraform
            )
        reason = Unknown(address, _CLIENTS.lacking)
        return unread_client(
            root, address, reason, grants=grants, grants_unknown=unknown, terraform=terraform
        )

    def role(self, role_id: str, said: Role | None = None) -> Role:
        """Return the role with this id; `said` is the fallback if reading it is forbidden."""
        known = self._roles.get(role_id)
        if known is not None:
            return known
        try:
            body = self._one(_ROLES, role_id)
        except RefusedError as refused:
            if refused.status != _GONE:
                raise
            role: Role | None = gone_role(role_id)
        else:
            role = said if body is None else role_of(body)
        if role is None:
            return unread_role(role_id, _ROLES.lacking)
        self._roles[role_id] = role
        return role

    def own_grants(self) -> OperatorGrants:
        """Return the operator's own grants, which every user may read."""
        named = grants_of_subject(self._api.fetch(_OWN, _FULL), _ROLES.lacking)
        if named is None:
            return OperatorGrants((), (Unknown("the operator's roles", _SUBJECTS.lacking),))
        grants = [
            Grant(self.role(each.role_id, each.said), self._division(each.division))
            for each in named
        ]
        return OperatorGrants(tuple(grants), home=self.home)

    def offered(self, domains: Iterable[str]) -> frozenset[str] | None:
        """Return the permissions of these domains that the org offers; None if reading is
        forbidden.

        The provider looks up its roles' permissions in the same way.
        """
        found: set[str] = set()
        try:
            for domain in domains:
                for entry in self._api.entities(
                    _PERMISSIONS, {"queryType": "domain", "query": domain}
                ):
                    found.update(permissions_offered(entry))
        except RefusedError:
            return None
        return frozenset(found)

    def _listed(self, identifier: str, body: Mapping[str, Any]) -> Client:
        named = granted_roles(body)
        unread = not self.may_read_roles() and any(
            each.role_id not in self._roles for each in named or ()
        )
        ask = body.get("authorizedGrantType") not in USER_GRANTS and (named is None or unread)
        grants, unknown = self._grants(identifier, body, ask_subject=ask)
        return client_of(body, self.name, identifier, grants=grants, grants_unknown=unknown)

    def _grants(
        self, client_id: str, body: Mapping[str, Any], *, ask_subject: bool
    ) -> tuple[list[Grant], list[Unknown]]:
        granted: Sequence[GrantedRole] | None = None
        if ask_subject:
            granted = self._of_subject(client_id)
        if granted is None:
            granted = granted_roles(body)
        if granted is None and body.get("authorizedGrantType") in USER_GRANTS:
            granted = ()  # the API omits an empty list; roles have no effect there
        if granted is None:
            return [], [Unknown(f"the roles of {client_id}", _SUBJECTS.lacking)]
        return [
            Grant(self.role(each.role_id, each.said), self._division(each.division))
            for each in granted
        ], []

    def _of_subject(self, client_id: str) -> list[GrantedRole] | None:
        try:
            body = self._one(_SUBJECTS, client_id, _FULL)
        except RefusedError as refused:
            if refused.status != _GONE:
                raise
            return None
        return None if body is None else grants_of_subject(body, _ROLES.lacking)

    def _division(self, division: str) -> str | None:
        return None if division == self.home else division

    def _one(
        self, read: _Read, identifier: str, params: Mapping[str, str] | None = None
    ) -> Mapping[str, Any] | None:
        """Return one object; None if the operator may not read it. Other refusals are raised."""
        if read in self._refused:
            return None
        try:
            return self._api.fetch(f"{read.path}/{quote(identifier, safe='')}", params)
        except RefusedError as refused:
            if refused.status == _GONE:
                raise
            self._note(refused, read)
            return None

    def _note(self, refused: RefusedError, read: _Read) -> None:
        """Record that this kind of read is forbidden; raise any other refusal."""
        if refused.status != _FORBIDDEN:
            raise refused
        self._refused[read] = None
