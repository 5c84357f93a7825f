"""The shape of a scenario: the org that the mock plays, and what goes wrong in it.

These types are the format of the YAML files: an unknown key is an error. Every key has a default,
because a scenario usually says only in what it differs from the one that it extends.
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
    """Every mapping of a scenario refuses keys that it does not know."""


class Organization(_Document, frozen=True, kw_only=True):
    id: Text = "00000000-0000-4000-8000-000000000001"
    name: Text = "Mock organisation"
    country: Text = "US"


class Division(_Document, frozen=True, kw_only=True):
    id: Text
    name: str = ""


class Role(_Document, frozen=True, kw_only=True):
    """A role; `permissions` are ``domain:entity:action``, each segment may be ``*``.

    One with a `default_role_id` is built in, and has it in all orgs; `legacy` are its permissions
    of the old form.
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
    """A person who can log in; what the person may do is what `grants` say."""

    id: Text
    name: str = ""
    grants: tuple[Grant, ...] = ()


class Token(_Document, frozen=True, kw_only=True):
    """A token minted in advance, as a log-in would have made it.

    `user` is empty for a token of the client itself. `scopes` are the client's unless given.
    """

    id: Text
    client: str = ""
    user: str = ""
    scopes: tuple[Text, ...] | None = None
    expired: bool = False


class TimedState(_Document, frozen=True, kw_only=True):
    """A state that something is in, for so many seconds; the last one stays."""

    state: Text
    for_: Seconds = field(default=0.0, name="for")


States = Annotated[tuple[TimedState, ...], Meta(min_length=1)]


class Session(_Document, frozen=True, kw_only=True):
    """A recording session. Its `states` begin when a request first looks at it."""

    id: Text
    conversation: str = ""
    media: tuple[Text, ...] = ("audio",)
    division: DivisionName = "home"
    states: States = (TimedState(state="active"),)
    #: What happens after a start that was accepted.
    after_start: States = (TimedState(state="recording"),)


class Participant(_Document, frozen=True, kw_only=True):
    """Someone in a call. `starts` is false when a start is accepted and nothing comes of it.

    `recording` is what the ad hoc recorder does, `others` name the other recorders that have a
    recording; `paused` holds for all of them.
    """

    id: Text
    purpose: Text = "agent"
    states: States = (TimedState(state="connected"),)
    recording: bool = False
    paused: bool = False
    others: tuple[Literal["snippet", "customerExperience", "agentExperience"], ...] = ()
    starts: bool = True


class Conversation(_Document, frozen=True, kw_only=True):
    """A call. A participant of a user grant belongs to the token's user only in name."""

    id: Text
    division: DivisionName = "home"
    participants: tuple[Participant, ...] = ()


class Enforcement(_Document, frozen=True, kw_only=True):
    """How strict the org is.

    `missing_scope`: a 403, the misleading 400 about the session's state, or nothing (the org has
    not switched scopes on). `invalid_payload`: a 400 that names the fields, or the misleading one.
    `self_reading`: with ``published``, a client reads its own token and grants by the published
    scopes alone; ``open`` lets every valid token do it. `user_context`: the operations that are
    suspected to need a person refuse tokens without one.
    """

    missing_scope: Literal["forbidden", "misleading", "off"] = "forbidden"
    invalid_payload: Literal["named", "misleading"] = "named"
    self_reading: Literal["open", "published"] = "open"
    user_context: bool = False


class Limits(_Document, frozen=True, kw_only=True):
    """Requests a minute, counted for each token, and for each client at the token endpoint."""

    requests: Annotated[int, Meta(ge=1)] | None = None
    token_requests: Annotated[int, Meta(ge=1)] | None = None


class Fault(_Document, frozen=True, kw_only=True):
    """Something that goes wrong with the requests it matches.

    `path` is a glob in which only ``*`` is special. With `times`, only so many requests meet it,
    after the first `skip`. `when` says whether the platform acts on the request: ``before`` it
    does not, ``after`` it does and only the answer is lost.

    kinds: ``latency`` waits `seconds`, then goes on; ``status`` answers `status` with the
    platform's body (`code`, `message`) or with `body`; ``rate-limited`` is what each endpoint
    says when it is called too often; ``reset`` closes the connection; ``truncated`` sends
    half of the real answer, so the platform always acts; ``html`` answers a page in place of JSON.

    Others are about what is administered: ``stale`` answers a read as before the last write, or
    404, so that who waits for what it wrote waits in a loop, which `times` ends;
    ``expanded-wildcard`` answers `actions` in place of ``*``; ``lost-condition`` keeps a role's
    policies without their conditions; ``swallowed`` answers that something was made that is not.
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
    """What whoever tries the scenario has in hand: an id and a secret, or a token."""

    client: str = ""
    secret: str = ""
    token: str = ""


class Subjects(_Document, frozen=True, kw_only=True):
    """The credentials for each kind of grant, and those of whoever administers the org."""

    operator: Credentials = Credentials()
    client_credentials: Credentials = Credentials()
    user: Credentials = Credentials()


class Target(_Document, frozen=True, kw_only=True):
    """What to start a recording on; `payload` is what to send, where that is the point."""

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
