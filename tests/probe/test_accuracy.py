"""Every fault of the mock is found, alone and in pairs; the page on the diagnosis agrees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.probe.accuracy import Case, pairs, right, rows, singles, table
from toolkit.mock.scenarios import list_scenarios
from toolkit.model.report import Report
from toolkit.probe.stages import CAUSES
from toolkit.reporters import text

pytestmark = pytest.mark.server

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "diagnosis.md"
#: Causes of a request to pause or resume, which a probe does not send: see the recordings.
ONLY_EXPLAINED = {"recording.not-running"}
Found = list[tuple[Case, Report]]


@pytest.fixture(scope="module")
def alone() -> Found:
    return list(rows(list(singles())))


@pytest.fixture(scope="module")
def together() -> Found:
    return list(rows(list(pairs())))


def test_the_first_diagnosis_of_every_fault_is_right(alone: Found) -> None:
    assert [str(case) for case, report in alone if not right(case, report)] == []


#: What a last line must not say: a verdict, and beside it how sure something is that is not so.
CONTRADICTIONS = (
    r"^UNDECIDED .*\(proven",
    r"^MISCONFIGURED .*\(possible",
    r"^READY (?!with a warning: |exit 0: )",
    r"^(?!READY)\w+ none",
)


def test_the_last_lines_do_not_contradict_themselves(alone: Found, together: Found) -> None:
    said = set()
    for case, report in [*alone, *together]:
        last = " ".join(text.render(report).rpartition("\n\n")[2].split())
        said.add(last.split()[0])
        assert [each for each in CONTRADICTIONS if re.search(each, last)] == [], (case, last)
        assert report.diagnoses[0].cause in last or last.startswith("READY exit 0: "), last
    assert said == {"READY", "MISCONFIGURED", "UNDECIDED", "UNREACHABLE"}


def test_both_causes_of_every_pair_are_named(together: Found) -> None:
    assert len(together) > 40
    assert [str(case) for case, report in together if not right(case, report)] == []


def test_every_scenario_and_every_cause_is_tried(alone: Found) -> None:
    assert {case.scenarios[0] for case, _ in alone} == {info.name for info in list_scenarios()}
    tried = {cause for case, _ in alone for cause in case.expected}
    assert tried == set(CAUSES) - ONLY_EXPLAINED


def test_the_page_shows_what_was_found(alone: Found, together: Found) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert table(alone) in page, "run: make accuracy"
    assert table(together) in page, "run: make accuracy"


def test_the_list_of_causes_has_every_one_and_its_verdict() -> None:
    text = (DOCS / "causes" / "index.md").read_text(encoding="utf-8")
    rows_ = re.findall(r"^\| \[`(.+)`\]\(\1\.md\) \| (\w+) \|", text, re.MULTILINE)
    assert dict(rows_) == {k: v.value for k, v in CAUSES.items()}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_page_of_a_cause_says_its_verdict(cause: str) -> None:
    text = (DOCS / "causes" / f"{cause}.md").read_text(encoding="utf-8")
    verdicts = re.findall(r"Verdict:\s(\w+)", text)
    assert verdicts == [CAUSES[cause].value]
