"""The half of the probe that sends: step by step, with care for the conversation it acts on.

A start is sent at most once, and only if a read showed that the target is startable. A recording
that was not started here is not stopped. An interrupted run reports what it leaves behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from toolkit.contracts.contract import Phase
from toolkit.errors import SIGINT, Interrupted
from toolkit.genesys.api import Api
from toolkit.genesys.credentials import ClientSecret, Credentials
from toolkit.genesys.replies import Reply
from toolkit.model.observations import Observation
from toolkit.probe import responses
from toolkit.probe.payload import of_payload
from toolkit.probe.polling import Looker, Patience
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import (
    Probed,
    Target,
    default_payload,
    missing_parameters,
    path_of,
    same_id,
)

#: Pauses between reads of a recording that was just started, in seconds.
_CONFIRM_LOOKS = (0.25, 0.5, 1.0, 2.0, 3.0)
#: Statuses of a read after which the run continues, with the result unknown.
_NOT_KNOWN = range(400, 500)

_TOKENS_ME = "/api/v2/tokens/me"
_SUBJECTS_ME = "/api/v2/authorization/subjects/me"


class Plan(Struct, frozen=True):
    """What to probe. `wait` is in seconds; a given `payload` replaces the probe's own.

    `expected_client` is the client id that the token must belong to, and `address` its resource
    address.
    """

    what: Probed
    target: Target
    mode: Mode = Mode.START
    payload: Any = None
    has_payload: bool = False
    wait: float = 0.0
    expected_client: str | None = None
    address: str | None = None


class Runner(Struct):
    """One run of a plan. `tell` receives a line before each step."""

    api: Api
    plan: Plan
    tell: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _seen: list[Observation] = field(default_factory=list)
    _sending: bool = False

    def run(self, credentials: Credentials) -> tuple[Observation, ...]:
        """Carry out every step, in order. The token is revoked whatever happens.

        Raises Interrupted, which says what is left behind.
        """
        try:
            self._steps(credentials)
        except KeyboardInterrupt as error:
            number = error.number if isinstance(error, Interrupted) else SIGINT
            raise Interrupted(number, self._leave()) from error
        finally:
            self._give_back()
        return tuple(self._seen)

    def _steps(self, credentials: Credentials) -> None:
        session = None
        there = self._log_in(credentials) and self._api_there()
        if there and self._who_am_i() and self._may_look:
            session = self._session()
        payload, checked = self._payload(session)
        if self.plan.mode is not Mode.START:
            return
        reason = self._why_not_start(session, checked)
        if reason:
            self._skip(Stage.START, reason)
            return
        self._start(payload)

    # The caller

    def _log_in(self, credentials: Credentials) -> bool:
        self.tell("asking for a token")
        plan = self.plan
        facts = {"expected_client": plan.expected_client, "address": plan.address}
        if isinstance(credentials, ClientSecret):
            facts["client_id"] = credentials.client_id
        reply = self.api.log_in(credentials)
        if reply is None:
            given = Observation(
                Stage.TOKEN.value, "skipped", detail="a token was given", facts=facts
            )
            self._seen.append(given)
        else:
            self._seen.append(responses.of_token(reply, facts))
        return self.api.has_token

    def _api_there(self) -> bool:
        """Ask for an unpublished API first, because no document of the platform promises it.

        Returns whether to continue, which is false if nothing answers.
        """
        if self.plan.what.contract.unpublished is None:
            return True
        listed = self._looker.listing()
        if listed is None:
            return True
        self._note(listed)
        return listed.status is not None and not listed.facts.get("limited")

    @property
    def _may_look(self) -> bool:
        """Whether a session may be read; an API without sessions has none to read."""
        return self.plan.mode is not Mode.PREFLIGHT and not self._listed_nowhere

    @property
    def _listed_nowhere(self) -> bool:
        return any(o.name == Stage.SESSIONS.value and o.status == 404 for o in self._seen)

    def _who_am_i(self) -> bool:
        """Read the caller's identity and rights; return whether to continue.

        The right to read oneself is not needed for that.
        """
        self.tell("asking whose token it is")
        owner = self._note(responses.of_owner(self.api.get(_TOKENS_ME)))
        if not _goes_on(owner):
            return False
        self.tell("asking what it may do")
        reply = self.api.get(_SUBJECTS_ME, {"includeFullRoles": "true"})
        return _goes_on(self._note(responses.of_grants(reply)))

    # The thing to record

    def _session(self) -> Observation | None:
        target, looker = self.plan.target, self._looker
        patience = Patience(self.plan.wait, self.sleep, self.clock)
        if missing_parameters(self.plan.what.read, target):
            target, listed = looker.find(target, patience)
            if listed is not None:
                self._note(listed)
            if missing_parameters(self.plan.what.read, target):
                return None
            self.plan = replace(self.plan, target=target)
        self.tell("reading the session")
        session = self._note(looker.wait_for(target, patience))
        asked = any(seen.name == Stage.SESSIONS.value for seen in self._seen)
        if session.status == 404 and not asked:
            listed = looker.listing()
            if listed is not None:
                self._note(listed)
        return session if session.outcome == "ok" else None

    @property
    def _looker(self) -> Looker:
        return Looker(self.api, self.plan.what, self.tell)

    # The payload

    def _payload(self, session: Observation | None) -> tuple[Any, Observation]:
        plan = self.plan
        payload, conversation = plan.payload, plan.target.conversation_id
        if not plan.has_payload:
            known = conversation or (session.facts.get("conversation") if session else None)
            payload = default_payload(plan.what.start, self.api.hosts.api, known)
            if payload is None:
                if plan.mode is Mode.PREFLIGHT:
                    return None, Observation(Stage.PAYLOAD.value, "skipped")
                detail = "the conversation is not known, so no payload was made"
                return None, self._skip(Stage.PAYLOAD, detail)
        checked = of_payload(
            plan.what,
            payload,
            session=session,
            conversation_id=conversation,
            own=not plan.has_payload,
            to_be_sent=True,
        )
        return payload, self._note(checked)

    def _why_not_start(self, session: Observation | None, payload: Observation) -> str | None:
        """Return why no start may be sent; None if it may."""
        if not self.api.has_token:
            return "there is no token"
        owner = next((o for o in self._seen if o.name == Stage.WHO_AM_I.value), None)
        if owner is None or not _goes_on(owner):
            return "the API did not accept the token, or did not answer"
        actual = owner.facts.get("client_id") or self._seen[0].facts.get("client_id")
        if self.plan.expected_client and not same_id(self.plan.expected_client, actual):
            return "the token is not known to belong to the client that is meant"
        if self._listed_nowhere:
            return "the API has no list of sessions"
        if session is None:
            return "the session's state is not known"
        if session.facts.get("recording_told") is False:
            return "the call does not say whether the participant is being recorded"
        if session.facts.get("phase") != Phase.STARTABLE.value:
            return "the session cannot be started in its state"
        if payload.outcome != "ok":
            return "the payload is not valid"
        return None

    # The start, once

    def _start(self, payload: Any) -> None:
        start = self.plan.what.start
        self.tell("starting the recording")
        path = path_of(start, self.plan.target)
        self._sending = True
        reply = self.api.send_once(start.method, path, payload)
        sent = self._note(responses.of_start(reply, start))
        if sent.facts.get("never_sent"):
            return
        self._clean_up(sent, self._confirm(sent))

    def _confirm(self, sent: Observation) -> Observation:
        """Read the session again: for the recording, or for the reason of the refusal."""
        self.tell("looking at the session again")
        looker, target = self._looker, self.plan.target
        after = looker.look(Stage.CONFIRM, target)
        for pause in _CONFIRM_LOOKS if sent.outcome == "ok" or sent.facts.get("lost") else ():
            if _recording(after) or after.outcome != "ok":
                break
            self.sleep(pause)
            after = looker.look(Stage.CONFIRM, target)
        return self._note(after)

    def _clean_up(self, sent: Observation, after: Observation) -> None:
        """Stop what was started here, if that is certain and the contract has a stop.

        The detail of the skipped step names any other recording that may be running.
        """
        accepted, seen = sent.outcome == "ok", _recording(after)
        if accepted and seen and self.plan.what.stop_payload is not None:
            self.tell("stopping the recording")
            self._stop()
        elif seen:
            self._skip(Stage.STOP, _GOES_ON[_how(sent)], {"goes_on": True})
        elif accepted or sent.facts.get("lost"):
            read = after.outcome == "ok"
            self._skip(Stage.STOP, _NOT_SEEN if read else _NOT_READ, {"goes_on": None})

    def _stop(self, *, parting: bool = False) -> Observation:
        what = self.plan.what
        path = path_of(what.start, self.plan.target)
        reply = self.api.send_once(what.start.method, path, what.stop_payload, parting=parting)
        return self._note(responses.observe(Stage.STOP, reply))

    # The end

    def _leave(self) -> str:
        """Return what an interrupted run leaves behind; stop what it may, if that is quick."""
        try:
            return self._left()
        except KeyboardInterrupt:  # a second interrupt leaves no time for anything
            return "A start was sent, and not stopped: the recording may go on."

    def _left(self) -> str:
        by_name = {seen.name: seen for seen in self._seen}
        sent, stop = by_name.get(Stage.START.value), by_name.get(Stage.STOP.value)
        if not self._sending or (sent is not None and sent.facts.get("never_sent")):
            return "No start was sent."
        if stop is not None and stop.outcome == "ok":
            return _STOPPED
        if sent is None or sent.facts.get("lost"):
            return "The start was sent, and whether it was carried out is not known: look at it."
        if sent.outcome != "ok":
            return "The start was refused."
        if self.plan.what.stop_payload is None:
            return "The start was accepted, and the contract has no stop: the recording goes on."
        self.tell("interrupted: stopping the recording")
        after = by_name.get(Stage.CONFIRM.value)
        if after is None:
            after = self._looker.look(Stage.CONFIRM, self.plan.target, parting=True)
        if not _recording(after):
            return "The start was accepted, and nothing was stopped: the recording may go on."
        if self._stop(parting=True).outcome == "ok":
            return _STOPPED
        return "The recording that was started could not be stopped: it goes on."

    def _give_back(self) -> None:
        try:
            reply: Reply | None = self.api.give_back()
        except KeyboardInterrupt:
            # Everything important is done; its report must not be lost.
            self._note(Observation(Stage.GIVE_BACK.value, "failed", detail="interrupted"))
            return
        if reply is not None:
            self._note(responses.observe(Stage.GIVE_BACK, reply))

    def _note(self, observation: Observation) -> Observation:
        self._seen.append(observation)
        return observation

    def _skip(self, stage: Stage, why: str, facts: Mapping[str, Any] | None = None) -> Observation:
        return self._note(Observation(stage.value, "skipped", detail=why, facts=facts or {}))


def run(
    api: Api,
    plan: Plan,
    credentials: Credentials,
    *,
    tell: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Sequence[Observation]:
    """Carry out the plan; no answer of the API raises an error."""
    return Runner(api, plan, tell, sleep).run(credentials)


#: Why an observed recording is left running, by the result of the start.
_GOES_ON = {
    "accepted": "the contract has no stop: the recording goes on",
    "lost": "it is not certain that this start began the recording, so it is not stopped: it "
    "goes on",
    "refused": "the start was refused, so the recording that is seen is another's: it goes on",
}
_STOPPED = "The API accepted the request to stop the recording that was started."
_NOT_SEEN = "no recording is seen, so nothing is stopped: one that begins later goes on"
_NOT_READ = "the session cannot be read, so nothing is stopped: a recording may go on"


def _how(sent: Observation) -> str:
    return "accepted" if sent.outcome == "ok" else "lost" if sent.facts.get("lost") else "refused"


def _recording(seen: Observation) -> bool:
    return seen.facts.get("phase") == Phase.RECORDING.value


def _goes_on(seen: Observation) -> bool:
    """Whether the next step may be tried: a refusal to read oneself stops nothing."""
    if seen.outcome == "ok":
        return True
    refused = seen.outcome == "refused" and not seen.facts.get("limited")
    return refused and seen.status != 401 and seen.status in _NOT_KNOWN
