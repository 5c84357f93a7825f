"""The platform, or the way to it: what says nothing about the client."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.genesys.replies import Failure
from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.probe.stages import Stage
from toolkit.probe.view import View, said

#: Looking again after a start, and what comes after that, have no say in the verdict.
_STAGES = (
    Stage.TOKEN,
    Stage.WHO_AM_I,
    Stage.OWN_GRANTS,
    Stage.SESSIONS,
    Stage.SESSION,
    Stage.START,
)
_NETWORK_FIX = {
    Failure.DNS: "Check --region, --api-url and --login-url, and that this machine has a network.",
    Failure.TLS: "If a proxy of your own signs the traffic, name its certificate: --ca-bundle.",
    Failure.PROXY: "Check HTTPS_PROXY and NO_PROXY.",
}


def failed(view: View) -> Iterator[Stage]:
    """The first step that got no answer of the API, if there is one."""
    for stage in _STAGES:
        seen = view.seen(stage)
        if seen is not None and not seen.facts.get("lost") and _diagnosis(seen) is not None:
            yield stage
            return


def found(view: View) -> Iterator[Diagnosis]:
    for stage in failed(view):
        seen = view.seen(stage)
        diagnosis = _diagnosis(seen) if seen is not None else None
        if diagnosis is not None:
            yield diagnosis


def _diagnosis(seen: Observation) -> Diagnosis | None:
    failure = seen.facts.get("failure")
    if seen.facts.get("limited"):
        where = "token endpoint" if seen.name == Stage.TOKEN.value else "API"
        return Diagnosis(
            "platform.rate-limited",
            Confidence.PROVEN,
            f"The {where} answers that it is called too often.",
            (said(seen),),
            "Wait a minute and try again. The API admits 300 requests a minute for each client.",
        )
    if failure in {each.value for each in Failure} and Failure(failure).network:
        kind = Failure(failure)
        return Diagnosis(
            "network.unreachable",
            Confidence.PROVEN,
            f"The platform cannot be reached: {seen.detail}.",
            (said(seen),),
            _NETWORK_FIX.get(kind, "Check the network and the proxy, and try again."),
        )
    if failure is not None or (seen.status or 0) >= 500:
        message = (
            f"What answers is not the API: the answer {seen.detail}."
            if failure is not None
            else f"The API fails with {seen.status}."
        )
        return Diagnosis(
            "platform.unavailable",
            Confidence.PROVEN,
            message,
            (said(seen),),
            "Try again later; where a proxy or a gateway answers in place of the API, mend that.",
        )
    return None
