"""The resources and the data sources."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, ClassVar, Final

from tf.iface import (
    CreateContext,
    DataSource,
    DeleteContext,
    ImportContext,
    ReadContext,
    ReadDataContext,
    Resource,
    UpdateContext,
)
from tf.schema import Schema
from tf.types import Unknown
from tf.utils import Diagnostics

from . import schemas
from .backends import (
    AUTH_DIVISION,
    AUTH_ROLE,
    CREDENTIAL,
    DIVISION_HOME,
    GROUP_ROLES,
    INTEGRATION,
    OAUTH_CLIENT,
    USER_ROLES,
    ApiError,
    Backend,
    Body,
)
from .bodies import (
    State,
    client_body,
    client_state,
    credential_body,
    credential_state,
    division_body,
    division_state,
    holder_body,
    holder_state,
    integration_body,
    integration_state,
    role_body,
    role_state,
)

_GRANT_TYPES: Final = (
    "CODE",
    "TOKEN",
    "SAML2BEARER",
    "SAML2-BEARER",
    "PASSWORD",
    "CLIENT-CREDENTIALS",
)
_VALIDITY_SECONDS: Final = range(300, 38_880_000 + 1)
_CONDITION_VALUES: Final = {
    "conjunction": ("AND", "OR"),
    "operator": ("EQ", "IN", "GE", "GT", "LE", "LT"),
    "type": ("USER", "QUEUE", "SCALAR", "VARIABLE"),
}
_PREFIX: Final = "genesyscloud_"


class StandinResource(Resource):
    """What all resources have in common; a subclass maps its state to an API body."""

    kind: ClassVar[str]
    schema: ClassVar[Schema]
    # Defaults of attributes that are not computed: if the configuration leaves such an attribute
    # out, an update restores the default too.
    defaults: ClassVar[State] = {}

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    @property
    def backend(self) -> Backend:
        backend: Backend = self._provider.backend
        return backend

    @classmethod
    def get_name(cls) -> str:
        return cls.kind.removeprefix(_PREFIX)

    @classmethod
    def get_schema(cls) -> Schema:
        return cls.schema

    @classmethod
    def settle(cls, proposed: State, prior: State) -> None:
        """Keep, in place, the prior value of an omitted attribute if that value is empty.

        Terraform's SDK v2 does not distinguish null from "", [] and false in its state. An omitted
        list is planned as an empty one.
        """
        for attribute in cls.schema.attributes:
            name, before = attribute.name, prior[attribute.name]
            if attribute.computed or proposed[name] is not None or before is None:
                continue
            if isinstance(before, list):
                proposed[name] = []
            elif not before and name not in cls.defaults:
                proposed[name] = before

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        """Fill, in place, what tf leaves null in a plan but the real provider does not."""
        for name, default in cls.defaults.items():
            if planned[name] is None:
                planned[name] = default

    def to_body(self, state: State) -> Body:
        raise NotImplementedError

    def to_state(self, body: Body, before: State) -> State:
        raise NotImplementedError

    def create(self, ctx: CreateContext, planned: State) -> State | None:
        def call() -> State:
            return self._applied(self.backend.create(self.kind, self.to_body(planned)), planned)

        summary = f"Failed to create {planned.get('name') or self.kind}"
        return self._attempt(ctx.diagnostics, summary, call, None)

    def read(self, ctx: ReadContext, current: State) -> State | None:
        def call() -> State | None:
            body = self.backend.read(self.kind, current["id"], self.to_body(current))
            return None if body is None else self.to_state(body, current)

        # After a failure the old state stays: null would mean that the resource is gone.
        return self._attempt(ctx.diagnostics, f"Failed to read {current['id']}", call, current)

    def update(self, ctx: UpdateContext, current: State, planned: State) -> State | None:
        def call() -> State:
            body = self.backend.update(self.kind, current["id"], self.to_body(planned))
            return self._applied(body, planned)

        return self._attempt(ctx.diagnostics, f"Failed to update {current['id']}", call, current)

    def delete(self, ctx: DeleteContext, current: State) -> State | None:
        def call() -> None:
            self.backend.delete(self.kind, current["id"])

        return self._attempt(ctx.diagnostics, f"Failed to delete {current['id']}", call, current)

    def import_(self, ctx: ImportContext, id: str) -> State | None:  # noqa: A002
        # Terraform calls read() immediately after this.
        empty: State = {attribute.name: None for attribute in self.schema.attributes}
        empty |= {block.type_name: [] for block in self.schema.block_types}
        return {**empty, **self.defaults, "id": id}

    def _applied(self, body: Body, planned: State) -> State:
        """Return the state after a change, with empty lists or null as planned."""
        state = self.to_state(body, planned)
        for attribute in self.schema.attributes:
            before = planned[attribute.name]
            if not isinstance(attribute.type, schemas.StringSet):
                continue
            if before == [] or (before is None and not state[attribute.name]):
                state[attribute.name] = before
        return state

    def _attempt(
        self,
        diagnostics: Diagnostics,
        summary: str,
        call: Callable[[], State | None],
        otherwise: State | None,
    ) -> State | None:
        try:
            return call()
        except ApiError as error:
            diagnostics.add_error(summary, error.detail(self.kind))
            return otherwise


class OAuthClient(StandinResource):
    kind = OAUTH_CLIENT
    schema = schemas.OAUTH_CLIENT
    defaults: ClassVar[State] = {
        "access_token_validity_seconds": 86400,
        "state": "active",
        "expose_client_secret": False,
    }

    def validate(self, diags: Diagnostics, type_name: str, config: State) -> None:
        super().validate(diags, type_name, config)
        _check(diags, config, "authorized_grant_type", _GRANT_TYPES)
        _check(diags, config, "state", ("active", "inactive"))
        _check(diags, config, "access_token_validity_seconds", _VALIDITY_SECONDS)

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        super().complete_plan(planned)
        if planned["roles"] is not Unknown:
            for role in planned["roles"]:
                if role["division_id"] is None:
                    role["division_id"] = Unknown

    def to_body(self, state: State) -> Body:
        return client_body(state, lambda: str(self.backend.home_division()["id"]))

    def to_state(self, body: Body, before: State) -> State:
        return client_state(body, before)

    def create(self, ctx: CreateContext, planned: State) -> State | None:
        made = super().create(ctx, planned)
        if made is None or not made["integration_credential_name"]:
            return made

        def call() -> State:
            fields = {"clientId": made["id"], "clientSecret": made["client_secret"] or "x"}
            body = {
                "name": made["integration_credential_name"],
                "type": {"name": "pureCloudOAuthClient"},
                "credentialFields": fields,
            }
            identifier = self.backend.create(CREDENTIAL, body)["id"]
            return {**made, "integration_credential_id": identifier}

        return self._attempt(ctx.diagnostics, "Failed to create a credential", call, made)

    def delete(self, ctx: DeleteContext, current: State) -> State | None:
        if current["integration_credential_id"]:
            self.backend.delete(CREDENTIAL, current["integration_credential_id"])
        return super().delete(ctx, current)


class AuthRole(StandinResource):
    kind = AUTH_ROLE
    schema = schemas.AUTH_ROLE

    def validate(self, diags: Diagnostics, type_name: str, config: State) -> None:
        super().validate(diags, type_name, config)
        for block in _blocks_within(config["permission_policies"]):
            for name, allowed in _CONDITION_VALUES.items():
                _check(diags, block, name, allowed, block="permission_policies")

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        super().complete_plan(planned)
        # An omitted value in a set of blocks is planned as an empty string.
        for block in _blocks_within(planned["permission_policies"]):
            for name in ("queue_id", "user_id", "value"):
                if name in block and block[name] is None:
                    block[name] = ""

    def to_body(self, state: State) -> Body:
        return role_body(state)

    def to_state(self, body: Body, before: State) -> State:
        return role_state(body, before)


class AuthDivision(StandinResource):
    kind = AUTH_DIVISION
    schema = schemas.AUTH_DIVISION

    def to_body(self, state: State) -> Body:
        return division_body(state)

    def to_state(self, body: Body, before: State) -> State:
        return division_state(body, before)


class IntegrationCredential(StandinResource):
    kind = CREDENTIAL
    schema = schemas.INTEGRATION_CREDENTIAL

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        super().complete_plan(planned)
        # In the SDK, a map with an unknown value is unknown as a whole.
        if isinstance(planned["fields"], dict) and Unknown in planned["fields"].values():
            planned["fields"] = Unknown

    def to_body(self, state: State) -> Body:
        return credential_body(state)

    def to_state(self, body: Body, before: State) -> State:
        return credential_state(body, before)


class Integration(StandinResource):
    kind = INTEGRATION
    schema = schemas.INTEGRATION
    defaults: ClassVar[State] = {"intended_state": "DISABLED"}

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        super().complete_plan(planned)
        for config in planned["config"] if planned["config"] is not Unknown else []:
            for name in ("advanced", "name", "properties"):
                if config[name] is None:
                    config[name] = Unknown
            if config["credentials"] and Unknown in config["credentials"].values():
                config["credentials"] = Unknown

    def to_body(self, state: State) -> Body:
        return integration_body(state)

    def to_state(self, body: Body, before: State) -> State:
        return integration_state(body, before)


class UserRoles(StandinResource):
    """The roles of a user."""

    kind = USER_ROLES
    schema = schemas.USER_ROLES
    who: ClassVar[str] = "user_id"

    @classmethod
    def complete_plan(cls, planned: State) -> None:
        super().complete_plan(planned)
        for role in planned["roles"] if planned["roles"] is not Unknown else []:
            if role["division_ids"] is None:
                role["division_ids"] = []

    def to_body(self, state: State) -> Body:
        return holder_body(state, self.who)

    def to_state(self, body: Body, before: State) -> State:
        return holder_state(body, before)


class GroupRoles(UserRoles):
    """The roles of a group."""

    kind = GROUP_ROLES
    schema = schemas.GROUP_ROLES
    who = "group_id"


class NamedData(DataSource):
    """Finds the object with exactly this name."""

    kind: ClassVar[str]
    schema: ClassVar[Schema]
    what: ClassVar[str]

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    @classmethod
    def get_name(cls) -> str:
        return cls.kind.removeprefix(_PREFIX)

    @classmethod
    def get_schema(cls) -> Schema:
        return cls.schema

    def read(self, ctx: ReadDataContext, config: State) -> State | None:
        name = config["name"]
        try:
            identifier = self._provider.backend.find(self.kind, name)
        except ApiError as error:
            ctx.diagnostics.add_error(f"Failed to get {self.what} {name}", error.detail(self.kind))
            return None
        if identifier is None:
            ctx.diagnostics.add_error(f"No {self.what} found with name {name}")
            return None
        return {"id": identifier, "name": name}


class AuthRoleData(NamedData):
    kind = AUTH_ROLE
    schema = schemas.AUTH_ROLE_DATA
    what = "authorization role"


class OAuthClientData(NamedData):
    kind = OAUTH_CLIENT
    schema = schemas.OAUTH_CLIENT_DATA
    what = "oauth client"


class DivisionHomeData(DataSource):
    """The organisation's home division."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    @classmethod
    def get_name(cls) -> str:
        return DIVISION_HOME.removeprefix(_PREFIX)

    @classmethod
    def get_schema(cls) -> Schema:
        return schemas.DIVISION_HOME_DATA

    def read(self, ctx: ReadDataContext, config: State) -> State | None:
        try:
            division = self._provider.backend.home_division()
        except ApiError as error:
            ctx.diagnostics.add_error("Failed to get home division", error.detail(DIVISION_HOME))
            return None
        return {
            "id": division["id"],
            "name": division["name"],
            "description": division.get("description", ""),
        }


def _check(
    diags: Diagnostics,
    config: State,
    name: str,
    allowed: Collection[Any],
    block: str | None = None,
) -> None:
    """Report a value that is set, known and not allowed, at the attribute or else its block."""
    value = config.get(name)
    if value is None or value is Unknown or value in allowed:
        return
    if isinstance(allowed, range):
        expected = f"in the range ({allowed[0]} - {allowed[-1]})"
    else:
        expected = f"one of {list(allowed)}"
    diags.add_error(f"expected {name} to be {expected}, got {value}", path=[block or name])


def _blocks_within(blocks: Any) -> Iterator[State]:
    """Yield all blocks of a set of blocks, at every depth; unknown ones are skipped."""
    if not isinstance(blocks, list):
        return
    for block in blocks:
        if isinstance(block, dict):
            yield block
            for value in block.values():
                yield from _blocks_within(value)
