"""How a client's roles and their permissions differ from the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.judging.difference import Difference, no_effect, some
from toolkit.judging.drift_checks import (
    PERMISSION_ADDED,
    PERMISSION_REMOVED,
    ROLE_ADDED,
    ROLE_REMOVED,
    WILDCARD_EXPANDED,
)
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import few, not_known
from toolkit.judging.role_drift import RoleDrift, compare_roles, unmanaged_roles
from toolkit.model.clients import Client, Grant, division_phrase
from toolkit.model.findings import Missing, SettingOutcome
from toolkit.model.plurals import joined


def role_differences(state: Client, org: Client, home: str | None) -> Iterator[Difference]:
    effect = not kinds_of(org.grant_type).surely_user
    found = compare_roles(state, org, home)
    if found.reasons:
        message = f"Cannot tell whether the roles are the same, since {not_known(found.reasons)}."
        yield Difference(ROLE_REMOVED, message, found.reasons, attribute="roles", effect=effect)
        return
    setting = SettingOutcome("roles", _grants(found.state), _grants(found.org))
    ineffective = no_effect(effect, "roles")
    for check, verb, grants in (
        (ROLE_REMOVED, "Lost", found.lost),
        (ROLE_ADDED, "Was given", found.new),
    ):
        if grants:
            told = joined(
                f'"{each.role.label}" in {division_phrase(each.division)}' for each in grants
            )
            noun = "role" if len(grants) == 1 else "roles"
            message = f"{verb} the {noun} {told}{ineffective}."
            yield Difference(check, message, setting=setting, attribute="roles", effect=effect)
    for role in found.roles:
        yield from _permissions(role, effect)


def _permissions(found: RoleDrift, effect: bool) -> Iterator[Difference]:
    role = found.role.label
    if found.reasons:
        message = f"Cannot tell whether {role} grants the same, since {not_known(found.reasons)}."
        yield Difference(
            PERMISSION_REMOVED, message, found.reasons, attribute="roles", effect=effect
        )
        return
    ineffective = no_effect(effect, "roles")
    if found.lost:
        yield Difference(
            PERMISSION_REMOVED,
            f"{role} no longer grants the {some('permission', found.lost)}{ineffective}.",
            missing=tuple(Missing("permission", (name,)) for name in found.lost),
            attribute="roles",
            effect=effect,
        )
    if found.restricted:
        yield Difference(
            PERMISSION_REMOVED,
            f"{role} grants the {some('permission', found.restricted)} only under a condition, "
            f"which the state does not have{ineffective}.",
            missing=tuple(Missing("permission", (name,)) for name in found.restricted),
            attribute="roles",
            effect=effect,
        )
    if found.altered:
        yield Difference(
            PERMISSION_REMOVED,
            f"{role} grants the {some('permission', found.altered)} under another condition than "
            f"the state says{ineffective}.",
            missing=tuple(Missing("permission", (name,)) for name in found.altered),
            attribute="roles",
            effect=effect,
        )
    if found.unclear:
        message = f"Cannot tell whether {role} grants the same, since {not_known(found.unclear)}."
        yield Difference(
            PERMISSION_REMOVED, message, found.unclear, attribute="roles", effect=effect
        )
    if found.new:
        yield Difference(
            PERMISSION_ADDED,
            f"{role} also grants the {some('permission', found.new)}{ineffective}.",
            setting=SettingOutcome(role, "not granted", ", ".join(found.new)),
            attribute="roles",
            effect=effect,
        )
    for pattern, granted in found.expanded:
        setting = SettingOutcome(role, pattern, few(granted))
        message = (
            f'{role} has "{pattern}" in the state; the org grants {setting.actual} for it. Whether '
            "that is all that the wildcard stands for is not known, and what the platform adds "
            "later is not granted."
        )
        yield Difference(
            WILDCARD_EXPANDED, message, setting=setting, attribute="roles", effect=effect
        )


def not_compared(state: Client) -> str:
    """Name what "in sync" does not cover, or "" if it covers everything."""
    roles = unmanaged_roles(state)
    if not roles:
        return ""
    what = f"what {few(roles)} {'grants' if len(roles) == 1 else 'grant'}"
    return f", which does not say {what}: that was not compared"


def _grants(grants: Sequence[Grant]) -> str:
    told = sorted(f"{each.role.label} in {division_phrase(each.division)}" for each in grants)
    return "; ".join(told) or "none"
