"""The format of a scenario: the org that the mock plays, and the faults in it.

These types define the YAML files: an unknown key is an error. Every key has a default, because a
scenario usually states only its differences from the one that it extends.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(ge=0)]
#: A division by its id; ``home`` is the home division and ``*`` every one.
DivisionName = Text
Permission = Annotated[
    str,
    Meta(
        pattern=r"^[^:\s]+:[^:\s]+:[^:\s]+$",
        description="Write domain:entity:action; each may be *.",
    ),
]
GrantKind = Literal["user", "client-credentials"]


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping of a scenario that refuses unknown keys."""


class Organization(_Document, frozen=True, kw_only=True):
    id: Text = "00000000-0000-4000-8000-000000000001"
    name: Text = "Mock organisation"
    country: Text = "US"


class Division(_Document, frozen=True, kw_only=True):
    id: Text
    name: str = ""


class Role(_Document, frozen=True, kw_only=True):
    """A role; `permissions` are ``domain:entity:action``, each segment may be ``*``.

    A role with a `default_role_id` is built in; the id is the same in all orgs. `legacy` are its
    permissions in the old form.
    """

    id: Text
    name: str = ""
    permissions: tuple[Permission, ...] = ()
    default_role_id: str = ""
    legacy: tuple[str, ...] = ()


class Grant(_Document, frozen=True, kw_only=True):
    """A role held in a division."""

    role: Text
    division: DivisionName = "home"


class Client(_Document, frozen=True, kw_only=True):
    """An OAuth client."""

    id: Text
    name: str = ""
    secret: str = ""
    grant_type: Text = "CLIENT-CREDENTIALS"
    scopes: tuple[Text, ...] = ()
    grants: tuple[Grant, ...] = ()
    state: Literal["active", "inactive", "disabled"] = "active"
    #: When the platform deletes an inactive client; ISO 8601.
    deleted_on: str = ""
    validity_seconds: int = 86400


class User(_Document, frozen=True, kw_only=True):
    """A person who can log in; `grants` are the person's roles."""

    id: Text
    name: str = ""
    grants: tuple[Grant, ...] = ()


class Token(_Document, frozen=True, kw_only=True):
    """A token created in advance, as a login would create it.

    `user` is empty for a token of the client itself. `scopes` are the client's unless given.
    """

    id: Text
    client: str = ""
    user: str = ""
    scopes: tuple[Text, ...] | None = None
    expired: bool = False


class TimedState(_Document, frozen=True, kw_only=True):
    """A state and its duration in seconds; the last state has no end."""

    state: Text
    for_: Seconds = field(default=0.0, name="for")


States = Annotated[tuple[TimedState, ...], Meta(min_length=1)]


class Session(_Document, frozen=True, kw_only=True):
    """A recording session. Its `states` begin when a request first reads it."""

    id: Text
    conversation: str = ""
    media: tuple[Text, ...] = ("audio",)
    division: DivisionName = "home"
    states: States = (TimedState(state="active"),)
    #: The states after an accepted start.
    after_start: States = (TimedState(state="recording"),)


class Participant(_Document, frozen=True, kw_only=True):
    """Someone in a call. `starts` is false if an accepted start has no effect.

    `recording` is the state of the ad hoc recorder, `others` name the other recorders that have a
    recording; `paused` applies to all of them.
    """

    id: Text
    purpose: Text = "agent"
    states: States = (TimedState(state="connected"),)
    recording: bool = False
    paused: bool = False
    others: tuple[Literal["snippet", "customerExperience", "agentExperience"], ...] = ()
    starts: bool = True


class Conversation(_Document, frozen=True, kw_only=True):
    """A call. A participant belongs to the token's user only in name."""

    id: Text
    division: DivisionName = "home"
    participants: tuple[Participant, ...] = ()


