"""Phrases for the operations that reviewers are told about, most severe first.

Some API operations do several things and need a different permission for each; then `permissions`
are those for the thing named here. A recording is deleted by setting its deletion date. Source: the
published API document, early 2026. Which permission belongs to which body is our reading.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Named(Struct, frozen=True):
    """An operation, the phrase after "can", and its permissions if only a subset applies."""

    operation: str
    phrase: str
    permissions: tuple[str, ...] = ()


NAMED: Final = (
    Named("startRecordingSession", "start recording sessions"),
    Named("patchConversationsCallParticipant", "start recordings", ("conversation:call:record",)),
    Named("putConversationsCallRecordingstate", "pause recordings"),
    Named(
        "putConversationRecording",
        "delete recordings",
        (
            "recording:recording:editRetention",
            "recording:screenRecording:editRetention",
            "recording:snippetRecording:editRetention",
        ),
    ),
    Named("postRecordingJobs", "delete or export recordings in bulk"),
    Named("postRecordingBatchrequests", "download recordings in bulk"),
    Named("getConversationRecording", "listen to recordings"),
    Named("deleteOrphanrecording", "delete orphaned recordings"),
    Named("postRecordingMediaretentionpolicies", "add retention policies"),
    Named("putRecordingMediaretentionpolicy", "change retention policies"),
    Named("deleteRecordingMediaretentionpolicy", "delete retention policies"),
    Named("postConversationsCallParticipantMonitor", "listen in on calls"),
    Named("postAuthorizationSubjectBulkadd", "grant roles"),
    Named("putAuthorizationRole", "change roles"),
    Named("postAuthorizationRoles", "add roles"),
    Named("postOauthClients", "add OAuth clients"),
    Named("putOauthClient", "change OAuth clients"),
    Named("postOauthClientSecret", "make secrets of OAuth clients"),
    Named("postGdprRequests", "request the deletion or export of a person's data"),
    Named("postAnalyticsDataextractionDownloadsBulk", "export analytics in bulk"),
)
