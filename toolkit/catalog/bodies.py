"""Operations whose alternative permissions mean different things: the body tells which is needed.

Elsewhere alternatives are ways to the same end, and the least of them will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct


class Meaning(Struct, frozen=True):
    """What one permission of an operation is for, and the keys of a body that ask for it.

    Where only some values of them do, these are the `values`.
    """

    permission: str
    does: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = ()

    def is_asked_by(self, body: Mapping[str, Any]) -> bool:
        """Whether a body asks for it; a field that is null asks for nothing."""
        told = [body[key] for key in self.keys if body.get(key) is not None]
        return any(not self.values or _folded(value) in self.values for value in told)


#: A participant is recorded, wrapped up and disconnected with one call. That each of these needs
#: its own permission is what the permissions' names say; the published list joins them as ANY.
_PARTICIPANT: Final = (
    Meaning("conversation:call:record", "starts and stops recording", ("recording",)),
    Meaning("conversation:participant:wrapup", "wraps up", ("wrapup", "wrapupSkipped")),
    # The same field also takes a call, with "connected": which permission that needs is published
    # nowhere.
    Meaning(
        "conversation:communication:disconnect",
        "disconnects",
        ("state",),
        ("disconnected", "terminated"),
    ),
)
MEANINGS: Final[Mapping[str, tuple[Meaning, ...]]] = MappingProxyType(
    {
        "patchConversationParticipant": _PARTICIPANT,
        "patchConversationsCallParticipant": _PARTICIPANT,
        "patchConversationsCallParticipantUserUserId": (
            *_PARTICIPANT,
            # What of a body it is for is published nowhere.
            Meaning("conversation:agentlessCall:add", "is about calls without an agent", ()),
        ),
        "patchConversationsCallbackParticipant": _PARTICIPANT,
        "patchConversationsChatParticipant": _PARTICIPANT,
        "patchConversationsCobrowsesessionParticipant": _PARTICIPANT,
        "patchConversationsEmailParticipant": (
            *_PARTICIPANT,
            Meaning("conversation:email:park", "parks an e-mail", ("parked",)),
        ),
        "patchConversationsMessageParticipant": _PARTICIPANT,
        # Whether a recording is one of a call, of a screen or a snippet its id tells, and no body.
        "putConversationRecording": tuple(
            Meaning(f"recording:{entity}:{action}", f"{does} {what}", ())
            for entity, what in (
                ("recording", "a recording"),
                ("screenRecording", "a screen recording"),
                ("snippetRecording", "a snippet"),
            )
            for action, does in (
                ("view", "reads"),
                ("editRetention", "changes how long is kept"),
                ("restore", "restores"),
            )
        ),
        # Which setting each is for is our reading of the names.
        "putRecordingSettings": (
            Meaning(
                "recording:settings:editScreenRecordings",
                "limits the streams of screen recordings",
                ("maxSimultaneousStreams", "maxConfigurableScreenRecordingStreams"),
            ),
            Meaning(
                "recording:settings:editRegionalStorage",
                "keeps recordings in their region",
                ("regionalRecordingStorageEnabled",),
            ),
            Meaning(
                "recording:settings:editUrlExpiration",
                "sets how long links hold",
                ("recordingPlaybackUrlTtl", "recordingBatchDownloadUrlTtl"),
            ),
            Meaning(
                "recording:settings:editConferenceRecording",
                "ends recordings without own people",
                ("stopRecordingWhenOnlyExternalParticipants",),
            ),
        ),
        # Which of the two it does stands in the query, which nobody records here.
        "putRecordingsDeletionprotection": (
            Meaning("recording:deletionProtection:apply", "protects from deletion", ()),
            Meaning("recording:deletionProtection:revoke", "takes the protection away", ()),
        ),
    }
)


def permissions_of(operation_id: str, body: Any) -> tuple[str, ...]:
    """The permissions that a body needs; none where it does not tell."""
    meanings = MEANINGS.get(operation_id, ())
    if not isinstance(body, dict):
        return ()
    return tuple(each.permission for each in meanings if each.is_asked_by(body))


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""
