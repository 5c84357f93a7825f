"""The table of the provider's calls, compared with the catalog and with runs of the
real provider.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from toolkit.catalog.catalog import SHIPPED
from toolkit.catalog.routes import Routes
from toolkit.model.operator_needs import TerraformObject
from toolkit.provider.calls import Documented, documented, table
from toolkit.provider.steps import START, STEPS, calls_for
from toolkit.sources import read_json_objects

RECORDED = Path(__file__).parent / "recorded"
ROUTES = Routes(SHIPPED.operations.values())
#: Calls that only a person who logged in through the built-in client needs in addition.
BUILT_IN = {"GET /api/v2/users/me", "GET /api/v2/users/{}/roles", "PUT /api/v2/users/{}/roles"}


def of_catalog(entry: Documented) -> tuple[set[str], set[str]]:
    """Return the permissions and scopes of the calls, from the catalog."""
    permissions: set[str] = set()
    scopes: set[str] = set()
    for call in entry.calls:
        operation = ROUTES.find(*call.split(" "))
        if operation is not None:
            permissions.update(operation.permissions.names if operation.permissions else ())
            scopes.update(scope for some in operation.scopes or () for scope in some)
    return permissions, scopes


def test_the_catalog_asks_for_what_the_providers_documentation_does() -> None:
    kinds = [*table().resources.items(), *table().data_sources.items()]
    assert (len(table().resources), len(table().data_sources)) == (143, 114)
    other = [kind for kind, entry in kinds if of_catalog(entry)[0] != {*entry.permissions}]
    assert other == ["genesyscloud_workforcemanagement_businessunits"] * 2
    assert sum(of_catalog(entry)[1] != {*entry.scopes} for _, entry in kinds) == 25


def test_the_steps_are_documented_calls() -> None:
    for kind, phases in STEPS.items():
        known = documented(kind, is_data=False)
        assert known is not None
        calls = {step.call for steps in phases.values() for step in steps}
        # The home division is looked up for a role without a division.
        assert calls - {*known.calls} <= {"GET /api/v2/authorization/divisions/home"}, kind


def test_an_empty_entry_is_not_known() -> None:
    assert documented("genesyscloud_tf_export", is_data=False) is None
    assert calls_for(TerraformObject("x", "genesyscloud_tf_export", ())) is None


def template(call: str) -> str:
    """Return the call with every id as ``{}``, and as in the catalog if it is there."""
    method, _, path = call.partition(" ")
    found = ROUTES.find(method, path)
    parts = (found.path if found is not None else path).split("/")
    return f"{method} {'/'.join('{}' if part.startswith('{') else part for part in parts)}"


def recorded(*names: str) -> set[str]:
    """Return the calls that the provider made, without the login."""
    calls = [
        f"{each['method']} {each['path']}"
        for name in names
        for each in json.loads((RECORDED / "transcripts" / f"{name}.json").read_text("utf-8"))
    ]
    return {template(call) for call in calls if "/oauth/token" not in call}


def told(things: Iterable[TerraformObject], *, certain: bool) -> set[str]:
    calls = {template(call) for call in START}
    for thing in things:
        found = calls_for(thing)
        assert found is not None
        calls |= {template(s.call) for _, s in found if s.certain or not certain}
    return calls


@pytest.mark.parametrize(
    ("plan", "transcripts"),
    [
        ("create", ("plan-create", "apply-create")),
        ("update", ("apply-update",)),
        ("again", ("plan-again",)),
        ("destroy", ("destroy",)),
    ],
)
def test_a_run_makes_the_calls_that_are_told(plan: str, transcripts: tuple[str, ...]) -> None:
    data = (RECORDED / f"plan-{plan}.json").read_bytes()
    things = read_json_objects(data, "plan").objects
    made = recorded(*transcripts)
    if plan == "again":
        # The recording ends before the apply.
        things = tuple(t for t in things if [*t.phases] == ["read"])
    assert made - told(things, certain=False) == set()
    assert told(things, certain=True) - made == set()
