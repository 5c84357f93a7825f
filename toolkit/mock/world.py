"""The current state of the org: the scenario, and what requests have changed since."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from toolkit.mock.scenario import Client, Grant, Participant, Role, Scenario, Session, TimedState

#: A body of the API; the org stores clients and roles as the API writes them.
Body = dict[str, Any]
Clock = Callable[[], float]

ALL_DIVISIONS = "*"
AD_HOC, SNIPPET = "adhoc", "snippet"
RECORDERS = (AD_HOC, SNIPPET, "customerExperience", "agentExperience")
_HOME = "home"
_MINUTE = 60.0


class Timeline:
    """A sequence of states; the time runs from the first read."""

    def __init__(self, phases: tuple[TimedState, ...], clock: Clock) -> None:
        self._phases = phases
        self._clock = clock
        self._began: float | None = None

    @property
    def state(self) -> str:
        now = self._clock()
        if self._began is None:
            self._began = now
        elapsed = now - self._began
        for phase in self._phases[:-1]:
            elapsed -= phase.for_
            if elapsed < 0:
                return phase.state
        return self._phases[-1].state


class RecordingSession(Struct):
    """A session of the thread's API."""

    given: Session
    timeline: Timeline

    def body(self) -> Body:
        return {
            "id": self.given.id,
            "state": self.timeline.state,
            "conversationId": self.given.conversation,
            "mediaTypes": list(self.given.media),
        }


class CallParticipant(Struct):
    """Someone in a call, and whether they are being recorded."""

    given: Participant
    timeline: Timeline
    #: By the names of the API, without the word for a state.
    recorders: set[str]
    paused: bool = False

    @property
    def recording(self) -> bool:
        return bool(self.recorders)

    def record(self, recorder: str, on: bool) -> None:
        """Start or stop one recorder; when the last recorder stops, the pause ends too."""
        if on:
            self.recorders.add(recorder)
        else:
            self.recorders.discard(recorder)
        self.paused = self.paused and self.recording

    def body(self) -> Body:
        state = "paused" if self.paused else "active"
        return {
            "id": self.given.id,
            "purpose": self.given.purpose,
            "state": self.timeline.state,
            "recording": self.recording,
            "recordingState": state if self.recording else "none",
            "securePause": self.paused,
            "recordersState": {
                f"{name}State": state.upper() if name in self.recorders else "NONE"
                for name in RECORDERS
            },
        }


class PhoneCall(Struct):
    """A conversation by phone."""

    id: str
    division: str
    participants: dict[str, CallParticipant]

    def body(self) -> Body:
        people = [participant.body() for participant in self.participants.values()]
        states = {person["recordingState"] for person in people}
        return {
            "id": self.id,
            "participants": people,
            "recordingState": next((s for s in ("active", "paused") if s in states), "none"),
        }


class AccessToken(Struct, frozen=True):
    """A token: the client it was created for, and the user who logged in, if any.

    It keeps its scopes when the client's scopes change; a client's own token has no meaningful
    scopes.
    """

    client: str
    user: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: float = float("inf")


