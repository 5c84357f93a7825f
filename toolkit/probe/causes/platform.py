"""Causes about the platform or the connection to it, which say nothing about the client."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.genesys.replies import Failure
from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.probe.evidence import View, request, said
from toolkit.probe.stages import Mode, Stage

#: The steps after the start don't affect the verdict.
_STAGES = (
    Stage.TOKEN,
    Stage.WHO_AM_I,
    Stage.OWN_GRANTS,
    Stage.SESSIONS,
    Stage.SESSION,
    Stage.START,
)
_NETWORK_FIX = {
    Failure.DNS: "{where}, and that this machine has a network.",
    Failure.CERTIFICATE: "{where}. If a proxy of your own signs the traffic, name its certificate: "
    "--ca-bundle.",
    Failure.TLS: "{where}: what listens on a port without TLS, such as the mock, needs http:// "
    "in place of https://.",
    Failure.PROXY: "Check HTTPS_PROXY and NO_PROXY.",
}


def failed(view: View) -> Iterator[Stage]:
    """Yield the first step without an answer of the API, if there is one.

    If the start was answered, an earlier read without an answer does not matter.
    """
    start = view.seen(Stage.START)
    answered = view.accepted or (view.refused is not None and start not in view.strange)
    for stage in (Stage.TOKEN,) if answered else _STAGES:
        seen = view.seen(stage)
        if seen is not None and not seen.facts.get("lost") and _diagnosis(view, seen) is not None:
            yield stage
            return


def found(view: View) -> Iterator[Diagnosis]:
    for stage in failed(view):
        seen = view.seen(stage)
        diagnosis = _diagnosis(view, seen) if seen is not None else None
        if diagnosis is not None:
            yield diagnosis


def _diagnosis(view: View, seen: Observation) -> Diagnosis | None:
    failure = seen.facts.get("failure")
    where = _where(view, seen)
    if seen.facts.get("limited"):
        answerer = "token endpoint" if seen.name == Stage.TOKEN.value else "API"
        return Diagnosis(
            "platform.rate-limited",
            Confidence.PROVEN,
            f"The {answerer} answers that it is called too often.",
            (said(seen),),
            "Wait a minute and try again. The API admits 300 requests a minute for each client.",
        )
    if failure in {each.value for each in Failure} and Failure(failure).network:
        fix = _NETWORK_FIX.get(Failure(failure), "{where}, the network and the proxy; try again.")
        return Diagnosis(
            "network.unreachable",
            Confidence.PROVEN,
            f"The platform cannot be reached: {seen.detail}.",
            (said(seen),),
            fix.format(where=where),
        )
    if failure is not None:
        return _not_the_api(view, f"the answer {seen.detail}", (seen,))
    if seen in view.strange:
        why = "it refuses without an error code of the platform"
        if view.finds_nothing:
            why = f"it answers {seen.status} to {request(seen)} too, which every org has"
        # It is likely another server's answer, but the platform may have unpublished refusals.
        return _not_the_api(view, why, view.strange, Confidence.LIKELY)
    if (seen.status or 0) >= 500:
        return Diagnosis(
            "platform.unavailable",
            Confidence.PROVEN,
            f"The API fails with {seen.status}.",
            (said(seen),),
            "Try again later; where a proxy or a gateway answers in place of the API, mend that.",
        )
    return None


def _not_the_api(
    view: View, why: str, seen: tuple[Observation, ...], sure: Confidence = Confidence.PROVEN
) -> Diagnosis:
    return Diagnosis(
        "platform.unavailable",
        sure,
        f"The answer is not one of the API: {why}.",
        tuple(said(each) for each in seen),
        f"{_where(view, seen[0])}; where a proxy or a gateway answers in place of the API, mend "
        "that.",
    )


def _where(view: View, seen: Observation) -> str:
    """Return what may give the wrong host."""
    if view.mode is Mode.EXPLAIN:
        return "Check where the request was sent"
    option = "--login-url" if seen.name == Stage.TOKEN.value else "--api-url"
    return f"Check --region and {option}"
