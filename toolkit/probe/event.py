"""Takes ids from the payload of a webhook, or of an event of the platform's notifications.

Those payloads have several shapes: the body itself, one inside `eventBody`, `detail` or `body`, ids
as `conversationId`, as `conversation.id`, or as the `id` of a conversation with participants.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.errors import ProbeError
from toolkit.probe.target import Target

_WRAPPERS = ("eventBody", "detail", "body", "data", "payload")
_MAX_DEPTH = 6
_GONE = ("disconnected", "terminated")


def target_of_event(event: Any) -> Target:
    """Return the ids that the event names. Raises ProbeError if it names none."""
    session = conversation = participant = None
    for body in _bodies(event, 0):
        session = session or _id(body, "session") or _id(body, "recordingSession")
        conversation = conversation or _id(body, "conversation")
        participant = participant or _id(body, "participant")
        people = body.get("participants")
        if isinstance(people, list):
            conversation = conversation or _text(body.get("id"))
            agents = _agents(people)
            participant = participant or (agents[0] if len(agents) == 1 else None)
    if session is None and conversation is None:
        raise ProbeError(
            "the event names neither a session nor a conversation",
            hint="Give --session-id or --conversation-id instead.",
        )
    return Target(session, conversation, participant)


def candidates(event: Any) -> tuple[str, ...]:
    """Return the possible participants if the event names none: its agents and users."""
    lists = (body.get("participants") for body in _bodies(event, 0))
    return next((tuple(_agents(people)) for people in lists if isinstance(people, list)), ())


def _bodies(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the object and those inside its wrappers, outermost first."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if not isinstance(value, dict) or depth > _MAX_DEPTH:
        return
    yield value
    for key in _WRAPPERS:
        yield from _bodies(value.get(key), depth + 1)


def _id(body: dict[str, Any], name: str) -> str | None:
    inner = body.get(name)
    nested = _text(inner.get("id")) if isinstance(inner, dict) else None
    return _text(body.get(f"{name}Id")) or nested


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _agents(people: list[Any]) -> list[str]:
    """Return the unnamed candidates: the agents, or users, that are still in the call."""
    found = [
        _text(person.get("id"))
        for person in people
        if isinstance(person, dict)
        and person.get("purpose") in ("agent", "user")
        and person.get("state") not in _GONE
    ]
    return [each for each in found if each is not None]
