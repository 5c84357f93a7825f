"""The text output, byte for byte, and what it must never show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from toolkit.errors import ExitCode
from toolkit.model.clients import Location
from toolkit.model.findings import Kind, Severity, SubjectKind, Verdict
from toolkit.model.inventory import Note
from toolkit.model.report import (
    Looked,
    Problem,
    Provisioning,
    Report,
    Source,
    TerraformCommand,
)
from toolkit.model.values import Unknown
from toolkit.reporters import html_report, junit, markdown, text
from toolkit.reporters.report_summary import EXIT_MEANINGS
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
    # The wide character takes two terminal columns but is one character in the string.
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
    unknown = make_result(Verdict.UNKNOWN, "U", ADDRESS, "Open.")
    page = text.render(report_of(failed, unknown))
    assert "exit 3: no violation that counts (--fail-on error), but something is unknown" in page


def test_a_comment_says_passed_of_what_passed_only(make_result: Any) -> None:
    def title(**more: Any) -> str:
        return markdown.render(report_of(**more)).splitlines()[1]

    failed = make_result(Verdict.FAIL, "R", ADDRESS, "No.")
    looked = Looked(("client-inactive",), {"terraform": 1})
    assert title(looked=looked).endswith("check: passed")
    assert title(known=(failed,)).endswith("check: nothing new")
    open_ = replace(looked, undecided=frozenset({("terraform", "client-inactive")}))
    assert title(looked=open_).endswith("check: not decided for every client")


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
    waived = make_result(Verdict.WAIVED, "R3", ADDRESS, "No.")
    page = text.render(report_of(waived, known=(failed,)))
    assert "exit 0: nothing is new; what is waived or the baseline knows does not count" in page
    elsewhere = replace(failed, root="other")
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
    assert visible("::error::b") == ":\\x3aerror::b"
    assert visible("a ::error::b ##[error]c") == "a :\\x3aerror::b #\\x23[error]c"
    assert visible("a##vso[task.setvariable]b") == "a#\\x23vso[task.setvariable]b"


def test_what_is_no_command_stays_as_it_was_written() -> None:
    for plain in ("git::https://example.com/x.git", "## title", "a::b", "core::a::b ## [c]"):
        assert visible(plain) == plain
    assert visible("recording:session:write") == "recording:session:write"


def tree(make_result: Any, *, roots: int, failing: int = 0) -> Report:
    """Return a report on this many roots with one client each; the first ones fail."""
    names = [f"roots/{number:03}" for number in range(roots)]
    results = [
        make_result(
            Verdict.FAIL if number < failing else Verdict.PASS, "R1", ADDRESS, "So.", root=name
        )
        for number, name in enumerate(names)
    ]
    sources = tuple(Source(name, "hcl", 1) for name in names)
    return replace(report_of(*results), sources=sources)


def test_of_many_roots_the_fine_ones_are_short(make_result: Any) -> None:
    page = text.render(tree(make_result, roots=4))
    assert page.count(f"  pass {ADDRESS}: R1") == 4
    page = text.render(tree(make_result, roots=6, failing=1))
    assert page.startswith(
        "pass roots/001: hcl, 1 client, 1 passed\n"
        "pass roots/002: hcl, 1 client, 1 passed\n"
        "pass roots/003: hcl, 1 client, 1 passed\n"
        "pass roots/004: hcl, 1 client, 1 passed\n"
        "pass roots/005: hcl, 1 client, 1 passed\n"
        "\n"
        f"roots/000: hcl, 1 client\n\n  {ADDRESS} ("
    )
    assert page.endswith(
        f"Failed: {ADDRESS} (roots/000)\n"
        "6 clients · 5 passed · failed: 1 error · 0 unknown\n"
        "exit 1: something is violated\n"
    )


def test_of_hundreds_of_roots_the_fine_ones_are_one_line(make_result: Any) -> None:
    page = text.render(tree(make_result, roots=300))
    assert page == (
        "pass 300 roots: 300 clients, 300 passed\n"
        "\n"
        "300 clients · 300 passed · 0 failed · 0 unknown\n"
        "exit 0: everything was decided, and is fine\n"
    )


def test_roots_that_nothing_was_judged_in_are_told_apart(make_result: Any) -> None:
    report = tree(make_result, roots=8)
    report = replace(
        report,
        sources=(
            *report.sources[:6],
            Source("roots/006", "hcl", 3),
            Source("roots/007", "hcl", 0),
            Source("roots/008", "plan", 2),
        ),
        results=tuple(result for result in report.results if result.root != "roots/007"),
    )
    page = text.render(report)
    assert (
        "\n\nNOT JUDGED roots/006: hcl, 3 clients, 1 passed, no rule concerns 2 of them\n" in page
    )
    assert "\nNOT JUDGED roots/008: plan, no rule concerns 2 clients\n\n" in page
    assert "\n\nNO CLIENT roots/007: hcl, no genesyscloud_oauth_client\n\n" in page


def test_a_short_line_fits_the_terminal(make_result: Any) -> None:
    name = "/".join(["folder"] * 9)
    report = tree(make_result, roots=5)
    report = replace(report, sources=(*report.sources, Source(name, "hcl", 0)))
    assert all(len(line) <= 80 for line in text.render(report).splitlines())


def test_a_root_in_which_nothing_passed_is_no_pass(make_result: Any) -> None:
    report = tree(make_result, roots=6)
    none = replace(report.results[1], verdict=Verdict.NOT_APPLICABLE)
    known = replace(report.results[2], verdict=Verdict.FAIL)
    results = (report.results[0], none, *report.results[3:])
    page = text.render(replace(report, results=results, known=(known,)))
    assert "\nknown roots/002: hcl, 1 client\n\n" in page
    assert "\nnot applicable roots/001: hcl, 1 client\n\n" in page
    assert page.count("pass roots/") == 4
    nothing = [replace(each, verdict=Verdict.NOT_APPLICABLE) for each in report.results]
    page = text.render(replace(report, results=tuple(nothing)), colour=True)
    assert "pass" not in page
    assert "\x1b[32m" not in page


def test_a_root_is_a_pass_where_a_check_looked_at_it_and_could_decide(make_result: Any) -> None:
    report = replace(tree(make_result, roots=6), results=())
    report = replace(report, sources=(Source("roots/000", "hcl", 3), *report.sources[1:]))
    looked = Looked(("client-inactive",), {"roots/000": 2, "roots/001": 1, "roots/002": 0})
    looked = replace(looked, undecided=frozenset({("roots/001", "client-inactive")}))
    page = text.render(replace(report, looked=looked))
    assert page.startswith(
        "pass roots/000: hcl, 3 clients, no check looked at 1 of them\n"
        "\n"
        "looked at roots/001: hcl, 1 client\n"
        "\n"
        "NOT JUDGED roots/002: hcl, no check looked at 1 client\n"
    )
    assert page.count("NOT JUDGED") == 4
    page = text.render(replace(report, looked=Looked((), looked.chosen)))
    assert page.count("NOT JUDGED") == 6
    fired = make_result(Verdict.FAIL, "client-inactive", ADDRESS, "Is.", root="roots/000")
    page = text.render(replace(report, looked=looked, known=(fired,)))
    assert "known roots/000: hcl, 3 clients" in page
    unread = replace(fired, rule="unread-module", address="module.m", client=None)
    assert "known roots/000: hcl, 3 clients" in text.render(
        replace(report, looked=looked, known=(unread,))
    )


def test_what_a_baseline_knows_of_a_module_that_was_not_read_is_no_pass(make_result: Any) -> None:
    unread = make_result(Verdict.UNKNOWN, "unread-module", "module.m", "Is not on disk.")
    unread = replace(unread, client=None, subject=SubjectKind.MODULE)
    page = text.render(report_of(clients=0, known=(unread,)))
    assert "NO CLIENT: there is no genesyscloud_oauth_client in what was read." in page
    assert page.endswith(
        "exit 0: nothing was checked, and what the baseline knows does not count\n"
    )
    report = tree(make_result, roots=6)
    page = text.render(replace(report, known=(replace(unread, root="roots/002"),)))
    assert "\nknown roots/002: hcl, 1 client, 1 passed\n\n" in page
    assert page.count("pass roots/") == 5


LOOKED = Looked(("client-inactive", "secret-in-state"), {"terraform": 3})


def test_a_check_that_is_asked_alone_says_that_it_looked() -> None:
    page = text.render(report_of(clients=3, looked=LOOKED))
    assert page == (
        "terraform: hcl, 3 clients\n"
        "\n"
        "client-inactive and secret-in-state looked at 3 clients and did not fire.\n"
        "3 clients · 0 failed · 0 unknown\n"
        "exit 0: no selected check fired\n"
    )
    page = markdown.render(report_of(clients=3, looked=LOOKED))
    assert "client-inactive and secret-in-state looked at 3 clients and did not fire.<br>" in page
    assert "othing was checked" not in page
    assert "Everything is fine" in html_report.render(report_of(clients=3, looked=LOOKED))


def test_a_check_that_is_asked_alone_and_fires_is_no_more_than_that(make_result: Any) -> None:
    fired = make_result(Verdict.FAIL, "client-inactive", ADDRESS, "Is.", kind=Kind.BUILT_IN)
    report = report_of(clients=3, looked=LOOKED)
    for each in (replace(report, results=(fired,)), replace(report, known=(fired,))):
        page = text.render(each)
        assert "NOT JUDGED" not in page
        assert "\nsecret-in-state looked at 3 clients and did not fire.\n" in page


def test_a_check_that_could_not_be_decided_claims_less() -> None:
    looked = replace(LOOKED, undecided=frozenset({("terraform", "client-inactive")}))
    report = report_of(clients=1, looked=looked)
    page = text.render(report)
    assert "client-inactive looked at 3 clients, did not fire, and left a note on some." in page
    assert "exit 0: no selected check fired, though not all could be decided" in page
    assert "Not decided for every client" in html_report.render(report)


def test_checks_that_are_off_or_find_no_client_checked_nothing() -> None:
    page = text.render(report_of(looked=Looked((), {"terraform": 1})))
    assert "NOTHING WAS CHECKED: the policy switches off the selected checks." in page
    page = text.render(report_of(looked=replace(LOOKED, chosen={})))
    assert "NOTHING WAS CHECKED: no client was chosen." in page


def test_a_plan_that_leaves_nothing_to_judge_says_why(make_result: Any) -> None:
    why = "the plan only destroys (2 OAuth clients): nothing in it is left to judge"
    gone = Source("gone.json", "plan", 0, why)
    report = Report("check", "1.2.3", (gone,), notes=(Note("n", f"gone.json: {why}"),))
    assert text.render(report) == (
        "gone.json: plan\n"
        "\n"
        "  NOT JUDGED: the plan only destroys (2 OAuth clients): nothing in it is left to\n"
        "    judge.\n"
        "\n"
        "NOTHING WAS CHECKED: the plan only destroys (2 OAuth clients).\n"
        "0 clients\n"
        "exit 0: nothing was checked, since there is nothing to judge\n"
    )
    assert "Nothing was checked:** the plan only destroys" in markdown.render(report)
    assert f'skipped message="{why}"' in junit.render(report)
    other = Source("other.json", "plan", 0, "the plan only refreshes: nothing")
    page = text.render(replace(report, sources=(gone, other)))
    assert "NOTHING WAS CHECKED: these plans leave nothing to judge." in page
    page = text.render(replace(report, sources=(gone, Source("here", "hcl", 0))))
    assert "exit 0: nothing was checked, and no rule asks for a client" in page


def test_checks_that_say_the_same_share_a_note() -> None:
    said = "could not be decided in tf for c, since var.role is not known."
    notes = (Note("one", f"one {said}"), Note("other", "Alone."), Note("two", f"two {said}"))
    lines = text.render(report_of(notes=notes)).splitlines()
    assert f"  - one and two {said}" in lines
    assert "  - Alone." in lines


@pytest.mark.parametrize(
    ("message", "references", "lines"),
    [
        ("since var.a and var.b are not known.", ("var.a", "var.b"), ["decided by: --var"]),
        (
            "since var.a is not known.",
            ("var.a", "var.b"),
            ["not known: var.a, var.b (decided by --var)"],
        ),
        (
            "since var.a and data.x.y are not known.",
            ("var.a", "data.x.y"),
            ["not known: var.a (decided by --var)", "not known: data.x.y (decided by --live)"],
        ),
    ],
)
def test_what_decides_is_said_once(
    make_result: Any, message: str, references: tuple[str, ...], lines: list[str]
) -> None:
    """A finding names the unknowns in its message; the lines below name what decides them."""
    reasons = tuple(
        Unknown(each, "--live" if each.startswith("data.") else "--var") for each in references
    )
    result = make_result(Verdict.UNKNOWN, "R1", ADDRESS, message=message, reasons=reasons)
    page = [line.strip() for line in text.render(report_of(result)).splitlines()]
    assert [line for line in page if "decided by" in line] == lines


def many(make_result: Any, fixes: dict[int, str]) -> list[str]:
    """Return the lines on 21 findings of one rule with the fixes in `fixes`."""
    results = tuple(
        make_result(
            Verdict.FAIL,
            "R1",
            address=f"{ADDRESS}{n:02}",
            message=f"{'Lacks much. ' * 30}{n}",
            fix=fixes[n % 4],
            location=Location("main.tf", n + 1, 1),
        )
        for n in range(21)
    )
    return text.render(report_of(*results, clients=21)).splitlines()


def test_a_fix_says_for_whom_it_is_where_findings_of_a_rule_need_different_ones(
    make_result: Any,
) -> None:
    lines = many(make_result, {0: "Add x.", 1: "Add y.", 2: "Add z.", 3: "Add w."})
    told = [line for line in lines if "fix" in line]
    assert told == [
        "  fix: a00, a04, a08, a12 and 2 more: Add x.",
        "  fix: a01, a05, a09, a13 and 1 more: Add y.",
        "  fix: a02, a06, a10, a14 and 1 more: Add z.",
        "  and 1 other fix; -f json lists all",
    ]
    assert "  fix: Add x." in many(make_result, dict.fromkeys(range(4), "Add x."))


def test_the_end_of_a_long_finding_is_cut_and_not_its_place(make_result: Any) -> None:
    lines = many(make_result, dict.fromkeys(range(4), "Add x."))
    at = next(n for n, line in enumerate(lines) if line.startswith("  - a00: "))
    assert lines[at + 1].endswith(" ...")
    assert re.fullmatch(r"    \(\S+:\d+\)", lines[at + 2])
    first = next(n for n, line in enumerate(lines) if line.startswith("first error: "))
    assert lines[first + 2].endswith(" ...")
    assert max(map(len, lines)) <= 80
