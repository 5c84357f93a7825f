"""Test the oracle on the explicit statements of DESIGN."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .oracle import HOLE, Client, Grant, Hole, Role, Rule, Strings, verdict

VIEW, WRITE, DELETE = (f"recording:recording:{action}" for action in ("view", "write", "delete"))


def credentials(*grants: Grant, is_open: bool = False) -> Client:
    return Client("c", "t.c", "CLIENT-CREDENTIALS", Strings(), grants, is_open)


def user(*scopes: str, is_open: bool = False, grant_type: str | Hole = "CODE") -> Client:
    return Client("c", "t.c", grant_type, Strings(frozenset(scopes), is_open))


def grant(*patterns: str, at: str | Hole | None = None, is_open: bool = False) -> Grant:
    return Grant(Role(frozenset(patterns), open=is_open), at)


BOTH = Rule("R", "require", permissions=(VIEW, WRITE))
ALL = Rule("R", "require", permissions=(VIEW,), division="all")
HOME = Rule("R", "require", permissions=(VIEW,), division="home")
SCOPES = Rule("R", "require", scopes=("a", "b:readonly"))
NO_DELETE = Rule("R", "forbid", permissions=("recording:*:delete",))
NO_USERS = Rule("R", "forbid", scopes=("users:readonly",))


@pytest.mark.parametrize(
    ("client", "rule", "wanted"),
    [
        (user("a", "b"), SCOPES, "pass"),  # `b` includes `b:readonly`
        (user("a:readonly", "b"), SCOPES, "fail"),  # and not the reverse
        (user("a", is_open=True), SCOPES, "unknown"),
        (user("a", "b", is_open=True), SCOPES, "pass"),
        (credentials(), SCOPES, "unknown"),  # scopes have no effect
        (credentials(grant(VIEW, WRITE)), BOTH, "pass"),
        (credentials(grant("recording:*:*")), BOTH, "pass"),
        (credentials(grant(VIEW), grant(WRITE)), BOTH, "pass"),  # both at home
        (credentials(grant(VIEW, at="N"), grant(WRITE, at="S")), BOTH, "fail"),  # two halves
        (credentials(grant(VIEW, at="*"), grant(WRITE, at="S")), BOTH, "pass"),
        (credentials(grant(VIEW), grant(WRITE, at="S")), BOTH, "unknown"),  # S may be home
        (credentials(grant(VIEW, is_open=True)), BOTH, "unknown"),
        (credentials(is_open=True), BOTH, "unknown"),
        (user("a"), BOTH, "unknown"),  # the user's own permissions
        (credentials(grant(VIEW)), ALL, "fail"),
        (credentials(grant(VIEW, at="*")), ALL, "pass"),
        (credentials(grant(VIEW, at=HOLE)), ALL, "unknown"),
        (credentials(grant(VIEW)), HOME, "pass"),
        (credentials(grant(VIEW, at="N")), HOME, "unknown"),
        (credentials(grant("recording:*:*")), NO_DELETE, "fail"),  # overlap
        (credentials(grant(VIEW)), NO_DELETE, "pass"),
        (credentials(Grant(Role(maybe=frozenset({DELETE})))), NO_DELETE, "unknown"),
        (credentials(grant(DELETE), is_open=True), NO_DELETE, "fail"),
        (user("a"), NO_DELETE, "not-applicable"),
        (replace(user("a"), exists=False), NO_DELETE, "not-applicable"),  # whether it is there
        (replace(user("a", "b"), exists=False), SCOPES, "unknown"),
        (replace(user("a"), name=HOLE), replace(NO_DELETE, names=("x",)), "not-applicable"),
        (replace(user("a", "b"), name=HOLE), replace(SCOPES, names=("x",)), "pass"),
        (replace(user("a"), name=HOLE), replace(SCOPES, names=("x",)), "unknown"),
        (user("users"), NO_USERS, "fail"),
        (user("users", is_open=True), NO_USERS, "fail"),
        (user(is_open=True), NO_USERS, "unknown"),
        (user("users", grant_type=HOLE), NO_USERS, "unknown"),
        (user("a"), Rule("R", "forbid", scopes=("a",), grant_types=("TOKEN",)), "absent"),
        (user(), Rule("R", "settings", settings=(("state", "equals", "active"),)), "pass"),
    ],
)
def test_the_oracle_says_what_the_design_says(client: Client, rule: Rule, wanted: str) -> None:
    assert verdict(client, rule) == wanted
