"""No verdict is wrong in any style of Terraform; a short run of `make proof`.

The proof itself is tested too: it must find bugs that are put into the toolkit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import toolkit.judging.division_groups
import toolkit.judging.forbid
import toolkit.judging.require
from tests.standin_provider.fixtures import standin_config
from toolkit.model.permissions import permission_covers

from .judging import LIMITS, Compared, run
from .measure import Tally
from .world import CONTAINERS, draw
from .writing import KINDS, STYLES

pytestmark = pytest.mark.slow

__all__ = ["standin_config"]


def judged(seed: int, clients: int, folder: Path, cli_config: Path | None = None) -> list[Compared]:
    return list(run(draw(seed, clients), folder, cli_config))


def assert_right(found: list[Compared]) -> None:
    assert [each for each in found if each.wrong] == []
    assert [each for each in found if each.needless and each.limit is None] == []


@pytest.mark.parametrize("seed", [101, 102, 103, 104])
def test_no_verdict_on_hcl_is_wrong(tmp_path: Path, seed: int) -> None:
    found = judged(seed, 50, tmp_path)
    assert len(found) > 300
    assert {each.said for each in found} >= {"pass", "fail", "unknown"}
    assert_right(found)


@pytest.mark.terraform
@pytest.mark.parametrize("seed", [201, 202])
def test_no_verdict_on_a_plan_is_wrong(tmp_path: Path, standin_config: Path, seed: int) -> None:
    found = judged(seed, 50, tmp_path, standin_config)
    for kind in KINDS:
        assert len([each for each in found if each.kind == kind]) > 300
    assert_right(found)


def test_most_is_decided(tmp_path: Path) -> None:
    """A check that decides nothing would never be wrong."""
    found = judged(105, 80, tmp_path)
    decided = [each for each in found if each.must != "unknown"]
    assert len(decided) > len(found) / 2
    assert len([each for each in decided if each.needless]) < len(decided) / 5


def test_every_way_of_writing_is_drawn() -> None:
    written = [each for seed in range(12) for each in draw(seed, 100).clients]
    styles = set[str]().union(*(each.styles for each in written))
    assert {style.name for style in STYLES} <= styles
    assert {f"in: {name}" for name in CONTAINERS} <= styles


def test_every_limit_is_written_down() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "trust.md"
    text = " ".join(page.read_text(encoding="utf-8").split())
    for reason in {reason for limits in LIMITS.values() for reason in limits.values()}:
        assert reason in text, reason


# -- bugs that the proof must find ---------------------------------------------------------------


def _same(one: str, other: str) -> bool:
    return one == other


def _covers_any_action(held: str, needed: str) -> bool:
    return permission_covers(held, needed) or held.split(":")[:2] == needed.split(":")[:2]


def _first_division_only(grants: Any, wanted: str) -> Any:
    return iter([(None, list(grants))])


@pytest.mark.parametrize(
    ("module", "name", "bug"),
    [
        (toolkit.judging.forbid, "permissions_overlap", _same),
        (toolkit.judging.forbid, "scope_violates", _same),
        (toolkit.judging.require, "scope_covers", _same),
        (toolkit.judging.division_groups, "certain_spots", _first_division_only),
        (toolkit.judging.forbid, "open_ends", lambda *_: ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bug_in_a_check_is_found(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    module: Any,
    name: str,
    bug: Callable[..., Any],
) -> None:
    for cached in ("_overlapping", "_forbidden_by"):
        getattr(toolkit.judging.forbid, cached).cache_clear()
    monkeypatch.setattr(module, name, bug)
    try:
        wrong = [
            each
            for seed in range(301, 306)
            for each in judged(seed, 60, _folder(tmp_path, seed))
            if each.wrong
        ]
    finally:
        for cached in ("_overlapping", "_forbidden_by"):
            getattr(toolkit.judging.forbid, cached).cache_clear()
    assert wrong


def _folder(tmp_path: Path, seed: int) -> Path:
    folder = tmp_path / str(seed)
    folder.mkdir()
    return folder


def test_the_measure_counts_what_is_wrong() -> None:
    right = Compared("hcl", "a", "R", "pass", "pass", frozenset({"literal"}))
    tally = Tally()
    tally.add(1, [right, right._replace(must="fail"), right._replace(said="unknown")])
    assert [seed for seed, _ in tally.wrong] == [1]
    assert [seed for seed, _ in tally.undocumented] == [1]
    assert tally.kinds["hcl"] == {"verdicts": 3, "pass": 2, "unknown": 1, "needless": 1, "wrong": 1}


@pytest.mark.parametrize(
    ("said", "must", "wrong", "needless"),
    [
        ("pass", "pass", False, False),
        ("pass", "fail", True, False),
        ("pass", "unknown", True, False),
        ("fail", "unknown", True, False),
        ("absent", "fail", True, False),
        ("not-applicable", "fail", True, False),
        ("not-applicable", "absent", False, False),
        ("unknown", "fail", False, True),
        ("unknown", "unknown", False, False),
    ],
)
def test_what_counts_as_wrong(said: str, must: str, wrong: bool, needless: bool) -> None:
    one = Compared("hcl", "a", "R", said, must, frozenset())
    assert (one.wrong, one.needless) == (wrong, needless)
