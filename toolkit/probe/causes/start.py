"""Causes about the result of the start itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.contracts.contract import Phase
from toolkit.model import hcl
from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.probe.causes import rights
from toolkit.probe.evidence import View, said
from toolkit.probe.stages import Mode, Stage

#: How many items fit in a sentence.
_FEW = 4
#: Causes that cannot explain a refused start: it was sent with the client's own token.
_NOT_OF_A_REFUSAL = ("auth.wrong-client",)


def found(view: View) -> Iterator[Diagnosis]:
    seen = view.seen(Stage.START)
    if seen is None:
        return
    if view.accepted and not view.confirmed:
        yield _not_confirmed(view)
    elif seen.facts.get("lost"):
        yield _outcome_unknown(view)
    elif seen.outcome == "refused" and seen.code == "not.a.user":
        yield Diagnosis(
            "auth.user-context-required",
            Confidence.PROVEN,
            "This call refuses a client that logs in for itself, whatever its roles grant: it "
            "needs a person.",
            (said(seen),),
            f"Use a client of a user grant, with the scopes of a {view.act}, and a log-in.",
            hcl.for_a_person(view.address, next(iter(view.start.scopes or ()), ())),
        )
    elif seen.outcome == "refused" and seen.status == 409:
        yield Diagnosis(
            "request.conflict",
            Confidence.PROVEN,
            f"The API answers that the {view.act} conflicts with something, such as another change "
            "that is under way.",
            (said(seen),),
            "Find out what else starts or stops recordings here, and probe again.",
        )


def _not_confirmed(view: View) -> Diagnosis:
    start, confirm = view.seen(Stage.START), view.seen(Stage.CONFIRM)
    evidence = [said(seen) for seen in (start, confirm) if seen is not None]
    if confirm is not None and confirm.outcome == "ok":
        told = confirm.facts.get("state")
        evidence.append(
            f'afterwards its state is "{told}"'
            if told
            else "afterwards the participant is not in it"
        )
        message = f"The {view.act} was accepted, but {_not_seen(view)}."
    else:
        what = "what came of it" if view.what.pauses else "whether a recording began"
        message = f"The {view.act} was accepted, but nothing shows {what}."
    explained = view.mode is Mode.EXPLAIN and confirm is None
    return Diagnosis(
        "start.not-confirmed",
        Confidence.POSSIBLE
        if explained
        else Confidence.LIKELY
        if view.untimed(Stage.CONFIRM)
        else Confidence.PROVEN,
        message,
        tuple(evidence),
        f"Look at the {view.what.thing} again, and at the org's recording policies.",
    )


def _not_seen(view: View) -> str:
    unread = view.ok(Stage.SESSION) is None
    before = (
        f"the {view.what.thing} was not read right before it, so nothing shows that it did anything"
    )
    if not view.what.pauses:
        if view.phase_after is not Phase.RECORDING:
            return "no recording is seen"
        if view.fact(Stage.CONFIRM, "left"):
            return "the participant has left by now"
        if view.fact(Stage.CONFIRM, "paused"):
            return "the recording is seen paused"
        if view.fact(Stage.CONFIRM, "contradictory"):
            return "the answer afterwards says both that a recording runs and that none does"
        if view.is_recorded_by_others_alone(Stage.CONFIRM):
            return "what is seen is a recording of another recorder"
        if unread:
            return before
        return "the recording ran before it, so nothing shows that it began one"
    if view.is_as_asked(Stage.CONFIRM) and unread:
        return before
    if view.is_as_asked(Stage.CONFIRM):
        return "the recording was in that state before it, so nothing shows that it did anything"
    asks = view.fact(Stage.PAYLOAD, "asks")
    return (
        "the recording is not in the state that was asked for"
        if asks
        else "what it asked is not known"
    )


def _outcome_unknown(view: View) -> Diagnosis:
    start = view.seen(Stage.START)
    evidence = [said(start)] if start is not None else []
    confirm = view.seen(Stage.CONFIRM)
    what = "participant" if view.what.by_participant else view.what.thing
    message = f"The {view.act} got no answer."
    if start is not None and start.status is not None:
        message = f"The {view.act} was answered {start.status}"
        message += f", but the answer {start.detail}" if start.outcome == "failed" else ""
        message += ": that does not tell whether it was carried out."
        if start.outcome == "failed":
            message += " A proxy or a gateway may have answered in place of the API."
    if view.mode is not Mode.EXPLAIN:
        message += " It was not sent again."
    match view.phase_after:
        case Phase.RECORDING:
            message += (
                f" The {what} is being recorded now, so it was probably carried out; the "
                "recording goes on."
            )
        case None:
            message += " What became of it is not known."
        case _:
            message += " No recording is seen, so it was probably not carried out."
    if confirm is not None:
        evidence.append(said(confirm))
    return Diagnosis(
        "start.outcome-unknown",
        Confidence.PROVEN,
        message,
        tuple(evidence),
        f"Look at the {view.what.thing} before anything is sent again.",
    )


def undetermined(view: View, left: Sequence[str]) -> Iterator[Diagnosis]:
    """Yield a diagnosis for an unexplained refusal, or for a start that could not be tried.

    `left` are the causes that are not ruled out.
    """
    refused = view.refused
    if refused is None:
        why = view.skipped(Stage.START)
        if why:
            yield Diagnosis(
                "undetermined",
                Confidence.POSSIBLE,
                f"No {view.act} was sent: {why}.",
                (),
                "Rule out what is listed as not ruled out.",
            )
        elif view.mode is Mode.EXPLAIN and not view.seen(Stage.START):
            yield from _no_start(view)
        return
    left = [cause for cause in left if cause not in _NOT_OF_A_REFUSAL]
    yield Diagnosis(
        "undetermined",
        Confidence.POSSIBLE,
        " ".join(_refusal(view, refused, left)),
        (said(refused),),
        ("Rule out what is listed as not ruled out. Then ask" if left else "Ask")
        + " Genesys's support, with the ININ-Correlation-Id of the answer.",
    )


def _refusal(view: View, refused: Observation, left: Sequence[str]) -> Iterator[str]:
    """Yield sentences on a refusal without a known cause, the most probable first."""
    if not any(map(view.seen, (Stage.WHO_AM_I, Stage.SESSION, Stage.PAYLOAD))) and not _blames(
        refused
    ):
        yield f"The {view.act} was refused, and its answer alone does not tell why."
        return
    startable = view.phase is Phase.STARTABLE and not view.undated
    if view.refused_for_another_reason:
        yield f"The {view.act} was answered {refused.status}, for a reason that is not known here."
    elif not _blames(refused):
        yield f"The {view.act} was refused."
    elif startable:
        yield (
            "The start was refused with the words for a session in the wrong state, but the "
            "session was startable."
        )
    else:
        yield "The start was refused with the words for a session in the wrong state."
    scopes, named = rights.scopes_needed(view), set()
    if "scope.missing" in left and scopes:
        words = ", and a missing one is answered in the same words" if _blames(refused) else ""
        named.add("scope.missing")
        yield f"Nothing shows whether the token has the scopes of a {view.act}, {scopes}{words}."
    if _blames(refused) and "session.not-ready" in left:
        read = " The file does not tell when the session was read." if view.undated else ""
        named.add("session.not-ready")
        yield f"A session that is not active yet is answered so as well.{read}"
    others = [cause for cause in left if cause not in named]
    if not left:
        yield "Everything that can be checked is as it should be."
    elif others and len(others) <= _FEW:
        yield f"Not ruled out{' either' if named else ''}: {', '.join(others)}."
    elif others:
        yield "Other causes are left too." if named else "Several causes are left."


def _blames(refused: Observation) -> bool:
    """Whether the refusal blames the session's state; the platform uses it for other causes too."""
    return refused.facts.get("case") == "session-not-startable"


def _no_start(view: View) -> Iterator[Diagnosis]:
    """Yield a diagnosis for input with neither a start nor its body."""
    if view.seen(Stage.PAYLOAD):
        return
    seen = [each for each in map(view.seen, (Stage.SESSIONS, Stage.SESSION)) if each is not None]
    yield Diagnosis(
        "undetermined",
        Confidence.POSSIBLE,
        f"No {view.act} is among what was given: nothing can be said about one.",
        tuple(said(each) for each in seen),
        "Give its body (--payload) and its answer (--response) as well."
        if view.undated
        else f"Record while the {view.act} is tried, and export with the bodies. What there is of "
        "it as files can be given in place of a recording: --payload, --response, --session.",
    )


def confirmed(view: View) -> Iterator[Diagnosis]:
    """Yield the success."""
    if not view.confirmed:
        return
    start, confirm = view.seen(Stage.START), view.seen(Stage.CONFIRM)
    yield Diagnosis(
        "none",
        Confidence.LIKELY if view.untimed(Stage.CONFIRM) else Confidence.PROVEN,
        "The recording is in the state that was asked for."
        if view.what.pauses
        else "The recording was started, and seen.",
        tuple(said(seen) for seen in (start, confirm) if seen is not None),
    )
