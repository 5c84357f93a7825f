"""Scopes and permissions: which names include, cover or overlap each other."""

from __future__ import annotations

from toolkit.model.values import glob_matches

#: The only suffix that a scope can have; ``x`` includes ``x:readonly``.
READONLY = ":readonly"
#: A permission name that predates ``domain:entity:action``. What `admin` grants is not published.
LEGACY_ADMIN = "admin"


def scopes_included(scope: str) -> tuple[str, ...]:
    """Return the scopes that holding `scope` includes: itself and its read-only part."""
    return (scope,) if scope.endswith(READONLY) else (scope, scope + READONLY)


def scope_covers(held: str, needed: str) -> bool:
    """Whether a client that holds `held` satisfies a need for `needed`."""
    return held == needed or held + READONLY == needed


def scope_violates(held: str, forbidden: str) -> bool:
    """Whether `held`, or a scope that it includes, matches the glob `forbidden`."""
    return any(glob_matches(forbidden, scope) for scope in scopes_included(held))


def permission_covers(held: str, needed: str) -> bool:
    """Whether the held pattern grants the `needed` permission, compared segment by segment.

    A held segment ``*`` covers any segment; a legacy name (`admin`) covers only itself.
    """
    have, want = held.split(":"), needed.split(":")
    return len(have) == len(want) and all(h in ("*", w) for h, w in zip(have, want, strict=True))


def permissions_overlap(one: str, other: str) -> bool:
    """Whether some permission matches both patterns, as when a `forbid` meets a wildcard grant."""
    left, right = one.split(":"), other.split(":")
    return len(left) == len(right) and all(
        "*" in (a, b) or a == b for a, b in zip(left, right, strict=True)
    )


def has_wildcard(permission: str) -> bool:
    return "*" in permission.split(":")
