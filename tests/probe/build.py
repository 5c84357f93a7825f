"""Observations and contracts for test tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.catalog.catalog import SHIPPED
from toolkit.contracts.reader import load_contract
from toolkit.model.observations import Observation
from toolkit.probe.diagnosis import Conclusion, diagnose
from toolkit.probe.stages import Mode
from toolkit.probe.target import Probed, probed

SESSIONS = probed(load_contract("recording-session"))
CALLS = probed(load_contract("call-recording"))
BOTH_SCOPES = ("recording:session:write", "recordingSession")
PERMISSION = "recording:session:write"
_API = "https://api.example.com"


def seen(name: str, status: int | None = 200, code: str | None = None, **facts: Any) -> Observation:
    """Return a step with this answer; a `failure` means no answer."""
    ok = status is not None and 200 <= status < 300 and "failure" not in facts
    outcome = "ok" if ok else "failed" if "failure" in facts else "refused"
    outcome = facts.pop("outcome", outcome)
    return Observation(name, outcome, "GET", f"{_API}/{name}", status, 1, 1, code, "detail", facts)


def token(**facts: Any) -> Observation:
    return seen("token", client_id="c1", **facts)


def given(**facts: Any) -> Observation:
    """Return a token that was given."""
    return Observation("token", "skipped", detail="a token was given", facts=facts)


def owner(scopes: Iterable[str] = BOTH_SCOPES, grant: str = "CODE", **facts: Any) -> Observation:
    about = {"client_id": "c1", "grant_type": grant, "state": "active", "scopes": tuple(scopes)}
    return seen("who-am-i", **{**about, **facts})


def grants(*permissions: str, division: str = "Home", complete: bool = True) -> Observation:
    held = {division: tuple(permissions)} if permissions else {}
    return seen("own-grants", permissions=held, home=("Home",), complete=complete)


def session(phase: str = "startable", state: str = "active", **facts: Any) -> Observation:
    return seen("session", phase=phase, state=state, conversation="k", media=("audio",), **facts)


def payload(**facts: Any) -> Observation:
    known: dict[str, Any] = {
        "problems": (),
        "conversation_mismatch": False,
        "conversation_compared": True,
        "media_lacking": (),
        "media_compared": True,
        "media_available": ("audio",),
        "content_type": None,
    }
    known |= facts
    wrong = known["problems"] or known["conversation_mismatch"] or known["media_lacking"]
    return Observation("payload", "invalid" if wrong else "ok", facts=known)


def start(status: int | None = 202, code: str | None = None, **facts: Any) -> Observation:
    return seen("start", status, code, **facts)


def confirm(phase: str = "recording", state: str = "recording", **facts: Any) -> Observation:
    return seen("confirm", phase=phase, state=state, **facts)


#: A user grant with everything that it needs, up to the start.
FINE = (given(), owner(), grants(PERMISSION), session(), payload())


def conclude(
    *observations: Observation, what: Probed = SESSIONS, mode: Mode = Mode.START
) -> Conclusion:
    return diagnose(what, observations, mode, is_published=SHIPPED.has_scope)


def causes(conclusion: Conclusion) -> list[tuple[str, str]]:
    return [(each.cause, each.confidence.value) for each in conclusion.diagnoses]
