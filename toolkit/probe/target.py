"""The thing to record, and how a contract's paths and payloads name it."""

from __future__ import annotations

from typing import Any, TypeGuard
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from toolkit.contracts.contract import Contract, Operation, Step
from toolkit.contracts.reader import load_contract
from toolkit.errors import ProbeError, UsageError
from toolkit.lazily import pattern

#: An id of the platform. A path takes no other text: `..` would lead to another operation.
_ID = pattern(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}")
_PARAMETER = pattern(r"\{([^}]*)\}")
#: The payload field in which the contract's start gives a session's conversation.
_SESSION_URI = "sessionUri"
#: The payload field that says whether to pause or to resume.
_STATE = "recordingState"
_STATES = ("active", "paused")


class Target(Struct, frozen=True):
    """The known ids. Raises UsageError for a text that cannot be an id of the platform."""

    session_id: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None

    def __post_init__(self) -> None:
        for name, value in self.named().items():
            if not _ID.fullmatch(value):
                raise UsageError(
                    f"the {name} is not an id: it is empty, too long, or has other characters",
                    hint="Give the id alone, for example 0c0c0c0c-0000-4000-8000-000000000001.",
                )

    def named(self) -> dict[str, str]:
        """Return the known ids, by the names that users know."""
        found = {
            "session id": self.session_id,
            "conversation id": self.conversation_id,
            "participant id": self.participant_id,
        }
        return {name: value for name, value in found.items() if value is not None}

    def parameter(self, name: str) -> str | None:
        """Return the id for a parameter of a contract's path."""
        return {
            "sessionId": self.session_id,
            "conversationId": self.conversation_id,
            "participantId": self.participant_id,
        }.get(name)


class Probed(Struct, frozen=True):
    """A contract that can be probed: the operations that start, read and (perhaps) list."""

    contract: Contract
    start: Operation
    read: Operation
    listing: Operation | None
    #: The published operation that starts a recording, for a contract that is not published.
    published: Operation | None = None

    @property
    def by_participant(self) -> bool:
        """Whether a participant of a call is recorded, not a session."""
        return "participantId" in parameters(self.start)

    @property
    def thing(self) -> str:
        """Return what is read before and after: a call, or a session of the thread's API."""
        return "call" if "conversationId" in parameters(self.start) else "session"

    @property
    def pauses(self) -> bool:
        """Whether it pauses and resumes a recording, and starts none."""
        return self.start.step is Step.PAUSE

    @property
    def act(self) -> str:
        """Return what messages call the request."""
        return "request" if self.pauses else "start"

    @property
    def stop_payload(self) -> Any:
        """Return the payload that stops a recording; None if the contract has no stop."""
        return self.start.payload_examples.get("stop")

    def asks(self, payload: Any) -> str | None:
        """Return the state that a pause or resume asks for, in lower case, or None."""
        word = payload.get(_STATE) if self.pauses and isinstance(payload, dict) else None
        asked = word.casefold() if isinstance(word, str) else None
        return asked if asked in _STATES else None

    def stops(self, payload: Any) -> bool:
        """Whether a body stops a recording: it has what the contract's stop adds to its start.

        Other fields do not matter: a snippet and an ad hoc recording are stopped in the same way.
        """
        start, stop = self.start.payload_examples.get("start"), self.stop_payload
        if not (isinstance(stop, dict) and isinstance(start, dict) and isinstance(payload, dict)):
            return False
        marks = {key: value for key, value in stop.items() if start.get(key) != value}
        return bool(marks) and all(payload.get(key) == value for key, value in marks.items())


def same_id(one: str, other: object) -> bool:
    """Whether both are the same id, in upper or lower case: ids are hexadecimal numbers."""
    return isinstance(other, str) and one.casefold() == other.casefold()


def probed(contract: Contract) -> Probed:
    """Return the contract's operations. Raises ProbeError if the contract cannot start anything."""
    start, read = contract.step(Step.START), contract.step(Step.READ)
    if start is None or read is None:
        lacks = "starts a recording" if start is None else "reads a session"
        raise ProbeError(
            f"the contract {contract.name} cannot be probed: none of its operations {lacks}",
            hint="Probe recording-session or call-recording; explain takes any contract.",
        )
    return Probed(contract, start, read, contract.step(Step.LIST), _published(contract))