class Enforcement(_Document, frozen=True, kw_only=True):
    """How strict the org is.

    `missing_scope`: a 403, the misleading 400 about the session's state, or nothing (the org has
    not enabled scopes). `invalid_payload`: a 400 that names the fields, or the misleading one.
    `self_reading`: with ``published``, a client reads its own token and grants with the published
    scopes alone; with ``open``, any valid token is enough. `user_context`: the operations that
    probably need a person refuse tokens without one.
    """

    missing_scope: Literal["forbidden", "misleading", "off"] = "forbidden"
    invalid_payload: Literal["named", "misleading"] = "named"
    self_reading: Literal["open", "published"] = "open"
    user_context: bool = False


class Limits(_Document, frozen=True, kw_only=True):
    """Requests per minute, counted for each token, and for each client at the token endpoint."""

    requests: Annotated[int, Meta(ge=1)] | None = None
    token_requests: Annotated[int, Meta(ge=1)] | None = None


class Fault(_Document, frozen=True, kw_only=True):
    """A fault of the requests that it matches.

    `path` is a glob in which only ``*`` is special. With `times`, only that many requests meet it,
    after the first `skip`. `when` says whether the platform acts on the request: ``before`` it does
    not, ``after`` it does and only the answer is lost.

    Kinds: ``latency`` waits `seconds`, then continues; ``status`` answers `status` with the
    platform's body (`code`, `message`) or with `body`; ``rate-limited`` is each endpoint's answer
    to too many calls; ``reset`` closes the connection; ``truncated`` sends half of the real answer,
    so the platform always acts; ``html`` answers a page instead of JSON.

    Kinds for administration: ``stale`` answers a read as before the last write, or with 404, so
    that a client that waits for its write loops until `times` is reached; ``expanded-wildcard``
    answers `actions` instead of ``*``; ``lost-condition`` keeps a role's policies without their
    conditions; ``swallowed`` answers a success but creates nothing.
    """

    kind: Literal[
        "latency", "status", "rate-limited", "reset", "truncated", "html",
        "stale", "expanded-wildcard", "lost-condition", "swallowed",
    ]  # fmt: skip
    method: Text = "*"
    path: Text = "*"
    when: Literal["before", "after"] = "before"
    times: Annotated[int, Meta(ge=1)] | None = None
    skip: Annotated[int, Meta(ge=0)] = 0
    seconds: Seconds = 0.0
    status: Annotated[int, Meta(ge=200, le=599)] = 503
    code: str = ""
    message: str = ""
    retry_after: Annotated[int, Meta(ge=0)] | None = None
    body: Any = None
    actions: tuple[Text, ...] = ("add", "delete", "edit", "view")


class Credentials(_Document, frozen=True, kw_only=True):
    """The credentials of a caller of the scenario: an id and a secret, or a token."""

    client: str = ""
    secret: str = ""
    token: str = ""


class Subjects(_Document, frozen=True, kw_only=True):
    """The credentials for each kind of grant, and those of the org's administrator."""

    operator: Credentials = Credentials()
    client_credentials: Credentials = Credentials()
    user: Credentials = Credentials()


class Target(_Document, frozen=True, kw_only=True):
    """What to start a recording on; `payload` is what to send, if the scenario is about it."""

    session: str = ""
    conversation: str = ""
    participant: str = ""
    payload: Any = None


class Scenario(_Document, frozen=True, kw_only=True):
    """A whole scenario. `causes` are what a diagnosis of it should name, most certain first."""

    description: Text
    extends: str = ""
    causes: tuple[Text, ...] = ()
    grants: tuple[GrantKind, ...] = ("user", "client-credentials")
    contracts: tuple[Text, ...] = (
        "recording-session",
        "call-recording",
        "recording-state",
        "snippet",
    )
    organization: Organization = Organization()
    home_division: Division = Division(id="00000000-0000-4000-8000-0000000000d0", name="Home")
    divisions: tuple[Division, ...] = ()
    scopes: tuple[Text, ...] = ()
    roles: tuple[Role, ...] = ()
    clients: tuple[Client, ...] = ()
    users: tuple[User, ...] = ()
    tokens: tuple[Token, ...] = ()
    sessions: tuple[Session, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    enforcement: Enforcement = Enforcement()
    limits: Limits = Limits()
    faults: tuple[Fault, ...] = ()
    subjects: Subjects = Subjects()
    target: Target = Target()
