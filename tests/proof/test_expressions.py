"""Expressions evaluate as in Terraform, or are unknown; a short run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.comparing import LATER, Ours, Truth, compare
from tests.proof.drawn import CALLS
from tests.proof.expressions import draw, judged, shown
from tests.proof.places import PLACES
from tests.standin_provider.fixtures import standin_config
from toolkit.model.clients import Client, Grant, Role
from toolkit.model.values import Unknown, ValueSet
from toolkit.sources.hcl.functions import library

pytestmark = pytest.mark.terraform

__all__ = ["standin_config"]


@pytest.mark.parametrize("is_open", [False, True])
def test_none_is_wrong(standin_config: Path, is_open: bool) -> None:
    cases = [case for case in draw(900, 11) if case.is_open is is_open][:200]
    found = list(judged(cases, 11, standin_config))
    wrong = [shown(each) for each in found if each.outcome == "wrong"]
    assert wrong == []
    counts = {name: sum(each.outcome == name for each in found) for name in ("right", "needless")}
    assert counts["right"] > len(cases) / 3
    assert counts["needless"] < len(cases) / 20


def test_every_place_and_every_function_is_drawn() -> None:
    drawn = {case.what for case in draw(2000, 1)}
    assert drawn == PLACES.keys() | CALLS.keys()
    own = library.NAMES | {"templatefile", "templatestring"}
    assert own - CALLS.keys() == {"abspath", "base64gunzip", "cidrcontains", "urldecode"}


# -- what counts as a difference -----------------------------------------------------------------

_WHY = Unknown("var.x", "a variable")
_CLIENT = Client("r", "genesyscloud_oauth_client.c1", "n", "CODE", ValueSet(("a",)))
_PLANNED = {
    "name": "n",
    "authorized_grant_type": "CODE",
    "description": None,
    "expose_client_secret": False,
    "scopes": frozenset({"a"}),
    "registered_redirect_uris": None,
    "roles": frozenset(),
}


def _differs(client: Client, **planned: object) -> bool:
    truth = Truth(None, {_CLIENT.address: _PLANNED | planned})
    return compare(Ours(clients=(client,)), truth) is not None


def _changed(**changes: object) -> Client:
    own = {name: getattr(_CLIENT, name) for name in ("root", "address", "name", "grant_type")}
    return Client(**{**own, "scopes": _CLIENT.scopes, **changes})


@pytest.mark.parametrize(
    ("changes", "planned", "differs"),
    [
        ({}, {}, False),
        ({"name": "m"}, {}, True),
        ({"name": _WHY}, {"name": LATER}, False),
        ({}, {"name": LATER}, True),
        ({"scopes": ValueSet(("a",), (_WHY,))}, {"scopes": frozenset({"a", "b"})}, False),
        ({"scopes": ValueSet(("c",), (_WHY,))}, {"scopes": frozenset({"a", "b"})}, True),
        ({}, {"scopes": frozenset({"a", "b"})}, True),
        ({}, {"roles": frozenset({(frozenset({"x"}), None)})}, True),
        (
            {"grants": (Grant(Role("undefined", id="x")),)},
            {"roles": frozenset({(frozenset({"x"}), None)})},
            False,
        ),
        (
            {"grants": (Grant(Role("undefined", id="x"), "d"),)},
            {"roles": frozenset({(frozenset({"x"}), None)})},
            True,
        ),
        ({"grants": (Grant(Role("undefined", id="y")),), "grants_unknown": (_WHY,)}, {}, True),
        ({"attributes": {"description": "d"}}, {"description": "d"}, False),
        ({"attributes": {"description": "d"}}, {"description": "e"}, True),
    ],
)
def test_what_differs(
    changes: dict[str, object], planned: dict[str, object], differs: bool
) -> None:
    assert _differs(_changed(**changes), **planned) is differs


def test_instances_differ_too() -> None:
    other = Truth(None, {"genesyscloud_oauth_client.c2": _PLANNED})
    assert compare(Ours(clients=(_CLIENT,)), other) is not None
    assert compare(Ours(), other) is not None
    assert compare(Ours(), Truth(None, {})) is None
    assert compare(Ours(clients=(_CLIENT,)), Truth(refused="why")) is None
