"""The HTML page as text: its content, its escaping, and its content security policy."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace

from toolkit.model.findings import GrantedRole, HeldThrough, Missing, Result, Severity, Verdict
from toolkit.model.observations import (
    Confidence,
    Diagnosis,
    Observation,
    ProbeVerdict,
    RuledOut,
)
from toolkit.model.report import Problem, Report, Source
from toolkit.reporters import html_report
from toolkit.reporters.suggested_hcl import additions

from .conftest import MakeResult, result

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><!--",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2028\x00",
)


class Page(HTMLParser):
    """Elements, attributes and texts, as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def inside(self, tag: str) -> list[str]:
        return [text for within, text in self.texts if within == tag]

    @property
    def words(self) -> str:
        seen = (text for within, text in self.texts if within not in ("script", "style"))
        return " ".join("".join(seen).split())

    @property
    def data(self) -> Any:
        return json.loads(self.inside("script")[0])


def page_of(report: Report) -> Page:
    return Page(html_report.render(report))


def test_equal_reports_give_equal_bytes_whatever_the_order(sample: Report) -> None:
    turned = replace(
        sample, results=sample.results[::-1], sources=sample.sources[::-1], notes=sample.notes[::-1]
    )
    assert html_report.render(turned) == html_report.render(sample)


def test_it_loads_nothing_and_lets_nothing_else_run(sample: Report) -> None:
    page = page_of(sample)
    (policy,) = [
        at["content"]
        for _, at in page.elements
        if at.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        code = page.inside(tag)[-1]
        digest = b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert directives[directive] == f"'sha256-{digest}'"
    for _tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "data"):
            assert (attributes.get(name) or "#")[:5] in ("#", "data:") or (
                attributes[name] or ""
            ).startswith("#")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_report_is_markup(text: str) -> None:
    one = result(
        Verdict.FAIL,
        text,
        f"genesyscloud_oauth_client.{text}",
        text,
        root=text,
        client=text,
        grant_type=text,
        title=text,
        missing=(Missing("scope", (text, text)),),
        held_through=(HeldThrough(text, text, text),),
        looked_through=(GrantedRole(text, text),),
        why=text,
        fix=text,
    )
    hostile = Report(
        text,
        text,
        sources=(Source(text, text, 2),),
        results=(one,),
        errors=(Problem(text, text),),
        verdict=ProbeVerdict.MISCONFIGURED,
        diagnoses=(Diagnosis(text, Confidence.PROVEN, text, (text,), text, text),),
        steps=(Observation(text, "refused", text, text, 400, 5, 2, text, text),),
        ruled_out=(RuledOut(text, text, step=text), RuledOut(text, text, excluded=False)),
    )
    plain = html_report.render(replace(hostile, results=()))
    harmless = Report("check", "1", results=(replace_all(one),), sources=(Source("a", "hcl", 2),))
    for report in (hostile, harmless):
        page = page_of(report)
        assert len(page.inside("script")) == 2
        assert not [tag for tag, _ in page.elements if tag == "img"]
    # The text is unchanged in the table of texts and in the written part.
    shown = text.replace("\u202e", "\\u202e").replace("\u2028", "\\u2028").replace("\x00", "\\x00")
    assert shown in page_of(hostile).data["texts"]
    assert " ".join(shown.split()) in page_of(hostile).words
    assert "\u202e" not in plain
    raw = html_report.render(hostile).split('id="data">')[1].split("</script>")[0]
    assert not set("<>&\u2028") & set(raw)


def replace_all(one: Result) -> Result:
    return replace(one, rule="R", client="c", title="t", message="m", why=None, fix=None)


def test_each_result_is_in_the_data_once(sample: Report) -> None:
    data = page_of(sample).data
    assert len(data["results"]) == len(sample.results)
    told = sorted(data["texts"][row[3]] for row in data["results"])
    assert told == sorted(each.message for each in sample.results)
    assert len(data["texts"]) == len(set(data["texts"]))


def test_without_a_script_all_that_needs_attention_is_read(sample: Report) -> None:
    words = page_of(sample).words
    for each in sample.results:
        needs = each.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
        assert (each.message in words) is needs, each
    for problem in sample.errors:
        assert problem.message in words
    assert 'to the scopes of genesyscloud_oauth_client.desk: "recordingSession",' in words


