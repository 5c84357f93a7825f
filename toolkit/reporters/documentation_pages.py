"""The documentation page of each rule, as a path relative to the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from toolkit.model.findings import Kind

if TYPE_CHECKING:
    from toolkit.model.findings import Result

#: Rules that are not in the check registry and have no page of their own.
_ELSEWHERE: Final = {
    "access-change": "commands/diff.md",
    "uncovered-root": "configuration.md",
    "can-call": "commands/check.md",
    "not-proven": "diagnosis.md",
}


def page_of(result: Result) -> str:
    """Return the page of a check, or the policy page: only the author of a rule can explain it."""
    if result.rule in _ELSEWHERE:
        return _ELSEWHERE[result.rule]
    return "policy.md" if result.kind is Kind.POLICY else f"checks/{result.rule}.md"


def page_of_cause(cause: str) -> str:
    return _ELSEWHERE.get(cause, f"causes/{cause}.md")