def explained(contract: Contract) -> Probed:
    """Return the same for a diagnosis that sends nothing; a pause will do, and no read is needed.

    Raises ProbeError for a contract that only reads.
    """
    start = contract.step(Step.START) or contract.step(Step.PAUSE)
    if start is None:
        raise ProbeError(f"the contract {contract.name} has no operation that changes a recording")
    read = contract.step(Step.READ)
    if read is None and contract.reads:
        reading = load_contract(contract.reads)
        read = reading.step(Step.READ)
        contract = replace(
            contract, session_states=contract.session_states or reading.session_states
        )
    read = read or Operation("", "", "")
    return Probed(contract, start, read, contract.step(Step.LIST), _published(contract))


def _published(contract: Contract) -> Operation | None:
    unpublished = contract.unpublished
    return load_contract(unpublished.instead).step(Step.START) if unpublished else None


def parameters(operation: Operation) -> tuple[str, ...]:
    """Return the names in the braces of its path."""
    return tuple(_PARAMETER.findall(operation.path))


def missing_parameters(operation: Operation, target: Target) -> tuple[str, ...]:
    return tuple(name for name in parameters(operation) if target.parameter(name) is None)


def path_of(operation: Operation, target: Target) -> str:
    """Return the path with the target's ids. Raises ProbeError if one is unknown."""
    missing = missing_parameters(operation, target)
    if missing:
        raise ProbeError(f"{operation.id} needs {', '.join(missing)}, which is not known")
    return _PARAMETER.sub(
        lambda match: quote(target.parameter(match[1]) or "", safe=""), operation.path
    )


def bound(operation: Operation, path: str) -> dict[str, str] | None:
    """Return the ids in a path of the operation; None for another path.

    Repeated slashes count as one.
    """
    wanted, found = ([part for part in each.split("/") if part] for each in (operation.path, path))
    if len(wanted) != len(found):
        return None
    ids: dict[str, str] = {}
    for name, part in zip(wanted, found, strict=True):
        if name.startswith("{"):
            ids[name.strip("{}")] = unquote(part)
        elif name != part:
            return None
    return ids


def default_payload(start: Operation, api: str, conversation_id: str | None) -> Any:
    """Return the payload to send if none is given; None if a part of it is unknown."""
    example = start.payload_examples.get("start")
    if not isinstance(example, dict) or _SESSION_URI not in example:
        return example
    return None if conversation_id is None else _about(example, api, conversation_id)


def _about(example: dict[str, Any], api: str, conversation_id: str) -> dict[str, Any]:
    uri = f"{api}/api/v2/conversations/{quote(conversation_id, safe='')}"
    return {**example, _SESSION_URI: uri}


def is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def with_conversation(example: Any, conversation_id: str | None, url: str) -> Any:
    """Return an example payload with that conversation, and with the API of `url` if it has one.

    Unknown parts are in braces, because users might send a made-up id or region.
    """
    if not isinstance(example, dict) or _SESSION_URI not in example:
        return example
    parts = urlsplit(url)
    api = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "https://{api}"
    about = quote(conversation_id, safe="") if conversation_id else "{conversationId}"
    return {**example, _SESSION_URI: f"{api}/api/v2/conversations/{about}"}


def conversation_of(payload: Any) -> str | None:
    """Return the conversation that a payload's session URI names, or None."""
    uri = payload.get(_SESSION_URI) if isinstance(payload, dict) else None
    if not isinstance(uri, str):
        return None
    try:
        path = urlsplit(uri).path
    except ValueError:
        return None
    before, _, last = path.rstrip("/").rpartition("/")
    return unquote(last) if before.endswith("/conversations") and last else None


def host_of(payload: Any) -> str | None:
    """Return the host that a payload's session URI names."""
    uri = payload.get(_SESSION_URI) if isinstance(payload, dict) else None
    try:
        return urlsplit(uri).hostname if isinstance(uri, str) else None
    except ValueError:
        return None


def media_of(payload: Any) -> tuple[str, ...]:
    """Return the media that a payload asks for."""
    media = payload.get("mediaTypes") if isinstance(payload, dict) else None
    return tuple(m for m in media if isinstance(m, str)) if isinstance(media, list) else ()
