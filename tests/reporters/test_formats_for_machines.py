"""The formats of CI systems: their bytes, their schemas, and hostile input."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from markdown_it import MarkdownIt
from msgspec.structs import replace

from toolkit.errors import ExitCode
from toolkit.model.clients import Location
from toolkit.model.findings import Severity, Verdict, WaiverInfo
from toolkit.model.inventory import Note
from toolkit.model.observations import Confidence, Diagnosis, ProbeVerdict
from toolkit.model.policy_tests import CaseOutcome, Mismatch, PolicyTestReport, SuiteOutcome
from toolkit.model.report import Problem, Report, Source
from toolkit.reporters import github, gitlab, junit, markdown, policy_tests_junit, sarif
from toolkit.reporters.interface import reporter

HERE = Path(__file__).parent
ADDRESS = "genesyscloud_oauth_client.a"
#: A possible name in untrusted Terraform, which must have no effect in any format.
HOSTILE = (
    "@everyone #1 GH-2 !3 a/b#4 <img src=x onerror=y> </details></code> [a](https://evil.example) "
    "![x](y) `b` **c** | :d: $e$ www.evil.example &lt; <!-- --> \\ ]]> {0} ::error::f %0A\n"
    "::error::g\n/close\n- h\r\x1b[2J\x00\u202e"
)
GOLDEN = [
    (name, kind)
    for name in ("sarif.json", "junit.xml", "github.txt", "gitlab.json", "markdown.md")
    for kind in ("sample", "probed")
]


def rendered(name: str, report: Report) -> str:
    found = reporter(name)
    assert found is not None
    return found.render(report)


def report_of(*results: Any, **more: Any) -> Report:
    given: dict[str, Any] = {"sources": (Source("terraform", "hcl", 1),), **more}
    return Report("check", "1.2.3", results=results, **given)


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    text = (HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


@pytest.fixture(scope="module")
def junit_schema() -> Any:
    return xmlschema.XMLSchema(HERE / "schemas" / "junit-10.xsd")


@pytest.fixture
def hostile(make_result: Any) -> Report:
    result = make_result(
        Verdict.FAIL,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        title=HOSTILE,
        root=HOSTILE,
        location=Location(HOSTILE, 1, 2),
        why=HOSTILE,
        fix=HOSTILE,
    )
    return report_of(
        result,
        sources=(Source(HOSTILE, "hcl", 1),),
        errors=(Problem(HOSTILE, HOSTILE),),
        verdict=ProbeVerdict.MISCONFIGURED,
        diagnoses=(Diagnosis("scope.missing", Confidence.PROVEN, HOSTILE, (HOSTILE,), HOSTILE),),
    )


@pytest.mark.parametrize(("name", "kind"), GOLDEN)
def test_is_byte_exact(name: str, kind: str, request: pytest.FixtureRequest) -> None:
    format_, _, suffix = name.partition(".")
    golden = HERE / "golden" / f"{kind}-{format_}.{suffix}"
    assert rendered(format_, request.getfixturevalue(kind)) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["sarif", "junit", "github", "gitlab", "markdown"])
def test_does_not_depend_on_the_order_of_the_results(name: str, sample: Report) -> None:
    turned = replace(
        sample, results=sample.results[::-1], sources=sample.sources[::-1], notes=sample.notes[::-1]
    )
    assert rendered(name, turned) == rendered(name, sample)


@pytest.mark.parametrize("kind", ["sample", "probed", "hostile"])
def test_sarif_fits_its_schema(
    kind: str, sarif_schema: Any, request: pytest.FixtureRequest
) -> None:
    sarif_schema.validate(json.loads(sarif.render(request.getfixturevalue(kind))))


@pytest.mark.parametrize("kind", ["sample", "probed", "hostile"])
def test_junit_fits_its_schema(
    kind: str, junit_schema: Any, request: pytest.FixtureRequest
) -> None:
    junit_schema.validate(junit.render(request.getfixturevalue(kind)))


def test_the_schemas_refuse_what_is_neither(
    sample: Report, sarif_schema: Any, junit_schema: Any
) -> None:
    with pytest.raises(jsonschema.ValidationError):
        sarif_schema.validate(json.loads(sarif.render(sample).replace('"open"', '"guess"')))
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        junit_schema.validate(junit.render(sample).replace("failure", "omitted"))


@pytest.mark.parametrize("code", [ExitCode.INPUT, ExitCode.REMOTE, ExitCode.BUG])
def test_nothing_but_an_error_is_a_whole_document(
    code: ExitCode, sarif_schema: Any, junit_schema: Any
) -> None:
    report = Report("check", "1.2.3", errors=(Problem("no such folder", "Name one.", code),))
    document = json.loads(sarif.render(report))
    sarif_schema.validate(document)
    (invocation,) = document["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["exitCode"] == code.value
    assert "no such folder" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    junit_schema.validate(junit.render(report))
    assert 'errors="1"' in junit.render(report)
    assert [entry["severity"] for entry in json.loads(gitlab.render(report))] == ["blocker"]
    assert github.render(report).startswith("::error::no such folder%0AName one.\n")
    assert "no such folder" in markdown.render(report)
    assert "passed" not in markdown.render(report)


# SARIF


def results_of(report: Report) -> list[Any]:
    found: list[Any] = json.loads(sarif.render(report))["runs"][0]["results"]
    return found


def test_a_plan_is_named_without_lines_and_hcl_with_them(make_result: Any) -> None:
    plan = make_result(Verdict.FAIL, "R", ADDRESS, "No.", root="plan.json")
    hcl = make_result(Verdict.FAIL, "R", "b", "No.", location=Location("a b/main.tf", 7, 9))
    report = report_of(
        plan, hcl, sources=(Source("plan.json", "plan", 1), Source("terraform", "hcl", 1))
    )
    first, second = (result["locations"][0]["physicalLocation"] for result in results_of(report))
    assert first == {"artifactLocation": {"uri": "plan.json", "uriBaseId": "%SRCROOT%"}}
    assert second["artifactLocation"]["uri"] == "a%20b/main.tf"
    assert second["region"] == {"startLine": 7, "endLine": 9}


@pytest.mark.parametrize(("root", "kind"), [("-", "plan"), ("eu-west-1", "live")])
def test_what_has_no_file_gets_none(make_result: Any, root: str, kind: str) -> None:
    result = make_result(Verdict.FAIL, "R", ADDRESS, "No.", root=root)
    report = report_of(result, sources=(Source(root, kind, 1),))
    (location,) = results_of(report)[0]["locations"]
    assert location == {"logicalLocations": [{"fullyQualifiedName": ADDRESS, "kind": "resource"}]}
    assert json.loads(gitlab.render(report))[0]["location"]["path"] == "."


def test_what_is_in_an_archive_is_told_of_the_archive(make_result: Any) -> None:
    at = Location("export.zip/main.tf", 7, 3)
    found = make_result(
        Verdict.FAIL, "R1", ADDRESS, "Lacks it.", root="export.zip", location=at, called_from=(at,)
    )
    source = Source("export.zip", "hcl", 1, archive="export.zip")
    report = report_of(found, sources=(source,))
    (run,) = json.loads(rendered("sarif", report))["runs"]
    (result,) = run["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "export.zip", "uriBaseId": "%SRCROOT%"}
    }
    assert "relatedLocations" not in result
    assert "place: export.zip/main.tf:7" in result["message"]["text"].splitlines()
    (issue,) = json.loads(rendered("gitlab", report))
    assert issue["location"]["path"] == "export.zip"
    assert "file=" not in rendered("github", report)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PureWindowsPath("terraform\\a b\\main.tf"), "terraform/a%20b/main.tf"),
        (PureWindowsPath("C:\\t\\main.tf"), "file:///C:/t/main.tf"),
        (PurePosixPath("/t/ü.tf"), "file:///t/%C3%BC.tf"),
        (PurePosixPath("a:b/c%d?e#f"), "a%3Ab/c%25d%3Fe%23f"),
        (PurePosixPath("./x/../main.tf"), "x/../main.tf"),
    ],
)
def test_a_path_becomes_a_uri(path: Any, expected: str) -> None:
    location = sarif.artifact_location(path)
    assert location["uri"] == expected
    assert ("uriBaseId" in location) is not path.is_absolute()


def test_clients_that_share_a_line_stay_apart_on_github(make_result: Any) -> None:
    line = Location("main.tf", 3, 3)
    two = [make_result(Verdict.FAIL, "R", f"x[{n}]", "No.", location=line) for n in (0, 1)]
    hashes = [
        r["partialFingerprints"].get(sarif.GITHUB_FINGERPRINT) for r in results_of(report_of(*two))
    ]
    assert len({*hashes}) == 2
    # GitHub's own hash of the line is enough here, and a second one would cause a warning.
    (alone,) = results_of(report_of(two[0]))
    assert set(alone["partialFingerprints"]) == {sarif.OUR_FINGERPRINT}


def test_a_fingerprint_survives_a_moved_line(make_result: Any) -> None:
    prints = {
        results_of(
            report_of(make_result(Verdict.FAIL, "R", "x", "No.", location=Location("m.tf", n, n)))
        )[0]["partialFingerprints"][sarif.OUR_FINGERPRINT]
        for n in (1, 99)
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("waived", "kind", "level"),
    [(Verdict.FAIL, "fail", "error"), (Verdict.UNKNOWN, "open", "none")],
)
def test_a_waiver_does_not_decide_what_is_not_known(
    make_result: Any, sarif_schema: Any, waived: Verdict, kind: str, level: str
) -> None:
    waiver = WaiverInfo("Retired in March", "2027-03-31", "policy")
    result = make_result(Verdict.WAIVED, "R", ADDRESS, "No.", waiver=waiver, waived=waived)
    report = report_of(result)
    sarif_schema.validate(json.loads(sarif.render(report)))
    (found,) = results_of(report)
    assert (found["kind"], found["level"]) == (kind, level)
    assert found["suppressions"][0]["status"] == "accepted"
    assert ("cannot be decided" in found["message"]["text"]) is (kind == "open")


def test_no_text_of_a_message_is_a_placeholder(make_result: Any) -> None:
    name = 'x["{0}"] {{1}} }{'
    report = report_of(
        make_result(Verdict.FAIL, "R", name, "No.", why="Takes {0}."),
        notes=(Note("n", "Of ${var.x}."),),
        errors=(Problem("{2}", "{3}"),),
    )
    run = json.loads(sarif.render(report))["runs"][0]
    told = run["invocations"][0]["toolExecutionNotifications"]
    messages = [each["message"] for each in (*run["results"], *told)]
    for message in messages:
        assert not set("{}") & set(message["text"].replace("{{", "").replace("}}", ""))
    plain = [each["text"].replace("{{", "{").replace("}}", "}") for each in messages]
    assert plain == [f"{name}: No.", "{2}\n{3}", "Of ${var.x}."]
    # These are not messages.
    (location,) = run["results"][0]["locations"]
    assert location["logicalLocations"][0]["fullyQualifiedName"] == name
    assert run["tool"]["driver"]["rules"][0]["help"]["text"] == "Why: Takes {0}."


# GitHub


def test_no_line_begins_a_command_that_is_not_ours(hostile: Report) -> None:
    lines = github.render(hostile).rstrip("\n").split("\n")
    pattern = r"::(error|warning|notice)( \w+=[^:,\r\n]*(,\w+=[^:,\r\n]*)*)?::.+"
    assert all(re.fullmatch(pattern, line) for line in lines)
    assert len(lines) == 4
    assert "%250A" in lines[0]


def test_what_github_does_not_show_is_counted_and_stays_in_the_log(make_result: Any) -> None:
    many = [make_result(Verdict.FAIL, f"R{n:02}", ADDRESS, "No.") for n in range(14)]
    page = github.render(report_of(*many))
    assert page.count("::error") == 14
    assert "And 4 errors more: GitHub shows 10 annotations of each type" in page
    assert "more" not in github.render(report_of(*many[:10]))


def test_what_is_only_reported_is_no_error(make_result: Any) -> None:
    only = make_result(Verdict.UNKNOWN, "R", ADDRESS, "Who knows.", counts=False)
    assert github.render(report_of(only)).startswith("::notice title=R::")
    counted = make_result(Verdict.UNKNOWN, "R", ADDRESS, "Who knows.")
    assert github.render(report_of(counted)).startswith("::error title=R::")


# GitLab


def test_fingerprints_are_unique(make_result: Any) -> None:
    same = make_result(Verdict.FAIL, "R", ADDRESS, "No.")
    entries = json.loads(gitlab.render(report_of(same, same, same)))
    assert len({entry["fingerprint"] for entry in entries}) == 3


@pytest.mark.parametrize("kind", ["sample", "probed", "hostile"])
def test_gitlab_has_every_field_that_it_needs(kind: str, request: pytest.FixtureRequest) -> None:
    entries = json.loads(gitlab.render(request.getfixturevalue(kind)))
    assert entries
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["path"]
        assert entry["location"]["lines"]["begin"] >= 1


# Markdown


def test_markdown_is_inert(hostile: Report) -> None:
    page = markdown.render(hostile)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(page)
    tags = set(re.findall(r"<(/?[a-z0-9]+)", html))
    assert not tags - {
        f"{slash}{tag}"
        for slash in ("", "/")
        for tag in ("h3", "h4", "p", "ul", "li", "b", "br", "code", "details", "summary")
    }
    assert page.count("<!--") == html.count("<!--") == 1
    assert html.count("<details>") == html.count("</details>") == 2
    # The text in which mentions are searched: as shown, without code.
    shown = unescape(re.sub(r"<code>.*?</code>|<[a-z/!].*?>", "", html))
    assert "@" in shown
    assert not re.search(r"(?<!\w)@\w|#\d|GH-\d|!\d|https?://\w|www\.", shown)


def test_markdown_keeps_below_the_limit_and_says_what_it_left_out(make_result: Any) -> None:
    many = [
        make_result(Verdict.FAIL, "R", f"c{n:04}", "No. " * 40, severity=Severity.WARNING)
        for n in range(1000)
    ]
    grave = make_result(Verdict.FAIL, "Z", "z", "Grave.")
    page = markdown.render(report_of(*many, grave))
    assert len(page) < markdown.LIMIT
    assert "Grave." in page
    told = page.count("<summary><b>FAIL")
    assert f"And {1001 - told} more findings, for which there is no room here." in page
    assert MarkdownIt().render(page).count("<details>") == told


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "1 error"),
        ({"verdict": ProbeVerdict.MISCONFIGURED}, "misconfigured, 1 error"),
        ({"errors": (Problem("x"),)}, "1 error, not everything could be looked at"),
        ({"results": ()}, "nothing was checked"),
        ({"results": (), "sources": (), "verdict": ProbeVerdict.PREFLIGHT}, "preflight"),
    ],
)
def test_the_heading_hides_nothing(make_result: Any, more: Any, outcome: str) -> None:
    report = replace(report_of(make_result(Verdict.FAIL, "R", ADDRESS, "No.")), **more)
    assert markdown.render(report).splitlines()[1] == f"### recording-toolkit check: {outcome}"


def test_a_fix_in_hcl_cannot_end_its_block(probed: Report) -> None:
    html = MarkdownIt().render(markdown.render(probed))
    assert html.count("<pre>") == 1
    assert "# ```" in html


def test_a_comment_is_found_by_its_first_line_and_has_no_times(probed: Report) -> None:
    page = markdown.render(probed)
    assert page.startswith("<!-- recording-toolkit:verify -->\n")
    slower = tuple(replace(step, elapsed_ms=step.elapsed_ms + 999) for step in probed.steps)
    assert markdown.render(replace(probed, steps=slower)) == page


# JUnit


def test_control_characters_cannot_break_the_xml(hostile: Report) -> None:
    root = ElementTree.fromstring(junit.render(hostile))
    names = [case.get("name") or "" for case in root.iter("testcase")]
    assert any("\\x00" in name and "\\u202e" in name for name in names)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (ProbeVerdict.READY, None),
        (ProbeVerdict.PREFLIGHT, "skipped"),
        (ProbeVerdict.MISCONFIGURED, "failure"),
        (ProbeVerdict.UNDECIDED, "failure"),
        (ProbeVerdict.UNREACHABLE, "error"),
    ],
)
def test_a_probe_is_one_case(verdict: ProbeVerdict, outcome: str | None) -> None:
    told = () if verdict is ProbeVerdict.PREFLIGHT else (Diagnosis("none", Confidence.PROVEN, "."),)
    report = Report("probe", "1.2.3", verdict=verdict, diagnoses=told)
    (case,) = ElementTree.fromstring(junit.render(report)).iter("testcase")
    assert [child.tag for child in case] == ([] if outcome is None else [outcome])


def test_an_undecided_probe_is_silent_nowhere() -> None:
    report = Report("probe", "1.2.3", verdict=ProbeVerdict.UNDECIDED)
    assert [result["kind"] for result in results_of(report)] == ["open"]
    assert "::error title=not-proven::" in github.render(report)
    assert len(json.loads(gitlab.render(report))) == 1
    assert "not proven" in markdown.render(report)


def test_policy_tests_fit_the_schema_and_say_why(junit_schema: Any) -> None:
    cases = (
        CaseOutcome("good", "p.test.yaml", 3),
        CaseOutcome("bad", "p.test.yaml", 5, (Mismatch("c", "R1", "pass", "fail", "No scope."),)),
        CaseOutcome("broken", "p.test.yaml", 9, error=Problem("not HCL", "Mend it.")),
    )
    report = PolicyTestReport((SuiteOutcome("ours", "p.yaml", cases),), (Problem("no tests: q"),))
    page = policy_tests_junit.render_tests(report)
    junit_schema.validate(page)
    root = ElementTree.fromstring(page)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "2")
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "c, R1: wanted pass, came fail"
    assert failure.text == "p.test.yaml:5\nc, R1: wanted pass, came fail\n  No scope."


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNKNOWN])
@pytest.mark.parametrize(
    ("severity", "fail_on", "counts"),
    [
        (Severity.ERROR, Severity.ERROR, True),
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.NOTE, Severity.WARNING, False),
        (Severity.ERROR, None, False),
    ],
)
def test_a_list_of_tests_is_red_when_the_run_failed(
    make_result: Any, verdict: Verdict, severity: Severity, fail_on: Severity | None, counts: bool
) -> None:
    result = make_result(verdict, "R", ADDRESS, "No.", severity=severity)
    report = report_of(result, fail_on=fail_on)
    assert (report.exit_code is not ExitCode.OK) is counts
    root = ElementTree.fromstring(junit.render(report))
    assert root.get("failures") == ("1" if counts else "0")
    skipped = root.find(".//skipped")
    if counts:
        assert skipped is None
    else:
        assert skipped is not None
        word = "failed" if verdict is Verdict.FAIL else "unknown"
        assert skipped.get("message") == f"{word} ({severity.value}, not counted): No."
