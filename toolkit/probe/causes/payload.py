"""Causes about the request body: its fields, the ids in it, and its content type."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec.structs import replace

from toolkit.contracts.payloads import NO_PART
from toolkit.model.observations import Confidence, Diagnosis, Observation, RuledOut
from toolkit.probe.evidence import View, said
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import is_id, with_conversation

_JSON = "application/json"
_COMPARED = (
    ("payload.conversation-mismatch", "conversation_compared"),
    ("payload.media-mismatch", "media_compared"),
)
_FIX = {
    "payload.conversation-mismatch": "Put the conversation of the session at the end of "
    "sessionUri.",
    "payload.media-mismatch": "Ask only for media that the conversation has.",
}


def found(view: View) -> Iterator[Diagnosis]:
    found = (*_invalid(view), *_conversation(view), *_media(view), *_content_type(view))
    for each in found:
        if view.refused is not None and view.refused_for_another_reason:
            yield _besides(view, each, view.refused)
        elif view.accepted and each.cause != "request.content-type":
            yield _worked(view, each)
        else:
            yield each


def _besides(view: View, broken: Diagnosis, refused: Observation) -> Diagnosis:
    """Return the diagnosis of a body, with a remark that the platform refused something else."""
    return replace(
        broken,
        message=f"{broken.message} The {view.act} was answered {refused.status}, which is about "
        "something else.",
    )


def _worked(view: View, broken: Diagnosis) -> Diagnosis:
    """Return the diagnosis of an accepted body, less certain: the schema may be wrong."""
    sure = broken.confidence
    return replace(
        broken,
        confidence=Confidence.LIKELY if sure is Confidence.PROVEN else sure,
        message=f"{broken.message} The {view.act} was accepted all the same.",
    )


def _case(view: View, name: str) -> bool:
    """Whether a start was refused with the contract's message for this case."""
    return view.refused is not None and view.refused.facts.get("case") == name


def _invalid(view: View) -> Iterator[Diagnosis]:
    problems = view.fact(Stage.PAYLOAD, "problems") or ()
    refused = view.refused
    fields = refused.facts.get("fields", ()) if refused is not None else ()
    if problems:
        message = f"The body breaks the schema of {view.start.id}: {'; '.join(problems)}."
        if _case(view, "session-not-startable"):
            message += (
                " The answer blames the session's state; a body that is not valid is known to be "
                "answered so."
            )
        broken = Diagnosis(
            "payload.invalid",
            Confidence.PROVEN,
            message,
            (f"the body against the schema of {view.start.id}",)
            + ((said(refused),) if refused is not None else ()),
            _fix(view),
        )
        reading = view.fact(Stage.PAYLOAD, "by_reading")
        yield view.by_reading(broken) if reading else view.by_contract(broken)
    elif _case(view, "invalid-body") or (refused is not None and refused.status == 400 and fields):
        if _case(view, "conversation-mismatch") or _case(view, "media-mismatch"):
            return
        named = f" It complains about {', '.join(fields)}." if fields else ""
        yield Diagnosis(
            "payload.invalid",
            Confidence.LIKELY,
            f"The API refuses the body, which fits the contract's schema.{named}",
            (said(refused),) if refused is not None else (),
            _fix(view),
        )


def _fix(view: View) -> str:
    """Return what to send: the contract's example, with the session's conversation if it is known.

    Correct values of the sent body are named and not repeated, because they may be personal.
    """
    example = view.start.payload_examples.get("start")
    example = example or next(iter(view.start.payload_examples.values()), None)
    problems = view.fact(Stage.PAYLOAD, "problems") or ()
    named = [each.partition(" ") for each in problems if not each.startswith("the body ")]
    foreign = [field for field, _, wrong in named if wrong == NO_PART]
    fields = dict.fromkeys(field for field, _, wrong in named if wrong != NO_PART)
    told = [f"Set {', '.join(fields)} as the schema asks."] if fields else []
    told += [f"Leave out {', '.join(foreign)}."] if foreign else []
    what = " ".join(told) or "Send what the schema asks."
    if example is None:
        return what
    conversation, seen = view.fact(Stage.SESSION, "conversation"), view.ok(Stage.SESSION)
    known = conversation if seen is not None and is_id(conversation) else None
    example = with_conversation(example, known, (seen.url if seen is not None else None) or "")
    shown = example if isinstance(example, dict) else {}
    kept = [name for name in view.fact(Stage.PAYLOAD, "kept") or () if name not in shown]
    keep = f" Keep {', '.join(kept)}." if kept else ""
    return f"{what} For example: {json.dumps(example)}.{keep}"


