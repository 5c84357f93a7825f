"""The steps of a probe by name, and the possible causes, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from toolkit.model.observations import ProbeVerdict


class Stage(StrEnum):
    """A step, by its name in a report; in the order in which the steps happen."""

    TOKEN = "token"  # noqa: S105 - the name of a step
    WHO_AM_I = "who-am-i"
    OWN_GRANTS = "own-grants"
    SESSIONS = "sessions"
    SESSION = "session"
    PAYLOAD = "payload"
    START = "start"
    CONFIRM = "confirm"
    STOP = "stop"
    GIVE_BACK = "give-token-back"


class Mode(StrEnum):
    """How far a run went, or was meant to go."""

    START = "start"
    PREFLIGHT = "preflight"
    DRY_RUN = "dry-run"
    EXPLAIN = "explain"


_M, _U, _R = ProbeVerdict.MISCONFIGURED, ProbeVerdict.UNDECIDED, ProbeVerdict.UNREACHABLE

#: Every cause, with its verdict if it is the answer.
CAUSES: Mapping[str, ProbeVerdict] = MappingProxyType(
    {
        "none": ProbeVerdict.READY,
        "auth.bad-credentials": _M,
        "auth.token-rejected": _M,
        "auth.wrong-client": _M,
        "auth.grant-not-supported": _M,
        "auth.user-context-required": _M,
        "client.inactive": _M,
        "scope.missing": _M,
        "permission.missing": _M,
        "permission.denied": _M,
        "payload.invalid": _M,
        "payload.conversation-mismatch": _M,
        "payload.media-mismatch": _M,
        "request.content-type": _M,
        "endpoint.unknown": _M,
        "session.not-found": _U,
        "session.not-ready": _U,
        "session.ended": _U,
        "session.already-recording": _U,
        "participant.not-active": _U,
        "participant.left": _U,
        "recording.paused": _U,
        "recording.other-recorder": _U,
        "recording.not-running": _U,
        "start.not-confirmed": _U,
        "start.outcome-unknown": _U,
        "request.conflict": _U,
        "undetermined": _U,
        "platform.rate-limited": _R,
        "platform.unavailable": _R,
        "network.unreachable": _R,
    }
)