def test_what_counts_comes_first_and_what_is_left_out_is_told(make_result: MakeResult) -> None:
    light = [
        make_result(
            Verdict.FAIL, "A", f"c.{n:04}", f"light {n}.", severity=Severity.WARNING, client=None
        )
        for n in range(html_report.WRITTEN_OUT)
    ]
    heavy = [make_result(Verdict.UNKNOWN, "B", f"c.{n:04}", f"heavy {n}.") for n in range(3)]
    words = page_of(Report("check", "1", (Source("t", "hcl", 200),), (*light, *heavy))).words
    assert words.index("heavy 2.") < words.index("light 0.")
    assert f"light {html_report.WRITTEN_OUT - 4}." in words
    assert f"light {html_report.WRITTEN_OUT - 3}." not in words
    assert "3 more are not written out here" in words


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (Report("check", "1"), "Nothing was checked"),
        (Report("check", "1", errors=(Problem("x"),)), "Something could not be looked at"),
        (
            Report("check", "1", (Source("t", "hcl", 1),), (result(Verdict.PASS, "A", "c", "m"),)),
            "Everything is fine",
        ),
        (
            Report(
                "check", "1", (Source("t", "hcl", 1),), (result(Verdict.UNKNOWN, "A", "c", ""),)
            ),
            "1 result not decided",
        ),
        (
            Report(
                "check",
                "1",
                (Source("t", "hcl", 3),),
                (result(Verdict.FAIL, "A", "c", ""), result(Verdict.FAIL, "B", "c", "")),
            ),
            "2 errors in 1 of 3 clients",
        ),
        (
            Report(
                "check",
                "1",
                (Source("t", "hcl", 1),),
                (result(Verdict.FAIL, "A", "c", "", severity=Severity.NOTE),),
            ),
            "Nothing that counts is violated",
        ),
        (
            Report(
                "check",
                "1",
                (Source("t", "hcl", 1),),
                (result(Verdict.WAIVED, "A", "c", ""),),
            ),
            "Every violation is waived",
        ),
        (
            Report(
                "check",
                "1",
                (Source("t", "hcl", 1),),
                (result(Verdict.PASS, "A", "c", ""),),
                known=(result(Verdict.FAIL, "B", "c", ""),),
            ),
            "Nothing is new",
        ),
        (Report("probe", "1", verdict=ProbeVerdict.PREFLIGHT), "Preflight"),
        (
            Report(
                "probe",
                "1",
                verdict=ProbeVerdict.READY,
                diagnoses=(Diagnosis("scope.missing", Confidence.PROVEN, "m"),),
            ),
            "Ready, with a warning: scope.missing",
        ),
        (
            Report(
                "verify",
                "1",
                (Source("t", "state", 1),),
                (result(Verdict.FAIL, "A", "c", ""),),
                verdict=ProbeVerdict.READY,
            ),
            "1 error in 1 of 1 client",
        ),
        (
            Report(
                "probe",
                "1",
                verdict=ProbeVerdict.UNREACHABLE,
                diagnoses=(Diagnosis("platform.rate-limited", Confidence.PROVEN, "m"),),
            ),
            "Unreachable: platform.rate-limited",
        ),
    ],
)
def test_the_headline_is_the_answer(report: Report, headline: str) -> None:
    assert page_of(report).inside("h1") == [headline]


def test_a_step_is_told_with_what_it_ruled_out() -> None:
    report = Report(
        "probe",
        "1",
        verdict=ProbeVerdict.UNDECIDED,
        steps=(
            Observation("session", "ok", "GET", "https://a/1", 200, 20),
            Observation("session", "ok", "GET", "https://a/2", 200, 40),
            Observation("start", "refused", "POST", "https://a/3", 400, 10),
        ),
        ruled_out=(
            RuledOut("session.ended", "its state is active", step="session"),
            RuledOut("payload.invalid", "it fits", step="payload"),
            RuledOut("auth.wrong-client", "not told", excluded=False),
        ),
    )
    words = page_of(report).words
    order = ["Not ruled out", "Also ruled out", "payload.invalid", "https://a/2", "session.ended"]
    assert [words.index(each) for each in order] == sorted(words.index(each) for each in order)
    assert words.count("session.ended") == 1


MACHINE = "CLIENT-CREDENTIALS"
OWN = GrantedRole("module.m.genesyscloud_auth_role.own", "home")
FOREIGN = GrantedRole("data.genesyscloud_auth_role.theirs", "home")
WRITE = Missing("permission", ("a:b:write",))


@pytest.mark.parametrize(
    ("grant_type", "missing", "roles", "expected"),
    [
        ("CODE", (Missing("scope", ("a", "b")),), (), '# to the scopes of c:\n"a",  # or b'),
        ("CODE", (Missing("scope", ('${x}"',)),), (), '# to the scopes of c:\n"$${x}\\"",'),
        ("CODE", (WRITE,), (), None),
        (None, (Missing("scope", ("a",)),), (), None),
        (MACHINE, (Missing("scope", ("a",)),), (), None),
        (MACHINE, (Missing("permission", ("a:b:c",), "home"),), (OWN,), None),
        (MACHINE, (Missing("permission", ("admin",)),), (OWN,), None),
    ],
)
def test_what_to_add_follows_from_what_is_missing(
    grant_type: str | None, missing: Any, roles: Any, expected: str | None
) -> None:
    one = result(
        Verdict.FAIL, "R", "c", "m", grant_type=grant_type, missing=missing, looked_through=roles
    )
    assert additions(one) == expected
    assert additions(replace(one, verdict=Verdict.UNKNOWN)) is None


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        ((FOREIGN, OWN), "# to module.m.genesyscloud_auth_role.own:"),
        ((FOREIGN,), 'resource "genesyscloud_auth_role" "recorder" {'),
        ((), 'resource "genesyscloud_auth_role" "recorder" {'),
    ],
)
def test_a_permission_goes_into_a_role_that_can_be_changed(roles: Any, first: str) -> None:
    one = result(
        Verdict.FAIL,
        "R",
        "genesyscloud_oauth_client.c",
        "m",
        grant_type=MACHINE,
        missing=(WRITE,),
        looked_through=roles,
    )
    hcl = additions(one) or ""
    assert hcl.startswith(f"{first}\n")
    assert 'action_set  = ["write"]' in hcl


def test_a_name_cannot_add_a_line_to_what_is_copied() -> None:
    address = 'genesyscloud_oauth_client.c["\n}evil"]'
    one = result(Verdict.FAIL, "R", address, "m", missing=(Missing("scope", ("a\n}",)),))
    assert (additions(one) or "").splitlines() == [
        '# to the scopes of genesyscloud_oauth_client.c["\\n}evil"]:',
        '"a\\n}",',
    ]
