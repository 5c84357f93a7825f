"""The HCL to add for a finding, if it follows from what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import pattern
from toolkit.model import hcl
from toolkit.model.clients import CLIENT_CREDENTIALS, ROLE_TYPE
from toolkit.model.findings import Missing, Result, Verdict
from toolkit.reporters.edit_lines import edit_lines
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The address of a role that this Terraform defines, so that its block can be changed.
_OWN_ROLE = pattern(rf"(?:^|\.)(?<!data\.){ROLE_TYPE}\.")
_PERMISSION = pattern(r"[^:*]+:[^:*]+:[^:*]+")


def additions(result: Result) -> str | None:
    """Return what to add, with a comment on where; None if that does not follow from the finding.

    If there are edits, return those. Of several alternatives, return the first. A permission that a
    role grants in another division needs a change of the grant, and a permission that only may be
    missing needs no change.
    """
    if result.verdict is not Verdict.FAIL or result.in_state:
        return None
    if result.fix_edits is not None:
        return "\n".join(edit_lines(result.fix_edits))
    if result.grant_type == CLIENT_CREDENTIALS:
        wanted = [
            need
            for need in result.missing
            if need.kind == "permission" and need.division is None
            if _PERMISSION.fullmatch(need.any_of[0])
        ]
        return "\n".join(_permissions(result, wanted)) if wanted else None
    wanted = [need for need in result.missing if need.kind == "scope"]
    # Under an unknown grant type, scopes and permissions may both count.
    return "\n".join(_scopes(result, wanted)) if wanted and result.grant_type else None


def _scopes(result: Result, wanted: list[Missing]) -> Iterator[str]:
    # A line break in a name must not end the comment.
    yield f"# to the scopes of {visible(result.address or '')}:"
    for need in wanted:
        yield f"{hcl.quoted(need.any_of[0])}," + (f"  #{_others(need)}" if _others(need) else "")


def _permissions(result: Result, wanted: list[Missing]) -> Iterator[str]:
    own = [held.role for held in result.looked_through if _OWN_ROLE.search(held.role)]
    names = [need.any_of[0] for need in wanted]
    for need in wanted:
        if len(need.any_of) > 1:
            yield f"# {need.any_of[0]}{_others(need)}"
    if own:
        yield f"# to {visible(own[0])}:"
        yield from hcl.policies(names)
    else:
        yield hcl.role_of_client(result.address, names)


def _others(need: Missing) -> str:
    return "".join(f" or {visible(name)}" for name in need.any_of[1:])
