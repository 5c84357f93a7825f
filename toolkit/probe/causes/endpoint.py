"""Causes about the endpoint: whether the API has the contract's calls at all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.probe.evidence import NOT_THERE, View, request, said
from toolkit.probe.stages import Mode, Stage

#: The status for a path that exists but does not accept the method.
_NOT_ALLOWED = 405
#: The HTTP status for something that existed before; the platform documents no other meaning.
GONE = 410


def found(view: View) -> Iterator[Diagnosis]:
    sure, refused = view.api_missing, view.refused
    if sure is not None:
        yield _missing(view, sure)
    elif refused is not None and refused.status == _NOT_ALLOWED and not view.strange:
        yield _not_taken(view, refused)
    elif (refused := told_apart_by_nothing(view)) is not None:
        yield from _either(view, refused)


def told_apart_by_nothing(view: View) -> Observation | None:
    """Return a 404 or 410 that may mean a missing session or a missing API, or None.

    It concerns only contracts that are not published: the calls of a published contract exist.
    """
    listing = view.what.listing
    if view.what.contract.unpublished is None or listing is None or view.strange:
        return None
    if view.seen(Stage.SESSIONS) is not None or view.ok(Stage.CONFIRM):
        return None
    steps = (Stage.SESSION.value, Stage.START.value)
    return next((seen for seen in view.with_status(*NOT_THERE) if seen.name in steps), None)


def _missing(view: View, sure: Confidence) -> Diagnosis:
    listing, owner = view.seen(Stage.SESSIONS), view.seen(Stage.WHO_AM_I)
    seen = [each for each in (listing, owner) if each is not None]
    answered = listing.status if listing is not None else None
    message = f"This API has no recording sessions: the list of them answers {answered}"
    if owner is not None and owner.status is not None:
        message += f", while {request(owner)} answers {owner.status}"
    return Diagnosis(
        "endpoint.unknown", sure, f"{message}.", tuple(said(each) for each in seen), _fix(view)
    )


def _not_taken(view: View, refused: Observation) -> Diagnosis:
    return Diagnosis(
        "endpoint.unknown",
        Confidence.PROVEN if refused.code else Confidence.LIKELY,
        f"The API takes no {view.start.method} at this path.",
        (said(refused),),
        _fix(view),
    )


def _either(view: View, refused: Observation) -> Iterator[Diagnosis]:
    list_ = f"{view.what.listing.method} {view.what.listing.path}" if view.what.listing else ""
    gone = refused.status == GONE
    yield Diagnosis(
        "endpoint.unknown",
        Confidence.POSSIBLE,
        "The API may no longer have recording sessions: HTTP answers 410 for what is gone."
        if gone
        else "The API may have no recording sessions: a call that it does not know is answered "
        "404.",
        (said(refused),),
        f"Ask {list_} with the same token: where it answers {refused.status} as well, the org has "
        f"no such API. {_fix(view)}",
    )
    yield Diagnosis(
        "session.not-found",
        Confidence.POSSIBLE,
        "Or the session with this id is gone, which is answered 410 too."
        if gone
        else "Or there is no session with this id, which is answered 404 too.",
        (said(refused),),
        f"Where {list_} answers, take the id of a session that is going on now.",
    )


def _fix(view: View) -> str:
    """Return the published alternative, if there is one."""
    start, published = view.start, view.what.published
    unpublished = view.what.contract.unpublished
    if published is None or unpublished is None:
        return (
            f"Find out whether this API, or the gateway before it, knows {start.method} "
            f"{start.path}."
        )
    body = published.payload_examples.get("start")
    how = f"{published.method} {published.path}" + (f" with {json.dumps(body)}" if body else "")
    ids = "" if view.mode is Mode.PREFLIGHT else ", --conversation-id and --participant-id"
    return (
        f"Start recordings the published way: {how}. To probe that: --contract "
        f"{unpublished.instead}{ids}."
    )
