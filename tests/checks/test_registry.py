from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import toolkit.checks
from tests.judging.build import ALL_OFF
from toolkit.checks.registry import BUILT_INS, CHECK_IDS
from toolkit.judging.check_interface import BuiltIn
from toolkit.judging.drift_checks import DRIFT_CHECKS
from toolkit.model.findings import Severity

FOLDER = Path(toolkit.checks.__file__).parent


def checks_in_files() -> dict[str, BuiltIn]:
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"toolkit.checks.{path.stem}")
        if hasattr(module, "CHECK"):
            found[path.stem] = module.CHECK
    return found


def test_every_check_is_registered_once() -> None:
    found = checks_in_files()
    assert len(found) == 17
    assert sorted(check.id for check in found.values()) == sorted(check.id for check in BUILT_INS)
    assert set(ALL_OFF) == {check.id for check in BUILT_INS}


@pytest.mark.parametrize(("stem", "check"), checks_in_files().items())
def test_a_check_is_named_after_its_file(stem: str, check: BuiltIn) -> None:
    assert check.id == stem.replace("_", "-")


@pytest.mark.parametrize("check", BUILT_INS, ids=lambda check: check.id)
def test_a_check_explains_itself(check: BuiltIn) -> None:
    assert check.title
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.fix.endswith(".")


def test_severities() -> None:
    errors = {check.id for check in BUILT_INS if check.severity is Severity.ERROR}
    assert errors == {
        "client-without-roles",
        "client-without-scopes",
        "unread-module",
        "skipped-terraform",
        "invalid-role-id",
    }
    notes = {check.id for check in BUILT_INS if check.severity is Severity.NOTE}
    assert notes == {"unpublished-permission", "excess-scope", "excess-permission"}


def test_no_two_checks_of_any_kind_share_an_id() -> None:
    ids = [*CHECK_IDS, *(check.id for check in DRIFT_CHECKS)]
    assert len(ids) == len(set(ids))
