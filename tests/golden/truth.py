"""The verdict that a client of a case must have, derived from its name.

A name starts with the client's real state after everything is applied:

  ========= ====================================================
  `good`    holds what NEEDS wants and nothing that FORBIDS names
  `bad`     lacks the one and holds the other
  `lacks`   lacks what NEEDS wants, and nothing more
  `holds`   holds what NEEDS wants, and what FORBIDS names
  ========= ====================================================

The prefix may be `undecided` (a plan decides it, HCL cannot) or `late` (only an apply decides it),
and `partly`: the known part decides one of the two rules. The name is in the address, as a
resource, a module or a key, or otherwise it is the client's own name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

NEEDS: Final = "NEEDS"
FORBIDS: Final = "FORBIDS"
#: Replaces a verdict if the rule has no result for the client.
ABSENT: Final = "absent"

_TRUTHS: Final = {
    "good": ("pass", "pass"),
    "bad": ("fail", "fail"),
    "lacks": ("fail", "pass"),
    "holds": ("pass", "fail"),
}
#: What each kind of input cannot decide.
_OPEN: Final = {"hcl": ("undecided", "late"), "plan": ("late",), "plan-with-source": ("late",)}
_NAME: Final = re.compile(
    r"(?<![A-Za-z])(?:(undecided|late)[_ ])?(?:(partly)[_ ])?(good|bad|lacks|holds)(?=[_ ])"
)


@dataclass(frozen=True)
class Claim:
    """What a name says about both rules, and what decides it: any input, a plan, or an apply."""

    needs: str
    forbids: str
    until: str | None = None
    partly: bool = False

    def contradicted_by(self, got: tuple[str, str]) -> bool:
        """Whether a verdict is decided and wrong."""
        return any(
            found not in (true, "unknown")
            for found, true in zip(got, (self.needs, self.forbids), strict=True)
        )

    def kept_by(self, got: tuple[str, str], kind: str) -> bool:
        """Whether the verdicts are right, and as decided as this kind of input allows."""
        if self.contradicted_by(got):
            return False
        unknowns = got.count("unknown")
        if self.until in _OPEN.get(kind, ()):
            return unknowns == (1 if self.partly else 2)
        return unknowns == 0


def claim(address: str, name: str | None) -> Claim | None:
    """Return what the address says, otherwise what the name says; None if neither says anything.

    Raises ValueError for an address or a name that says two things.
    """
    for text in (address, name or ""):
        found = {match.groups() for match in _NAME.finditer(text)}
        if len(found) > 1:
            raise ValueError(f"says two things: {text}")
        for until, partly, word in found:
            needs, forbids = _TRUTHS[word]
            # A partly known value is undecided in HCL, unless the name says that an apply decides
            # it.
            return Claim(needs, forbids, until or ("undecided" if partly else None), bool(partly))
    return None


@dataclass
class Judged:
    """A client in a report, with its verdicts by rule and the claim of its name."""

    root: str
    address: str
    name: str
    verdicts: dict[str, str] = field(default_factory=dict)

    @property
    def claim(self) -> Claim | None:
        return claim(self.address, self.name)

    @property
    def two(self) -> tuple[str, str]:
        """The verdicts on the two rules that names are about."""
        return self.verdicts.get(NEEDS, ABSENT), self.verdicts.get(FORBIDS, ABSENT)

    @property
    def contradicts(self) -> bool:
        return self.claim is not None and self.claim.contradicted_by(self.two)

    def decided_as_promised(self, kind: str) -> bool:
        return self.claim is None or self.claim.kept_by(self.two, kind)


def clients(report: dict[str, Any]) -> list[Judged]:
    """Return the clients with a verdict on some rule of the policy, in report order."""
    found: dict[tuple[str, str], Judged] = {}
    for result in report["results"]:
        if result["kind"] == "policy" and result["address"] is not None:
            place = result["root"], result["address"]
            client = found.setdefault(place, Judged(*place, result["client"]))
            client.verdicts[result["rule"]] = result["verdict"]
    return list(found.values())
