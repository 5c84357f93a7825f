"""Causes about the caller: the client's credentials, token, state and grant type."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.model import hcl
from toolkit.model.observations import Confidence, Diagnosis, RuledOut
from toolkit.probe.evidence import BY_SECRET, View, request, said
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import same_id

#: The token endpoint's error codes for a client with a user grant, after RFC 6749.
_OTHER_GRANT = ("unauthorized_client", "unsupported_grant_type")
#: Its code for an unknown client, or for a wrong secret.
_NOT_KNOWN = "invalid_client"
#: Its code for an invalid code, assertion or refresh token, after RFC 6749.
_STALE = "invalid_grant"

#: What a client in each of these states may do, from OAuthClient.state of the Python SDK 269.0.0,
#: and what to do about it. The platform was seen to list deleted clients too.
_NOT_ACTIVE = {
    "inactive": (
        "The client is inactive: it gets no tokens, and the platform will delete it.",
        "Make the client active.",
    ),
    "disabled": (
        "The client is disabled: its tokens are not valid, and it gets no new ones.",
        "Ask whoever administers the org, or Genesys's support, why. Terraform's state knows only "
        "active and inactive: do not count on an apply to make it active.",
    ),
    "deleted": (
        "The client was deleted: what it asks for is refused.",
        "Use another client; apply makes a new one.",
    ),
}


def found(view: View) -> Iterator[Diagnosis]:
    yield from _wrong_client(view)
    yield from _inactive(view)
    yield from _rejected(view)


def at_log_in(view: View) -> Iterator[Diagnosis]:
    """Yield diagnoses from the answer of the token endpoint."""
    seen = view.seen(Stage.TOKEN)
    if seen is None or seen.outcome != "refused" or seen.facts.get("limited"):
        return
    if seen.status not in (400, 401, 403):
        return
    # RFC 6749: the other code means that the server does not support the grant type.
    sure = Confidence.PROVEN if seen.code == _OTHER_GRANT[0] else Confidence.LIKELY
    if seen.code in _OTHER_GRANT and view.asked_by != BY_SECRET:
        by = f" ({view.asked_by})" if view.asked_by else ", which the recording does not show"
        yield Diagnosis(
            "auth.grant-not-supported",
            sure,
            f"The client may not ask for a token by the grant type that was used{by}.",
            (said(seen),),
            "Ask for the token in the way of the client's grant type, or use a client of this one.",
        )
    elif seen.code in _OTHER_GRANT:
        yield Diagnosis(
            "auth.grant-not-supported",
            sure,
            "The client's grant type needs a token from a log-in: an id and a secret alone get "
            "none.",
            (said(seen),),
            "Probe it with a token that a log-in made (RECORDING_TOOLKIT_ACCESS_TOKEN), or let "
            "the client log in for itself, with roles in place of scopes.",
            hcl.client_block(view.address, ['authorized_grant_type = "CLIENT-CREDENTIALS"']),
        )
    elif seen.facts.get("inactive"):
        yield Diagnosis(
            "client.inactive",
            Confidence.LIKELY,
            "The token endpoint says that the client is not active.",
            (said(seen),),
            "Make the client active.",
            hcl.client_block(view.address, ['state = "active"']),
        )
    elif seen.code == _STALE and view.asked_by != BY_SECRET:
        yield Diagnosis(
            "auth.bad-credentials",
            Confidence.LIKELY,
            "The token endpoint refuses what the token was asked for with, such as the code of a "
            "log-in: it has expired, was used before, or was given to another client or for "
            "another redirect URI.",
            (said(seen),),
            "Log in again, and use what the log-in gives once, at once, and with the client and "
            "the redirect URI that it was asked for with.",
        )
    else:
        yield Diagnosis(
            "auth.bad-credentials",
            Confidence.PROVEN if seen.code == _NOT_KNOWN else Confidence.LIKELY,
            "The token endpoint refuses the client: its id or secret is wrong, or it belongs to "
            "another region, which is answered in the same words.",
            (said(seen),),
            f"Compare the id and the secret with the client's, and {_region(view)} with the "
            "org's, and see that the client is active. A secret cannot be read again: when it is "
            "lost, make a new one.",
        )


def _region(view: View) -> str:
    """Return what gives the region: an option, or the recorded host."""
    region = view.fact(Stage.TOKEN, "region")
    if region:
        return f"{region}, the region of the log-in's host,"
    return "the region of the log-in's host" if view.mode is Mode.EXPLAIN else "--region"


def _wrong_client(view: View) -> Iterator[Diagnosis]:
    expected, actual = view.expected_client, view.client_id
    if expected is None or actual is None or same_id(expected, actual):
        return
    seen = view.ok(Stage.WHO_AM_I)
    evidence = (said(seen),) if seen is not None else ()
    yield Diagnosis(
        "auth.wrong-client",
        Confidence.PROVEN,
        "The token belongs to another client than the one that is to be probed.",
        (*evidence, f"the token's client is {actual}", f"the state has {expected}"),
        f"Set the credentials of {view.address or expected}. Nothing was started with these.",
    )


def _inactive(view: View) -> Iterator[Diagnosis]:
    if inactive(view):
        seen = view.ok(Stage.WHO_AM_I)
        evidence = (said(seen),) if seen is not None else ()
        state = str(view.fact(Stage.WHO_AM_I, "state")).lower()
        message, fix = _NOT_ACTIVE.get(state, _NOT_ACTIVE["inactive"])
        day = view.fact(Stage.WHO_AM_I, "deleted_on")
        if day:
            message += f" It is to be deleted on {day}."
        yield Diagnosis(
            "client.inactive",
            view.assured(Stage.WHO_AM_I),
            message,
            (*evidence, f"its state is {state}"),
            fix,
            hcl.client_block(view.address, ['state = "active"']) if state == "inactive" else None,
        )


def inactive(view: View) -> bool:
    """Whether the client's own data says that it is not active."""
    state = view.fact(Stage.WHO_AM_I, "state")
    return isinstance(state, str) and state.lower() in _NOT_ACTIVE