def _conversation(view: View) -> Iterator[Diagnosis]:
    seen = view.seen(Stage.PAYLOAD)
    here = seen is not None and bool(seen.facts.get("conversation_mismatch"))
    there = _case(view, "conversation-mismatch")
    if here or there:
        found = Diagnosis(
            "payload.conversation-mismatch",
            Confidence.PROVEN if here else Confidence.LIKELY,
            "The body's sessionUri names another conversation than the session's.",
            _evidence(view, "sessionUri against the session's conversation" if here else ""),
            _FIX["payload.conversation-mismatch"],
        )
        yield view.by_contract(found) if here else found


def _media(view: View) -> Iterator[Diagnosis]:
    lacking = view.fact(Stage.PAYLOAD, "media_lacking") or ()
    if lacking or _case(view, "media-mismatch"):
        has = view.fact(Stage.PAYLOAD, "media_available")
        asked = f": {', '.join(lacking)}" if lacking else ""
        told = f"the session's mediaTypes: {', '.join(has) or 'none'}" if has is not None else ""
        found = Diagnosis(
            "payload.media-mismatch",
            Confidence.PROVEN if lacking else Confidence.LIKELY,
            f"The body asks for media that the session does not have{asked}.",
            _evidence(view, told),
            _FIX["payload.media-mismatch"],
        )
        yield view.by_contract(found) if lacking else found


def _evidence(view: View, told: str) -> tuple[str, ...]:
    session, refused = view.ok(Stage.SESSION), view.refused
    lines = [told, said(session) if session else "", said(refused) if refused else ""]
    return tuple(line for line in lines if line)


def _content_type(view: View) -> Iterator[Diagnosis]:
    refusals = [seen for seen in view.with_status(415) if seen.name == Stage.START.value]
    # Known only for a recorded request; None if no body was sent.
    sent = view.known(Stage.PAYLOAD, "content_type")
    wrong = isinstance(sent, str) and sent != _JSON and not view.accepted
    if refusals or wrong:
        message = (
            f"The request was sent as {sent or 'nothing'}, not as {_JSON}."
            if wrong
            else f"The API refuses the media type, although {_JSON} was sent: perhaps something on "
            "the way, such as a proxy, changes it."
            if sent == _JSON or view.mode is not Mode.EXPLAIN
            else "The API refuses the media type of the request."
        )
        fix = f"Set the header Content-Type: {_JSON}; some HTTP clients send a form by default."
        if not wrong and (sent == _JSON or view.mode is not Mode.EXPLAIN):
            fix = "Find out what changes the header Content-Type between here and the API."
        found = Diagnosis(
            "request.content-type",
            Confidence.PROVEN,
            message,
            tuple(said(seen) for seen in refusals) or (f"Content-Type: {sent or 'none'}",),
            fix,
        )
        yield found if refusals else view.by_contract(found)


def excluded(view: View) -> Iterator[RuledOut]:
    seen, start = view.seen(Stage.PAYLOAD), view.seen(Stage.START)
    if seen is None:
        by = view.skipped(Stage.PAYLOAD) or "no body could be looked at"
        yield RuledOut("payload.invalid", by, False)
    else:
        by = f"the body fits the schema of {view.start.id}"
        yield RuledOut("payload.invalid", by, step=seen.name)
    unknown = "nothing to compare with is known"
    if not any(map(view.ok, (Stage.SESSION, Stage.CONFIRM))):
        unknown = "the session was not read, so there is nothing to compare with"
    for cause, compared in () if seen is None or view.what.thing == "call" else _COMPARED:
        done = bool(view.fact(Stage.PAYLOAD, compared))
        by = "compared with the session" if done else unknown
        yield RuledOut(cause, by, done, Stage.PAYLOAD.value if done else None)
    sent = view.known(Stage.PAYLOAD, "content_type")
    if sent == _JSON or (start is not None and view.mode is not Mode.EXPLAIN):
        shown_by = start or seen
        step = shown_by.name if shown_by is not None else None
        yield RuledOut("request.content-type", f"it was sent as {_JSON}", step=step)
    elif start is not None or view.mode is Mode.EXPLAIN or seen is not None:
        by = "nothing shows what the start was declared as"
        yield RuledOut("request.content-type", by, False)
