"""`-f csv`: rows that a spreadsheet can open without evaluating any cell."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.reporters.test_inventory_report import KIOSK, SAMPLE
from toolkit.model.inventory import Inventory
from toolkit.model.inventory_report import Digest, InventoryReport
from toolkit.model.report import Report
from toolkit.reporters.csv_rows import render
from toolkit.reporters.inventory_csv import render_inventory
from toolkit.workflows import input_digests

HERE = Path(__file__).parent


def rows(text: str) -> list[dict[str, str]]:
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("".join(kept))))


def test_the_inventory_is_byte_exact() -> None:
    shown = replace(SAMPLE, digests=(Digest("source", "terraform", "0" * 64),))
    assert render_inventory(shown) == (HERE / "inventory.csv").read_text(encoding="utf-8")


def test_each_finding_is_a_row_and_each_error_too(sample: Report) -> None:
    found = rows(render(sample))
    assert len(found) == len(sample.results) + len(sample.errors)
    told = {(row["rule"], row["address"], row["verdict"]) for row in found}
    assert {(r.rule, r.address or "", r.verdict.value) for r in sample.results} <= told
    assert {row["message"] for row in found if row["kind"] == "error"} == {
        problem.message for problem in sample.errors
    }


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "|x", "\t=1", '=cmd|"x"!A1'])
def test_no_cell_is_a_formula(name: str) -> None:
    one = InventoryReport("1", (Inventory("tf", "hcl", (replace(KIOSK, name=name),)),))
    (row,) = rows(render_inventory(one))
    assert row["client"][0] not in "=+-@|\t"


def test_a_client_is_one_row_whatever_its_name_has_in_it() -> None:
    one = replace(KIOSK, name='a,"b"\nc;d')
    (row,) = rows(render_inventory(InventoryReport("1", (Inventory("tf", "hcl", (one,)),))))
    assert row["address"] == KIOSK.address
    assert row["kind"] == "client"


def test_a_change_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("a")
    before = input_digests(tmp_path)
    (tmp_path / "main.tf").write_text("b")
    after = input_digests(tmp_path)
    assert before[0].name == after[0].name
    assert before[0].sha256 != after[0].sha256
    assert before[1:] == after[1:]
