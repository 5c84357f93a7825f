"""The text that a person reads, byte for byte, and what it must never do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExitCode
from toolkit.model.clients import Location
from toolkit.model.findings import Severity, Verdict
from toolkit.model.report import Problem, Provisioning, Report, Source, TerraformCommand
from toolkit.reporters import text
from toolkit.reporters.meaning import EXIT_MEANINGS
from toolkit.reporters.terminal import visible

HERE = Path(__file__).parent
ADDRESS = "genesyscloud_oauth_client.a"


def report_of(*results: Any, clients: int = 1, **more: Any) -> Report:
    sources = (Source("terraform", "hcl", clients),)
    return Report("check", "1.2.3", sources=sources, results=results, **more)


def test_is_byte_exact(sample: Report) -> None:
    assert text.render(sample) == (HERE / "sample.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "status", "applied", "said"),
    [
        ("1.9.0", 0, None, "tofu 1.9.0: init exit 0, apply exit 1"),
        ("1.9.0", 0, True, "tofu 1.9.0: init exit 0, apply exit 1\n\n  APPLIED"),
        ("1.9.0", 0, False, "tofu 1.9.0: init exit 0, apply exit 1\n\n  APPLY FAILED"),
        (None, 3, None, "tofu: version exit 3, init exit 0, apply exit 1"),
    ],
)
def test_says_what_terraform_did(
    version: str | None, status: int, applied: bool | None, said: str
) -> None:
    commands = (
        TerraformCommand("version", status),
        TerraformCommand("init", 0),
        TerraformCommand("apply", 1),
    )
    ran = Provisioning("tofu", version, commands, applied)
    assert f"\n\n{said}\n\nNOTHING WAS CHECKED" in text.render(report_of(terraform=ran))


def test_does_not_depend_on_the_order_of_the_results(sample: Report) -> None:
    turned = replace(
        sample, results=sample.results[::-1], sources=sample.sources[::-1], notes=sample.notes[::-1]
    )
    assert text.render(turned) == text.render(sample)


def test_fits_80_columns(sample: Report) -> None:
    assert max(map(len, text.render(sample).splitlines())) <= 80


def test_colour_adds_nothing_but_escape_sequences(sample: Report) -> None:
    coloured = text.render(sample, colour=True)
    assert "\x1b[1;31mFAIL\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(sample)


def test_a_name_is_never_broken(make_result: Any) -> None:
    address = "module." + "a" * 100 + ".genesyscloud_oauth_client.b"
    page = text.render(report_of(make_result(Verdict.FAIL, "REC001", address, "Lacks it.")))
    assert any(address in line for line in page.splitlines())


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J\x1b[1;32mpass", "\\x1b[2J\\x1b[1;32mpass"),
        ("a\n0 failed", "a\\n0 failed"),
        ("a\rb\tc", "a\\rb\\tc"),
        ("\x9b31m", "\\x9b31m"),
        ("good\u202egnidrocer", "good\\u202egnidrocer"),
        ("a\u2028b\u00a0c", "a\\u2028b\\xa0c"),
    ],
    ids=["escape", "newline", "return", "c1", "bidirectional", "separator"],
)
def test_control_characters_are_shown_not_sent(make_result: Any, raw: str, shown: str) -> None:
    result = make_result(
        Verdict.FAIL,
        "REC001",
        f"genesyscloud_oauth_client.x[{raw!r}{raw}]",
        f"Lacks {raw}.",
        title=raw,
        client=raw,
        grant_type=raw,
        location=Location(raw, 1, 1, 1, f"scopes = {raw}"),
        fix=f"Add {raw}",
    )
    page = text.render(
        replace(report_of(result, errors=(Problem(raw, raw),)), sources=(Source(raw, raw, 1),))
    )
    assert page.count(shown) >= 9
    assert all(line.isprintable() for line in page.split("\n"))


@pytest.mark.parametrize("column", [1, 40, 200])
def test_a_long_line_is_cut_around_the_marker(make_result: Any, column: int) -> None:
    excerpt = "".join(chr(ord("a") + number % 26) for number in range(300))
    location = Location("main.tf", 1, 1, column, excerpt)
    page = text.render(report_of(make_result(Verdict.FAIL, "R", ADDRESS, "No.", location=location)))
    line, marker = page.splitlines()[7:9]
    assert len(line) <= 80
    assert line[marker.index("^")] == excerpt[column - 1]


def test_the_marker_stands_below_tabs_and_wide_characters(make_result: Any) -> None:
    location = Location("main.tf", 7, 7, 8, '\tx = "録", scopes = []')
    page = text.render(report_of(make_result(Verdict.FAIL, "R", ADDRESS, "No.", location=location)))
    line, marker = page.splitlines()[7:9]
    # The wide character takes two columns of the terminal and one of the string.
    assert line[marker.index("^") - 1 :] == '", scopes = []'


def test_no_client_is_said_loudly() -> None:
    page = text.render(report_of(clients=0))
    assert "NO CLIENT" in page
    assert "NOTHING WAS CHECKED: there is no genesyscloud_oauth_client" in page
    assert "exit 0: nothing was checked, and no rule asks for a client" in page
    assert "passed" not in page


def test_nothing_that_could_be_looked_at_is_no_pass() -> None:
    page = text.render(Report("check", "1.2.3", errors=(Problem("no such folder"),)))
    assert "NOTHING WAS CHECKED: no source could be looked at" in page
    assert "passed" not in page


def test_clients_that_no_rule_concerns_are_said(make_result: Any) -> None:
    page = text.render(report_of(make_result(Verdict.PASS, "R", ADDRESS, "Ok."), clients=3))
    assert "NOT JUDGED: no rule concerns 2 clients here." in page
    page = text.render(report_of(make_result(Verdict.NOT_APPLICABLE, "R", ADDRESS, "No effect.")))
    assert "NOTHING WAS CHECKED: no rule concerns any of the clients" in page
    assert "passed" not in page


def test_what_does_not_count_is_said(make_result: Any) -> None:
    failed = make_result(Verdict.FAIL, "R", ADDRESS, "No.", severity=Severity.WARNING)
    page = text.render(report_of(failed))
    assert "FAIL R (warning, not counted)" in page
    assert "exit 0: what failed or is unknown does not count here (--fail-on error)" in page
    assert "(--fail-on never)" in text.render(report_of(failed, fail_on=None))


def test_what_a_baseline_hides_was_judged_all_the_same(make_result: Any) -> None:
    failed = make_result(Verdict.FAIL, "R", ADDRESS, "No.")
    assert text.render(report_of(known=(failed,))) == (
        "terraform: hcl, 1 client\n"
        "\n"
        "1 client · 0 passed · 0 failed · 0 unknown\n"
        "exit 0: nothing is new; what the baseline knows does not count\n"
    )
    passed = make_result(Verdict.PASS, "R2", ADDRESS, "Ok.")
    page = text.render(report_of(passed, known=(failed,), clients=2))
    assert "NOT JUDGED: no rule concerns 1 client here." in page
    elsewhere = failed._replace(root="other")
    assert "NOT JUDGED" in text.render(report_of(known=(elsewhere,)))


def test_a_clean_report_is_short(make_result: Any) -> None:
    passed = [make_result(Verdict.PASS, rule, ADDRESS, "Ok.") for rule in ("R1", "R2")]
    assert text.render(report_of(*passed)) == (
        "terraform: hcl, 1 client\n"
        "\n"
        "  pass genesyscloud_oauth_client.a: R1, R2\n"
        "\n"
        "1 client · 2 passed · 0 failed · 0 unknown\n"
        "exit 0: everything was decided, and is fine\n"
    )


def test_every_exit_status_has_a_meaning() -> None:
    assert set(EXIT_MEANINGS) == {code.value for code in ExitCode}


def test_no_line_is_a_command_to_a_ci_system() -> None:
    assert visible("a ::error::b ##[error]c") == "a :\\x3aerror:\\x3ab #\\x23[error]c"
    assert visible("recording:session:write") == "recording:session:write"
