"""A contract as the rest of the toolkit sees it: what each operation needs and answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

#: A decoded JSON value.
Json = Any


class PermissionMode(StrEnum):
    """How the names of `Permissions` combine, in the terms of the platform's own documents."""

    ALL = "ALL"
    ANY = "ANY"
    #: The operation needs no permission.
    NONE = "NONE"
    #: The backend decides, and the rule is not published.
    BACKEND = "BACKEND"


class UserContext(StrEnum):
    """Whether an operation refuses a token that belongs to no person."""

    REQUIRED = "required"
    SUSPECTED = "suspected"
    NO = "no"


class Step(StrEnum):
    """What an operation does to a recording, in the order of a contract."""

    LIST = "list"
    READ = "read"
    START = "start"
    PAUSE = "pause"


class Phase(StrEnum):
    """What the state of a session means for a start."""

    STARTABLE = "startable"
    RECORDING = "recording"
    ENDED = "ended"
    NOT_READY = "not-ready"


class Permissions(Struct, frozen=True):
    """The permissions that an operation needs from a client's roles."""

    mode: PermissionMode
    names: tuple[str, ...] = ()


class ErrorCase(Struct, frozen=True):
    """One refusal: its status, the name of the example, its code and message."""

    status: int
    name: str
    code: str
    message: str


class SessionStates(Struct, frozen=True):
    """The meaning of state names. A name that is not listed means: not ready yet."""

    startable: tuple[str, ...] = ()
    recording: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()

    def phase(self, state: str) -> Phase:
        """Return the meaning of `state`, in upper or lower case, because the platform uses both."""
        for phase in (Phase.STARTABLE, Phase.RECORDING, Phase.ENDED):
            names: tuple[str, ...] = getattr(self, phase.value)
            if state.casefold() in (name.casefold() for name in names):
                return phase
        return Phase.NOT_READY


class Operation(Struct, frozen=True):
    """One API call.

    - `scopes` are alternatives: all scopes inside one are needed, and any one alternative is
      enough; an empty alternative needs nothing. None for `scopes` or `permissions` means that the
      contract does not say, which is not the same as none.
    - `payload` is the body's JSON Schema with every reference resolved, and `answer` that of a
      success. `payload_examples` are bodies by name: an operation that starts a recording and can
      stop one has ``start`` and ``stop``.
    - `known_as` are other names of it, or of its body, that users look for.
    - `published_permissions` are the published permissions of which any one is enough, if
      `permissions` are narrowed to the one for recording.
    - `recorder` is the one of a participant's recorders that it starts, if there are several.
    - `query` are the schemas of its query parameters.
    """

    id: str
    method: str
    path: str
    summary: str = ""
    step: Step | None = None
    scopes: tuple[tuple[str, ...], ...] | None = None
    permissions: Permissions | None = None
    user_context: UserContext = UserContext.NO
    payload: Mapping[str, Json] | None = None
    payload_required: bool = False
    payload_types: tuple[str, ...] = ()
    payload_examples: Mapping[str, Json] = {}
    success: int = 200
    success_example: Json = None
    answer: Mapping[str, Json] | None = None
    errors: tuple[ErrorCase, ...] = ()
    known_as: tuple[str, ...] = ()
    published_permissions: tuple[str, ...] = ()
    recorder: str = ""
    query: Mapping[str, Json] = {}

    def codes(self, status: int) -> tuple[str, ...]:
        """Return the error codes that the contract has for a status."""
        return tuple(dict.fromkeys(case.code for case in self.errors if case.status == status))

    def error(self, name: str) -> ErrorCase | None:
        """Return the refusal of that name."""
        return next((case for case in self.errors if case.name == name), None)


class Unpublished(Struct, frozen=True):
    """The origin of a contract that the platform does not publish.

    `source` is the contract's author, as in "by SOURCE's contract"; `instead` names the shipped
    contract of the published API that does the same.
    """

    source: str
    instead: str


class Contract(Struct, frozen=True):
    """A document's operations. `name` is what a policy calls it: shipped name or path.

    `unpublished` is None for a published contract, and for documents that do not say. `reads` names
    the shipped contract with a read that shows what this one changes; it is empty for most.
    """

    name: str
    title: str
    version: str
    description: str
    operations: tuple[Operation, ...]
    session_states: SessionStates | None = None
    unpublished: Unpublished | None = None
    reads: str = ""

    def operation(self, operation_id: str) -> Operation | None:
        return next((item for item in self.operations if item.id == operation_id), None)

    def step(self, step: Step) -> Operation | None:
        """Return the operation for this step."""
        return next((item for item in self.operations if item.step is step), None)
