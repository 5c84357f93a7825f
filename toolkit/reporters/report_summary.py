"""A report in words: its counts, and the meaning of its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from toolkit.model.findings import Severity, Verdict
from toolkit.model.inventory import Note
from toolkit.model.observations import ProbeVerdict
from toolkit.model.plurals import joined, plural

if TYPE_CHECKING:
    from toolkit.model.report import Report

#: What each exit status means for a report.
EXIT_MEANINGS = {
    0: "everything was decided, and is fine",
    1: "something is violated",
    2: "something could not be looked at",
    3: "no violation, but something stayed unknown",
    4: "a remote or a tool failed",
    70: "a bug in the toolkit",
}
#: What each probe verdict means; the braces stand for what the client is to do.
_PROBE_MEANINGS = {
    ProbeVerdict.READY: "the client can {} recordings",
    ProbeVerdict.PREFLIGHT: "nothing wrong was found; no start was tried",
    ProbeVerdict.MISCONFIGURED: "a misconfiguration was diagnosed",
    ProbeVerdict.UNDECIDED: "nothing wrong with the client was proven, nor that it can {}",
    ProbeVerdict.UNREACHABLE: "the platform could not be reached, or did not answer",
}
_COUNTED = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.UNKNOWN: "unknown",
    Verdict.WAIVED: "waived",
    Verdict.NOT_APPLICABLE: "not applicable",
}
_NAMED = 4
#: Verdicts that are counted even if there are none, so that nothing is ambiguous.
_ALWAYS = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN})


#: Notes that explain most of the report.
_LEADING = frozenset({"live-refused"})


def leading(report: Report) -> list[Note]:
    """Return the notes that come before everything else."""
    return [note for note in sorted(report.notes) if note.code in _LEADING]


def other_notes(report: Report) -> list[Note]:
    """Return the notes that come after the findings.

    Notes that begin with a check's name and are otherwise equal are merged into one.
    """
    told: dict[str, list[Note]] = {}
    for note in sorted(report.notes):
        if note.code not in _LEADING:
            told.setdefault(note.message.removeprefix(f"{note.code} "), []).append(note)
    return [
        Note(same[0].code, f"{joined(note.code for note in same)} {said}")
        if len(same) > 1
        else same[0]
        for said, same in told.items()
    ]


def checked(report: Report) -> bool:
    """Whether the report judges clients, besides or instead of a probe."""
    return report.verdict is None or bool(report.results or report.sources)


def judged(report: Report) -> bool:
    """Whether a rule judged any client, or a run of built-in checks alone covered one."""
    decided = len(report.results) + len(report.known) - report.count(Verdict.NOT_APPLICABLE)
    return report.clients > 0 and (decided > 0 or bool(silent(report)))


def why_nothing(report: Report) -> str:
    """Return why no client was judged."""
    if not report.sources:
        return "no source could be looked at." if report.errors else "no source was given."
    if report.sources and all(source.why_not for source in report.sources):
        # The output names the reason for each source; here, one reason is given if all are the
        # same.
        reasons = {source.why_not.partition(":")[0] for source in report.sources}
        return f"{reasons.pop() if len(reasons) == 1 else 'these plans leave nothing to judge'}."
    if not report.clients:
        return "there is no genesyscloud_oauth_client in what was looked at."
    if report.looked is not None and not report.looked.checks:
        return "the policy switches off the selected checks."
    if report.looked is not None:
        return "no client was chosen."
    return "no rule concerns any of the clients."


def silent(report: Report) -> tuple[str, ...]:
    """Return sentences on the checks that did not fire, in a run of built-in checks alone.

    Checks are listed only if they fire, so without this the reader could not tell that they ran.
    """
    looked = report.looked
    if looked is None or not looked.clients:
        return ()
    fired = {result.rule for result in (*report.results, *report.known)}
    quiet = [check for check in looked.checks if check not in fired]
    sure = [check for check in quiet if check not in looked.undecided_checks]
    unsure = [check for check in quiet if check in looked.undecided_checks]
    clients = plural(looked.clients, "client")
    told = []
    if sure:
        told.append(f"{_few(sure)} looked at {clients} and did not fire.")
    if unsure:
        told.append(f"{_few(unsure)} looked at {clients}, did not fire, and left a note on some.")
    return tuple(told)


def _few(names: list[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def counts(report: Report) -> list[str]:
    """Return clients, verdicts and errors; never "0 passed" if nothing was judged."""
    said = [plural(report.clients, "client")]
    always = _ALWAYS if judged(report) else frozenset()
    if report.looked is not None:
        always -= {Verdict.PASS}  # Clients that pass a built-in check are not listed.
    for verdict, word in _COUNTED.items():
        number = report.count(verdict)
        if verdict is Verdict.FAIL and number:
            said.append(f"failed: {failures(report)}")
        elif number or verdict in always:
            said.append(f"{number} {word}{_uncounted(report, verdict, number)}")
    if report.errors:
        said.append(f"{len(report.errors)} could not be looked at")
    return said


def failures(report: Report) -> str:
    """Return the violations by severity, and how many decide the exit status if not all do."""
    by_severity = report.failures()
    listed = ", ".join(plural(number, each.value) for each, number in by_severity.items())
    return listed + _uncounted(report, Verdict.FAIL, sum(by_severity.values()))


def _uncounted(report: Report, verdict: Verdict, number: int) -> str:
    deciding = report.deciding(verdict)
    if verdict not in (Verdict.FAIL, Verdict.UNKNOWN) or deciding == number:
        return ""
    return f" ({deciding or 'none'} {'counts' if deciding < 2 else 'count'})"


def meaning(report: Report) -> str:
    """Return what the exit status means: for the check, for the probe, or for both."""
    if report.verdict is None:
        return _of_check(report)
    told = _of_probe(report, report.verdict)
    # If the probe alone decides the status, the check does not explain it.
    explains = checked(report) and replace(report, verdict=None).exit_code is report.exit_code
    about = _of_check(report)
    return f"{about}; {told}" if explains and about != told else told


def _of_check(report: Report) -> str:
    code = report.exit_code.value
    if report.operator is not None and code in (0, 3):
        return "more may be needed than is listed" if code else "this is all that is needed"
    if report.asked is not None and code in (0, 3):
        return "some of it stayed unknown" if code else "every client was decided"
    if code == 0 and report.changes is not None and not report.results:
        return "the two were compared; no rule asks about changes"
    if code == 0:
        if not judged(report):
            if report.sources and all(source.why_not for source in report.sources):
                return "nothing was checked, since there is nothing to judge"
            if report.known:
                return "nothing was checked, and what the baseline knows does not count"
            return "nothing was checked, and no rule asks for a client"
        if report.count(Verdict.FAIL) or report.count(Verdict.UNKNOWN):
            return f"what failed or is unknown does not count here ({_threshold(report.fail_on)})"
        if report.known:
            waived = "is waived or " if report.count(Verdict.WAIVED) else ""
            return f"nothing is new; what {waived}the baseline knows does not count"
        if report.count(Verdict.WAIVED):
            return "everything violated or unknown is waived"
        if report.looked is not None:
            return "no selected check fired" + (
                ", though not all could be decided" if report.looked.undecided else ""
            )
    if code == 3 and report.count(Verdict.FAIL):
        return f"no violation that counts ({_threshold(report.fail_on)}), but something is unknown"
    return EXIT_MEANINGS[code]


def _of_probe(report: Report, verdict: ProbeVerdict) -> str:
    if report.errors:
        return EXIT_MEANINGS[2]
    warned = verdict is ProbeVerdict.READY and any(d.cause != "none" for d in report.diagnoses[:1])
    return probe_meaning(report, verdict) + (" now, with a warning" if warned else "")


def probe_meaning(report: Report, verdict: ProbeVerdict) -> str:
    """Return what the verdict of a probe means."""
    return _PROBE_MEANINGS[verdict].format(report.act)


def _threshold(fail_on: Severity | None) -> str:
    return f"--fail-on {'never' if fail_on is None else fail_on.value}"
