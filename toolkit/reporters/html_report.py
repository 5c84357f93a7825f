"""The report as one self-contained HTML page that needs no network and no other file.

The page is readable without its script. With the script, clients by rules are a table to search and
filter, and each cell shows the path from the client to the operation, and where it breaks.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

from toolkit.lazily import pattern
from toolkit.model.findings import Result, SubjectKind, Verdict
from toolkit.model.observations import Observation, ProbeVerdict, RuledOut
from toolkit.model.plurals import plural
from toolkit.reporters import probe_text
from toolkit.reporters.environments import labelled
from toolkit.reporters.page_data import ordered, page_data, rules_of, shown
from toolkit.reporters.report_summary import (
    failures,
    judged,
    leading,
    meaning,
    other_notes,
    probe_meaning,
    why_nothing,
)
from toolkit.reporters.suggested_hcl import additions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.model.report import Report

_PAGE = files("toolkit.reporters") / "page"
_STYLE = (_PAGE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_PAGE / "page.js").read_text(encoding="utf-8")


def _finally(value: object) -> object:
    """Return each text as safe for the page; only our own markup passes unchanged."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str) -> Markup:
    """Return a text in which the parts between backticks are code, as its author meant them."""
    parts = (escape(shown(part)) for part in _CODE.split(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


_CODE = pattern(r"`([^`\n]+)`")
_ENVIRONMENT = Environment(
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    finalize=_finally,
)
_ENVIRONMENT.filters["plural"] = plural
_ENVIRONMENT.filters["prose"] = _prose
_TEMPLATE = _ENVIRONMENT.from_string((_PAGE / "page.html.j2").read_text(encoding="utf-8"))

#: The number of findings written out for readers without a script and for print; the page says how
#: many it leaves out.
WRITTEN_OUT = 200
_WORDS = {
    Verdict.FAIL: "failed",
    Verdict.UNKNOWN: "unknown",
    Verdict.WAIVED: "waived",
    Verdict.PASS: "passed",
    Verdict.NOT_APPLICABLE: "not applicable",
}
_GOOD = (ProbeVerdict.READY, ProbeVerdict.PREFLIGHT)


class _Headline(Struct, frozen=True):
    """The answer in one line. `tone` is ``pass``, ``fail`` or ``unknown``."""

    tone: str
    text: str
    more: str


class _Row(Struct, frozen=True):
    """One source: its kind, its number of clients, and how many clients no rule selects."""

    root: str
    kind: str
    clients: int
    untouched: int


class _Rule(Struct, frozen=True):
    """One rule, and its number of results for each verdict."""

    id: str
    title: str
    severity: str
    counts: dict[str, int]


class _Finding(Struct, frozen=True):
    """A result that needs attention, with the HCL that fixes it."""

    result: Result
    counts: bool
    hcl: str | None


class _Reason(Struct, frozen=True):
    """The causes that share one explanation of why they are, or are not, ruled out."""

    by: str
    causes: list[str]


class _Step(Struct, frozen=True):
    """A probe step, what it ruled out, and its duration in percent of the longest step."""

    seen: Observation
    ruled_out: list[_Reason]
    share: int


def render(report: Report, *, colour: bool = False) -> str:
    """Return the whole page. Equal reports give equal bytes."""
    report = labelled(report)
    results = ordered(report)
    headline = _headline(report)
    needing = _needing_attention(report, results)
    page = _TEMPLATE.render(
        report=report,
        tone=headline.tone,
        headline=headline.text,
        more=headline.more,
        policy=_content_policy(),
        style=Markup(_STYLE),  # noqa: S704 - ours, and the policy of the page has its hash
        script=Markup(_SCRIPT),  # noqa: S704
        data=Markup(page_data(report, results)),  # noqa: S704 - escaped there
        verdicts=[(v.value, _WORDS[v], report.count(v)) for v in _WORDS],
        failures=failures(report),
        quiet=_uncounted(report),
        sources=_sources(report, results),
        rules=_rules(results),
        findings=needing[:WRITTEN_OUT],
        left_out=len(needing) - len(needing[:WRITTEN_OUT]),
        errors=sorted(report.errors, key=lambda p: (p.message, p.hint or "")),
        leading=leading(report),
        notes=other_notes(report),
        about=probe_text.about(report) if report.verdict else [],
        steps=_steps(report),
        elsewhere=_by_reason(r for r in report.ruled_out if r.excluded and not _seen(report, r)),
        not_ruled_out=_by_reason(r for r in report.ruled_out if not r.excluded),
        nothing_found=probe_text.NOTHING_FOUND.get(report.verdict, "") if report.verdict else "",
    )
    return page.rstrip("\n") + "\n"


def _content_policy() -> str:
    """Return the content security policy.

    The page can load and send nothing, and only its own style and script take effect.
    """
    style, script = (
        b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (_STYLE, _SCRIPT)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _headline(report: Report) -> _Headline:
    code, verdict = report.exit_code.value, report.verdict
    if verdict is not None and (not report.results or verdict not in _GOOD) and not report.errors:
        word = verdict.value.capitalize()
        if verdict is ProbeVerdict.UNDECIDED:
            word += f" whether the client can {report.act}"
        cause = report.diagnoses[0].cause if report.diagnoses else "none"
        if verdict is ProbeVerdict.READY and cause != "none":
            word += ", with a warning"
        text = word if cause == "none" else f"{word}: {cause}"
        tone = {0: "pass", 1: "fail"}.get(code, "unknown")
        return _Headline(tone, text, probe_meaning(report, verdict))
    more = meaning(report)
    if code == 0:
        if verdict is None and not judged(report):
            return _Headline("unknown", "Nothing was checked", why_nothing(report))
        if report.looked is not None and report.looked.undecided and not report.results:
            return _Headline("unknown", "Not decided for every client", more)
        return _Headline("pass", _fine(report), more)
    failed = [r for r in report.results if r.verdict is Verdict.FAIL and report.counts(r)]
    if report.count(Verdict.FAIL) > len(failed):
        more += f"; failed: {failures(report)}"
    if code == 1 and failed:
        clients = len({(r.root, r.address) for r in failed})
        among = plural(report.clients, "client")
        of_each = failures(replace(report, results=tuple(failed)))
        text = f"{of_each} in {clients} of {among}"
        return _Headline("fail", text, more)
    if code == 3:
        open_ = sum(r.verdict is Verdict.UNKNOWN and report.counts(r) for r in report.results)
        return _Headline("unknown", f"{plural(open_, 'result')} not decided", more)
    text = more[:1].upper() + more[1:]
    looked = "nothing was checked" if not report.looked_at_something else ""
    return _Headline("fail", text, looked)


def _fine(report: Report) -> str:
    if report.count(Verdict.FAIL) + report.count(Verdict.UNKNOWN):
        return "Nothing that counts is violated"
    if report.known:
        return "Nothing is new"
    waived = report.count(Verdict.WAIVED)
    return "Every violation is waived" if waived else "Everything is fine"


def _uncounted(report: Report) -> list[tuple[str, str]]:
    """Return the verdicts of results that do not count, which are drawn differently."""
    quiet = {r.verdict for r in report.results if not report.counts(r)}
    return [(v.value, _WORDS[v]) for v in (Verdict.FAIL, Verdict.UNKNOWN) if v in quiet]


def _needing_attention(report: Report, results: Sequence[Result]) -> list[_Finding]:
    """Return failures and unknowns: first those that count, then failures before unknowns."""
    order = (Verdict.FAIL, Verdict.UNKNOWN)
    found = [
        _Finding(result, report.counts(result), additions(result))
        for result in results
        if result.verdict in order
    ]
    found.sort(key=lambda each: (not each.counts, order.index(each.result.verdict)))
    return found


def _sources(report: Report, results: Sequence[Result]) -> list[_Row]:
    """Return one row per source. A root that two sources name is judged once."""
    about: dict[str | None, set[str | None]] = {}
    for result in (*results, *report.known):
        if result.subject is SubjectKind.CLIENT:
            about.setdefault(result.root, set()).add(result.address)
    rows = []
    for source in sorted(report.sources, key=lambda each: each.sort_key):
        touched = len(about.get(source.root, set()) - {None})
        rows.append(
            _Row(source.root, source.kind, source.clients, max(source.clients - touched, 0))
        )
    return rows


def _rules(results: Sequence[Result]) -> list[_Rule]:
    counts = Counter((r.kind, r.rule, r.verdict.value) for r in results)
    return [
        _Rule(
            first.rule,
            first.title,
            first.severity.value,
            {verdict.value: counts[first.kind, first.rule, verdict.value] for verdict in _WORDS},
        )
        for first in rules_of(results)
    ]


def _steps(report: Report) -> list[_Step]:
    longest = max((step.elapsed_ms for step in report.steps), default=0)
    last = {step.name: number for number, step in enumerate(report.steps)}
    return [
        _Step(
            step,
            # A repeated step shows what it ruled out only at its last occurrence.
            _by_reason(
                each
                for each in report.ruled_out
                if each.excluded and each.step == step.name and last[step.name] == number
            ),
            round(100 * step.elapsed_ms / longest) if longest else 0,
        )
        for number, step in enumerate(report.steps)
    ]


def _seen(report: Report, entry: RuledOut) -> bool:
    return any(step.name == entry.step for step in report.steps)


def _by_reason(entries: Iterable[RuledOut]) -> list[_Reason]:
    causes: dict[str, list[str]] = {}
    for entry in entries:
        causes.setdefault(entry.by, []).append(entry.cause)
    return [_Reason(by, named) for by, named in causes.items()]