def _rejected(view: View) -> Iterator[Diagnosis]:
    rejected = list(view.with_status(401))
    # The token of an inactive client is refused because the client is inactive.
    if not rejected or inactive(view):
        return
    expired = any(seen.code == "credentials.expired" for seen in rejected)
    token = view.seen(Stage.TOKEN)
    if token is not None and token.outcome == "refused":
        yield Diagnosis(
            "auth.token-rejected",
            Confidence.PROVEN if any(seen.code for seen in rejected) else Confidence.LIKELY,
            "What followed the refused log-in was sent without a token that the API accepts.",
            tuple(said(seen) for seen in rejected),
            "Mend the log-in first; this follows from it.",
        )
        return
    yield Diagnosis(
        "auth.token-rejected",
        # A gateway in front of the API may answer with its own 401.
        Confidence.PROVEN if any(seen.code for seen in rejected) else Confidence.LIKELY,
        "The token has expired." if expired else "The API does not accept the token.",
        tuple(said(seen) for seen in rejected),
        "Get a new token. If a fresh one is refused too: it may come from another region than "
        "the API that it is used on.",
    )


def excluded(view: View) -> Iterator[RuledOut]:
    token = view.seen(Stage.TOKEN)
    admitted = view.admitted
    if token is not None and token.outcome == "ok":
        for cause in ("auth.bad-credentials", "auth.grant-not-supported"):
            yield RuledOut(cause, "the token endpoint gave a token", step=token.name)
    if admitted is not None:
        code = f" {admitted.code}" if admitted.code else ""
        by = f"{request(admitted)} answered {admitted.status}{code}"
        yield RuledOut("auth.token-rejected", by, step=admitted.name)
    else:
        yield RuledOut("auth.token-rejected", "no answer shows that the token works", False)
    if view.expected_client is not None and view.client_id is not None:
        by = f"the token's client is {view.client_id}"
        yield RuledOut("auth.wrong-client", by, step=Stage.WHO_AM_I.value)
    elif view.mode is not Mode.EXPLAIN:
        by = (
            "nothing says which client is meant: --client and --source"
            if view.expected_client is None
            else "the token does not tell whose it is"
        )
        yield RuledOut("auth.wrong-client", by, False)
    state = view.fact(Stage.WHO_AM_I, "state")
    if isinstance(state, str):
        known = state.lower() in ("active", *_NOT_ACTIVE)
        by = f"its state is {state}" + ("" if known else ", which is not known here")
        yield RuledOut("client.inactive", by, known, Stage.WHO_AM_I.value if known else None)
    elif token is not None and token.outcome == "ok":
        yield RuledOut("client.inactive", "the token endpoint gave a token", step=token.name)
    else:
        yield RuledOut("client.inactive", _not_told(view), False)


def _not_told(view: View) -> str:
    seen = view.seen(Stage.WHO_AM_I)
    if seen is None:
        return "nothing shows its state; GET /api/v2/tokens/me does"
    if seen.status == 403 and seen.code:
        return f"the client may not read itself: {said(seen)}"
    return f"its state cannot be read: {said(seen)}"


def unproven(view: View) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a preflight that found nothing wrong, but could read too little."""
    if view.mode is not Mode.PREFLIGHT:
        return
    asked = [seen for s in (Stage.WHO_AM_I, Stage.OWN_GRANTS) if (seen := view.seen(s))]
    lacking = []
    if view.admitted is None:
        lacking.append("whether the API accepts the token")
    if view.expected_client is not None and view.client_id is None:
        lacking.append("whether the token belongs to the client that is meant")
    if lacking:
        yield Diagnosis(
            "undetermined",
            Confidence.POSSIBLE,
            f"Nothing wrong was found, but nothing shows {' or '.join(lacking)}.",
            tuple(said(seen) for seen in asked),
            "Check --region and --api-url: what answers does not speak as the API does."
            if view.admitted is None
            else "Let the client read its own token, or probe it with its id and secret: those "
            "say whose they are.",
        )