class _Window(Struct):
    """Counts the requests of the last minute."""

    times: dict[str, deque[float]] = field(default_factory=dict)

    def admits(self, key: str, limit: int | None, now: float) -> bool:
        if limit is None:
            return True
        times = self.times.setdefault(key, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= limit:
            return False
        times.append(now)
        return True


class World:
    """Everything that requests read and change."""

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self.scenario = scenario
        self.clock = clock
        self.home = scenario.home_division.id
        self.divisions = {
            item.id: {
                "id": item.id,
                "name": item.name or item.id,
                "homeDivision": item.id == self.home,
            }
            for item in (scenario.home_division, *scenario.divisions)
        }
        self.roles = {role.id: _role_body(role) for role in scenario.roles}
        self.clients = {client.id: self._client_body(client) for client in scenario.clients}
        self.secrets = {client.id: client.secret for client in scenario.clients}
        self.users = {user.id: user for user in scenario.users}
        self.user_grants = {
            user.id: [(grant.role, self.division_id(grant.division)) for grant in user.grants]
            for user in scenario.users
        }
        #: Credentials of integrations, without their secret fields.
        self.credentials: dict[str, Body] = {}
        self.default_roles = {
            role["id"]: dict(role) for role in self.roles.values() if role.get("defaultRoleId")
        }
        self.tokens = {
            token.id: AccessToken(
                client=token.client,
                user=token.user,
                scopes=self._scopes(token.client, token.user, token.scopes),
                expires_at=clock() if token.expired else float("inf"),
            )
            for token in scenario.tokens
        }
        self.sessions = {
            item.id: RecordingSession(item, Timeline(item.states, clock))
            for item in scenario.sessions
        }
        self.calls = {
            item.id: PhoneCall(
                item.id,
                self.division_id(item.division),
                {
                    person.id: CallParticipant(
                        person,
                        Timeline(person.states, clock),
                        {*person.others, *((AD_HOC,) if person.recording else ())},
                        person.paused,
                    )
                    for person in item.participants
                },
            )
            for item in scenario.conversations
        }
        self._requests = _Window()
        self._token_requests = _Window()

    def division_id(self, name: str) -> str:
        """Return the id for a division's name in a scenario."""
        return self.home if name == _HOME else name

    def log_in(
        self, client: str, user: str, scopes: tuple[str, ...] | None, expires_at: float
    ) -> str:
        """Return the token of a user who logs in, with the client's current scopes unless given."""
        granted = self._scopes(client, user, scopes)
        return self.mint(AccessToken(client, user, granted, expires_at))

    def mint(self, token: AccessToken) -> str:
        """Return the text of a new token, which is recognisable as a mock's."""
        text = f"mock-token-{uuid.uuid4()}"
        self.tokens[text] = token
        return text

    def grants_of(self, token: AccessToken) -> Iterator[tuple[str, str]]:
        """Yield role id and division id of each grant of the token's bearer.

        For a user token these are the user's grants; the roles of a client count only if it logs in
        for itself.
        """
        if token.user:
            yield from self.grants_of_subject(token.user)
        elif self.clients[token.client]["authorizedGrantType"] == "CLIENT-CREDENTIALS":
            yield from self.grants_of_subject(token.client)

    def grants_of_subject(self, subject: str) -> Iterator[tuple[str, str]]:
        if subject in self.users:
            yield from self.user_grants[subject]
        else:
            for item in self.clients[subject]["roleDivisions"]:
                yield item["roleId"], item["divisionId"]

    def grants_to_change(self, subject: str) -> list[tuple[str, str]]:
        return list(self.grants_of_subject(subject))

    def grant(self, subject: str, grants: list[tuple[str, str]]) -> None:
        """Replace all grants of a user or client."""
        if subject in self.users:
            self.user_grants[subject] = grants
        else:
            self.clients[subject]["roleDivisions"] = [
                {"roleId": role, "divisionId": division} for role, division in grants
            ]

    def _scopes(self, client: str, user: str, given: tuple[str, ...] | None) -> tuple[str, ...]:
        if not user:
            return ()
        return tuple(self.clients[client]["scope"]) if given is None else given

    def admits_request(self, token: str) -> bool:
        """Whether the token is still within the scenario's limit of requests."""
        return self._requests.admits(token, self.scenario.limits.requests, self.clock())

    def admits_token_request(self, client: str) -> bool:
        return self._token_requests.admits(
            client, self.scenario.limits.token_requests, self.clock()
        )

    def restart(self, session: RecordingSession) -> None:
        """Set the session to the states that follow a start."""
        session.timeline = Timeline(session.given.after_start, self.clock)

    def _client_body(self, client: Client) -> Body:
        return {
            "id": client.id,
            "name": client.name or client.id,
            "authorizedGrantType": client.grant_type,
            "accessTokenValiditySeconds": client.validity_seconds,
            "registeredRedirectUri": [],
            "scope": list(client.scopes),
            "roleDivisions": [self._role_division(grant) for grant in client.grants],
            "state": client.state,
            **({"dateToDelete": client.deleted_on} if client.deleted_on else {}),
        }

    def _role_division(self, grant: Grant) -> Body:
        return {"roleId": grant.role, "divisionId": self.division_id(grant.division)}


def _role_body(role: Role) -> Body:
    policies = []
    for permission in role.permissions:
        domain, entity, action = permission.split(":")
        policies.append({"domain": domain, "entityName": entity, "actionSet": [action]})
    body = {
        "id": role.id,
        "name": role.name or role.id,
        "permissions": list(role.legacy),
        "permissionPolicies": policies,
        "default": bool(role.default_role_id),
        "base": bool(role.default_role_id),
    }
    if role.default_role_id:
        body["defaultRoleId"] = role.default_role_id
    return body
