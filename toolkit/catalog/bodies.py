"""Operations with alternative permissions of different meaning; the body decides which is needed.

For all other operations, alternatives serve the same purpose, and the least of them is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct


class Meaning(Struct, frozen=True):
    """What one permission of an operation is for, and the keys of a body that require it.

    If only some values of the keys require it, these are the `values`.
    """

    permission: str
    does: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = ()

    def is_asked_by(self, body: Mapping[str, Any]) -> bool:
        """Whether a body requires the permission; a null field requires nothing."""
        told = [body[key] for key in self.keys if body.get(key) is not None]
        return any(not self.values or _folded(value) in self.values for value in told)


#: One call records, wraps up and disconnects a participant. That each of these needs a permission
#: of its own follows from the permissions' names; the published list joins them as ANY.
_PARTICIPANT: Final = (
    Meaning("conversation:call:record", "starts and stops recording", ("recording",)),
    Meaning("conversation:participant:wrapup", "wraps up", ("wrapup", "wrapupSkipped")),
    # The same field also answers a call, with "connected"; the permission for that is not
    # published.
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
            # Which body needs it is not published.
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
        # The id, not the body, decides whether it is a call recording, a screen recording or a
        # snippet.
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
        # The mapping of settings is our reading of the permission names.
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
        # The query decides between the two, and a body does not show it.
        "putRecordingsDeletionprotection": (
            Meaning("recording:deletionProtection:apply", "protects from deletion", ()),
            Meaning("recording:deletionProtection:revoke", "takes the protection away", ()),
        ),
    }
)


def permissions_of(operation_id: str, body: Any) -> tuple[str, ...]:
    """Return the permissions that a body needs; () if the body does not decide."""
    meanings = MEANINGS.get(operation_id, ())
    if not isinstance(body, dict):
        return ()
    return tuple(each.permission for each in meanings if each.is_asked_by(body))


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""
