"""The steps and conclusions of a probe. This module does not use the network."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct


class ProbeVerdict(StrEnum):
    """The verdict of a probe. `PREFLIGHT` means no problem found, and no start was requested."""

    READY = "ready"
    MISCONFIGURED = "misconfigured"
    UNDECIDED = "undecided"
    UNREACHABLE = "unreachable"
    PREFLIGHT = "preflight"


class Confidence(StrEnum):
    """The confidence of a diagnosis, highest first."""

    PROVEN = "proven"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Observation(Struct, frozen=True):
    """One step of a probe: the request, if there was one, and its outcome.

    `outcome` is ``ok``, ``refused`` (the API returned an error), ``failed`` (no usable response),
    ``skipped`` or ``invalid`` (rejected locally, without a request); `detail` is a sentence about
    it. `facts` holds what the diagnosis needs of the response, without secrets or personal data.
    `elapsed_ms` is in milliseconds, including waits and retries; `attempts` counts requests.
    """

    name: str
    outcome: str
    method: str | None = None
    url: str | None = None
    status: int | None = None
    elapsed_ms: int = 0
    attempts: int = 0
    code: str | None = None
    detail: str = ""
    facts: Mapping[str, Any] = {}


class Diagnosis(Struct, frozen=True):
    """One cause with its confidence, its evidence and its fix.

    `by` names the basis if that is neither a response of the platform nor a document that the
    platform publishes, such as "the forum thread's contract". Such a diagnosis is never proven.
    `hcl` is the Terraform to add if the fix is a configuration change.
    """

    cause: str
    confidence: Confidence
    message: str
    evidence: tuple[str, ...] = ()
    fix: str | None = None
    hcl: str | None = None
    by: str | None = None

    @property
    def sure(self) -> str:
        """Return the confidence in words."""
        return f"{self.confidence.value}, by {self.by}" if self.by else self.confidence.value


class RuledOut(Struct, frozen=True):
    """A cause that the observations exclude, or one that they could not exclude and why.

    `step` is the name of the step that showed it.
    """

    cause: str
    by: str
    excluded: bool = True
    step: str | None = None
