"""What the probe did and saw, and what it concludes: nothing here touches the network."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct


class ProbeVerdict(StrEnum):
    """The answer of a probe; `PREFLIGHT` is nothing found by one that was told not to start."""

    READY = "ready"
    MISCONFIGURED = "misconfigured"
    UNDECIDED = "undecided"
    UNREACHABLE = "unreachable"
    PREFLIGHT = "preflight"


class Confidence(StrEnum):
    """How sure a diagnosis is, the surest first."""

    PROVEN = "proven"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Observation(Struct, frozen=True):
    """One step: the request that was made, if any, and what came of it.

    `outcome` is ``ok``, ``refused`` (the API answered with an error), ``failed`` (no usable
    answer), ``skipped`` or ``invalid`` (found wrong here, without a request); `detail` says it in
    a sentence.
    `facts` holds what the diagnosis needs of the answer, with nothing secret or personal in it.
    `elapsed_ms` is in milliseconds, waiting and retries included; `attempts` counts requests.
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
    """One cause, how sure it is, what shows it and what to do about it.

    `by` is what it rests on where that is neither an answer of the platform nor a document that it
    publishes: "the forum thread's contract". Such a diagnosis is never proven. `hcl` is the
    Terraform to add, where a change of the configuration is the fix.
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
        """How sure it is, in words."""
        return f"{self.confidence.value}, by {self.by}" if self.by else self.confidence.value


class RuledOut(Struct, frozen=True):
    """An explanation that the observations exclude, or one that could not be excluded and why.

    `step` is the name of the step that showed it.
    """

    cause: str
    by: str
    excluded: bool = True
    step: str | None = None
