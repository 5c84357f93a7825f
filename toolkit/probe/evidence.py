"""Summarises the observations: the questions that the causes ask about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from toolkit.contracts.contract import Operation, PermissionMode, Phase
from toolkit.model.clients import CLIENT_CREDENTIALS, USER_GRANTS
from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.model.permissions import permission_covers, scope_covers
from toolkit.probe.responses import AD_HOC
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import Probed

#: The grant type of a token request with only an id and a secret, as the probe sends it.
BY_SECRET = "client_credentials"  # noqa: S105 - the name of a grant type
#: The statuses with which an API answers a call that it has, because it examined the body or the
#: caller's rights. A 401, a bare 403 and a 404 are answered before that.
_KNOWN = (400, 409, 415, 422)
#: The statuses for something that never existed, or is gone. The platform lists both for each of
#: its operations, and an error code only for the first.
NOT_THERE = (404, 410)
#: The statuses for a refused body.
_ABOUT_WHAT_WAS_SENT = (400, 413, 415, 422)
_OF_RIGHTS = ("missing.permissions", "missing.any.permissions")
#: The steps that call the API itself, with the token.
API_STAGES = (
    Stage.WHO_AM_I,
    Stage.OWN_GRANTS,
    Stage.SESSIONS,
    Stage.SESSION,
    Stage.START,
)


class View(Struct, frozen=True):
    """A contract and the observations. If a step was repeated, its last observation counts.

    `is_published` says whether the platform publishes a scope, `is_permission` whether it publishes
    a permission.
    """

    what: Probed
    observations: Sequence[Observation]
    mode: Mode = Mode.START
    is_published: Callable[[str], bool] = lambda _: True
    is_permission: Callable[[str], bool] = lambda _: False

    def seen(self, stage: Stage) -> Observation | None:
        """Return the step, if it was carried out."""
        found = [item for item in self.observations if item.name == stage.value]
        return found[-1] if found and found[-1].outcome != "skipped" else None

    def skipped(self, stage: Stage) -> str | None:
        """Return why a step was skipped."""
        return next(
            (
                item.detail
                for item in self.observations
                if item.name == stage.value and item.outcome == "skipped"
            ),
            None,
        )

    def ok(self, stage: Stage) -> Observation | None:
        """Return the step, if it succeeded."""
        seen = self.seen(stage)
        return seen if seen is not None and seen.outcome == "ok" else None

    def fact(self, stage: Stage, name: str) -> Any:
        """Return a fact of the step; None if it was not observed."""
        seen = self.seen(stage)
        return seen.facts.get(name) if seen is not None else None

    def known(self, stage: Stage, name: str) -> Any:
        """Return a fact of the step, also of a skipped one."""
        return next((o.facts.get(name) for o in self.observations if o.name == stage.value), None)

    @property
    def start(self) -> Operation:
        return self.what.start

    @property
    def act(self) -> str:
        return self.what.act

    # The caller

    @property
    def client_id(self) -> str | None:
        """Return the client of the token; if it may not ask, the id that it logged in with."""
        known = self.fact(Stage.WHO_AM_I, "client_id") or self._token_fact("client_id")
        return known if isinstance(known, str) else None

    @property
    def expected_client(self) -> str | None:
        known = self._token_fact("expected_client")
        return known if isinstance(known, str) else None

    @property
    def address(self) -> str | None:
        """Return the Terraform address of the client, if a state was given."""
        known = self._token_fact("address")
        return known if isinstance(known, str) else None

    def _token_fact(self, name: str) -> Any:
        # With a given token, the token step is skipped, but its facts are valid.
        return self.known(Stage.TOKEN, name)

    @property
    def logs_in_for_itself(self) -> bool | None:
        """Whether it is a CLIENT-CREDENTIALS client; None if that is unknown."""
        grant = self.fact(Stage.WHO_AM_I, "grant_type")
        if isinstance(grant, str) and grant.upper() in (CLIENT_CREDENTIALS, *USER_GRANTS):
            return grant.upper() == CLIENT_CREDENTIALS
        # The API gives only such clients a token for an id and a secret.
        asked = self.asked_by if self.ok(Stage.TOKEN) is not None else ""
        return asked == BY_SECRET if asked else None

    @property
    def asked_by(self) -> str:
        """Return the grant type of the token request; empty if a recording does not show it."""
        grant = self.fact(Stage.TOKEN, "grant")
        return grant if isinstance(grant, str) else BY_SECRET

    # The caller's rights

    @property
    def missing_scopes(self) -> tuple[str, ...] | None:
        """Return the scopes that it lacks for a start, by the shortest way; None if unknown."""
        held = self.fact(Stage.WHO_AM_I, "scopes")
        if self.logs_in_for_itself or self.start.scopes == ((),):
            return ()
        if self.start.scopes is None or held is None:
            return None
        lacking = [
            tuple(need for need in needs if not any(scope_covers(have, need) for have in held))
            for needs in self.start.scopes
        ]
        fewest = min(lacking, key=len, default=())
        # If the grant type is unknown, a lacking scope may not matter; a held one is enough.
        return None if fewest and self.logs_in_for_itself is None else fewest

    @property
    def invented_scopes(self) -> tuple[str, ...]:
        """Return the held scopes that neither the platform nor the contract knows."""
        named = [need for needs in self.start.scopes or () for need in needs]
        return tuple(
            held
            for held in self.fact(Stage.WHO_AM_I, "scopes") or ()
            if not self.is_published(held) and not any(scope_covers(held, need) for need in named)
        )

    @property
    def missing_permissions(self) -> tuple[str, ...] | None:
        """Return the permissions that its own grants lack in every division; None if unknown."""
        needed = self.start.permissions
        if needed is None or needed.mode is PermissionMode.BACKEND:
            return None
        if needed.mode is PermissionMode.NONE or not needed.names:
            return ()
        grants = self.ok(Stage.OWN_GRANTS)
        if grants is None:
            return None
        everywhere = list(grants.facts["permissions"].get("*", ()))
        choices = [[*everywhere, *held] for held in grants.facts["permissions"].values()]
        lacking = [
            tuple(n for n in needed.names if not any(permission_covers(have, n) for have in held))
            for held in choices or [everywhere]
        ]
        if needed.mode is PermissionMode.ANY:
            lacking = [() if len(each) < len(needed.names) else each for each in lacking]
        found = min(lacking, key=len)
        return None if found and not grants.facts.get("complete") else found

    def permissions_named(self, refused: Observation) -> tuple[str, ...]:
        """Return the permissions that a refusal names, else known ones in its text."""
        named: tuple[str, ...] = refused.facts.get("permissions", ())
        own = self.start.permissions.names if self.start.permissions is not None else ()
        words = refused.facts.get("mentioned", ()) if not named else ()
        return named or tuple(word for word in words if word in own or self.is_permission(word))

    @property
    def holds_another_published_permission(self) -> bool:
        """Whether it holds a permission that is enough as published, but not by the contract."""
        grants = self.ok(Stage.OWN_GRANTS)
        held = grants.facts["permissions"].values() if grants is not None else ()
        return any(
            permission_covers(have, name)
            for have in (pattern for each in held for pattern in each)
            for name in self.start.published_permissions
        )

    @property
    def divisions_with_permission(self) -> tuple[str, ...]:
        """Return the divisions in which its own grants hold everything that a start needs."""
        needed = self.start.permissions
        if needed is None:
            return ()
        return self.divisions_with(needed.names, any_of=needed.mode is PermissionMode.ANY)

    def divisions_with(self, names: tuple[str, ...], *, any_of: bool) -> tuple[str, ...]:
        """Return the divisions in which its own grants hold all of `names`, or any of them."""
        grants, combine = self.ok(Stage.OWN_GRANTS), any if any_of else all
        return tuple(
            where
            for where, held in (grants.facts["permissions"].items() if grants is not None else ())
            if combine(any(permission_covers(have, name) for have in held) for name in names)
        )

    @property
    def api_missing(self) -> Confidence | None:
        """Return how certain it is that the API has none of the contract's calls; None if it may.

        It has none if the list of sessions answers 404 or 410, and a call that every org has
        answers anything else.
        """
        listing, owner = self.seen(Stage.SESSIONS), self.seen(Stage.WHO_AM_I)
        if listing is None or listing.outcome != "refused" or listing.status not in NOT_THERE:
            return None
        no_owner = owner is not None and owner.status in NOT_THERE
        if self.strange or self._answered_by_it or no_owner:
            return None
        answers = owner is not None and owner.outcome in ("ok", "refused")
        return Confidence.PROVEN if answers and listing.code else Confidence.LIKELY

    @property
    def _answered_by_it(self) -> bool:
        """Whether a call of the contract got an answer that only an API with this call gives."""
        seen = [each for s in (Stage.SESSION, Stage.START, Stage.CONFIRM) if (each := self.seen(s))]
        return any(
            each.outcome == "ok" or each.code in _OF_RIGHTS or (each.code and each.status in _KNOWN)
            for each in seen
        )

    def by_contract(self, diagnosis: Diagnosis) -> Diagnosis:
        """Return the diagnosis; an unpublished contract makes it likely at most."""
        unpublished = self.what.contract.unpublished
        if unpublished is None:
            return diagnosis
        proven = diagnosis.confidence is Confidence.PROVEN
        sure = Confidence.LIKELY if proven else diagnosis.confidence
        return replace(diagnosis, confidence=sure, by=f"{unpublished.source}'s contract")

    def by_reading(self, diagnosis: Diagnosis) -> Diagnosis:
        """Return the diagnosis, less certain: it rests on our reading of an inexact document."""
        likely = replace(diagnosis, confidence=Confidence.LIKELY, by="our reading of this call")
        return self.by_contract(likely)

    def assured(self, stage: Stage) -> Confidence:
        """Return how certain it is that the step is about the caller of the start."""
        return Confidence.LIKELY if self.fact(stage, "assumed") else Confidence.PROVEN

    # The server

    @property
    def admitted(self) -> Observation | None:
        """Return the first answer that shows an accepted token; a refused right is one too."""
        for stage in (*API_STAGES, Stage.CONFIRM):
            seen = self.seen(stage)
            # A file does not tell whose request it was.
            if seen is None or seen.facts.get("undated"):
                continue
            if seen.outcome == "ok" or (seen.status == 403 and seen.code):
                return seen
        return None

    @property
    def unanswered(self) -> bool:
        """Whether no request that was sent got an answer."""
        sent = [each for each in self.observations if each.method is not None]
        return bool(sent) and all(each.status is None for each in sent)

    @property
    def finds_nothing(self) -> tuple[Observation, ...]:
        """Return the refusals of a server that answers 404 to calls that every org has."""
        answered = [seen for stage in API_STAGES if (seen := self.seen(stage)) is not None]
        refused = [seen for seen in answered if seen.outcome == "refused"]
        everything = len(refused) == len(answered) and all(e.status in NOT_THERE for e in refused)
        named = any(seen.name == Stage.WHO_AM_I.value for seen in refused)
        return tuple(refused) if everything and named else ()

    @property
    def strange(self) -> tuple[Observation, ...]:
        """Return refusals of another server: all are 404, or none has the API's form.

        A 401 or 403 does not count: a gateway in front of the API may well answer it.
        """
        if self.finds_nothing:
            return self.finds_nothing
        if self.mode is Mode.EXPLAIN:  # a recording may lack the bodies
            return ()
        answered = [seen for stage in API_STAGES if (seen := self.seen(stage)) is not None]
        if any(seen.outcome == "ok" or seen.code for seen in answered):
            return ()
        refused = (seen for seen in answered if seen.outcome == "refused")
        return tuple(
            seen
            for seen in refused
            if seen.status in range(400, 500)
            and seen.status not in (401, 403)
            and not seen.facts.get("limited")
        )

    # The events

    @property
    def phase(self) -> Phase | None:
        """Return the phase of the session before the start."""
        known = self.fact(Stage.SESSION, "phase")
        return Phase(known) if known is not None else None

    @property
    def phase_after(self) -> Phase | None:
        known = self.fact(Stage.CONFIRM, "phase")
        return Phase(known) if known is not None else None

    @property
    def undated(self) -> bool:
        """Whether it is unknown when the session had its known state."""
        return bool(self.fact(Stage.SESSION, "undated"))

    def untimed(self, stage: Stage) -> bool:
        """Whether a step's time is known only from the order in a file, or not even from that."""
        return bool(self.fact(stage, "untimed") or self.fact(stage, "undated"))

    @property
    def accepted(self) -> bool:
        """Whether a start was answered with a success."""
        return self.ok(Stage.START) is not None

    @property
    def confirmed(self) -> bool:
        """Whether the request had its effect: a recording that did not exist before, or one that
        changed to the requested state.
        """
        if not self.accepted or self.phase_after is not Phase.RECORDING:
            return False
        if self.fact(Stage.CONFIRM, "left"):
            return False
        # Without a read before, the recording may be older.
        if self.ok(Stage.SESSION) is None:
            return False
        if self.what.pauses:
            asked = self.is_as_asked(Stage.CONFIRM)
            return asked and (bool(self.undated) or not self.is_as_asked(Stage.SESSION))
        if self.fact(Stage.CONFIRM, "paused") or self.fact(Stage.CONFIRM, "contradictory"):
            return False
        if self.is_recorded_by_others_alone(Stage.CONFIRM):
            return False
        if self.undated or self.phase is not Phase.RECORDING:
            return True
        return self.is_recorded_by_others_alone(Stage.SESSION)

    def is_as_asked(self, stage: Stage) -> bool:
        """Whether the recording is paused, or runs, as the request asks."""
        asks = self.fact(Stage.PAYLOAD, "asks")
        if self.fact(stage, "phase") != Phase.RECORDING.value or asks is None:
            return False
        name = "all_paused" if asks == "paused" else "paused"
        return bool(self.fact(stage, name)) is (asks == "paused")

    @property
    def own_recorder(self) -> str:
        """Return the recorder that the call starts; a snippet call may start the ad hoc one."""
        is_ad_hoc = bool(self.fact(Stage.PAYLOAD, "adhoc"))
        return AD_HOC if is_ad_hoc else self.start.recorder

    def is_recorded_by_others_alone(self, stage: Stage) -> bool:
        """Whether the recorders are known, and the call's own recorder is not among them."""
        recorders: tuple[str, ...] = self.fact(stage, "recorders") or ()
        return bool(recorders) and self.own_recorder not in (*recorders, "")

    @property
    def refused(self) -> Observation | None:
        """Return the start, if the API refused it; rate limits and server errors don't count."""
        seen = self.seen(Stage.START)
        if seen is None or seen.outcome != "refused" or seen.facts.get("limited"):
            return None
        return None if (seen.status or 0) >= 500 else seen

    @property
    def refused_for_another_reason(self) -> bool:
        """Whether a start was refused for anything but its body."""
        return self.refused is not None and self.refused.status not in _ABOUT_WHAT_WAS_SENT

    def with_status(self, *statuses: int) -> Iterator[Observation]:
        """Yield the steps that the API answered with one of these statuses."""
        for stage in API_STAGES:
            seen = self.seen(stage)
            if seen is not None and seen.outcome == "refused" and seen.status in statuses:
                yield seen


def request(seen: Observation) -> str:
    """Return method and path; for a token request also the host, which may be wrong."""
    url = seen.url or ""
    _, scheme, rest = url.partition("://")
    path = f"/{rest.partition('/')[2]}" if scheme else url
    return f"{seen.method} {url if seen.name == Stage.TOKEN.value else path}"


def said(seen: Observation) -> str:
    """Return one request and its answer, as evidence."""
    if seen.facts.get("undated"):
        detail = f": {seen.detail}" if seen.detail else ""
        return f"the {seen.name} that was given{detail}"
    answer = str(seen.status) if seen.status is not None else "no answer"
    code = f" {seen.code}" if seen.code else ""
    if seen.outcome == "failed" and seen.detail:
        answer = f"{seen.status}, which {seen.detail}" if seen.status else seen.detail
        code = ""
    tries = f" (after {seen.attempts} tries)" if seen.attempts > 1 else ""
    identifier = seen.facts.get("correlation_id")
    correlation = f", ININ-Correlation-Id {identifier}" if identifier else ""
    return f"{request(seen)}: {answer}{code}{tries}{correlation}"
