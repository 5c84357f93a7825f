"""JUnit XML for Jenkins and GitLab: suites of cases with at most one outcome each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.model.report import Problem

#: Characters that XML 1.0 cannot represent, not even as a reference.
_FORBIDDEN = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(Struct, frozen=True):
    """A test case. `outcome` is failure, error or skipped; None for a passed case."""

    classname: str
    name: str
    outcome: str | None = None
    kind: str | None = None
    message: str = ""
    text: str = ""


class Suite(Struct, frozen=True):
    name: str
    cases: tuple[Case, ...]
    properties: Mapping[str, str] = {}


def document(name: str, suites: Iterable[Suite]) -> str:
    """Return the whole document, indented, with the counts that readers expect."""
    suites = list(suites)
    root = ElementTree.Element("testsuites", {"name": _possible(name), **_counts(suites)})
    for suite in suites:
        attributes = {"name": _possible(suite.name), **_counts([suite], skipped=True)}
        element = ElementTree.SubElement(root, "testsuite", attributes)
        if suite.properties:
            listed = ElementTree.SubElement(element, "properties")
            for key, value in suite.properties.items():
                named = {"name": _possible(key), "value": _possible(value)}
                ElementTree.SubElement(listed, "property", named)
        for case in suite.cases:
            _case(element, case)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def problems(found: Iterable[Problem]) -> Iterator[Case]:
    """Yield input errors as cases that could not run."""
    for problem in found:
        text = f"hint: {visible(problem.hint)}" if problem.hint else ""
        yield Case("recording-toolkit", "input", "error", "input", visible(problem.message), text)


def _counts(suites: list[Suite], *, skipped: bool = False) -> dict[str, str]:
    outcomes = [case.outcome for suite in suites for case in suite.cases]
    counted = {"tests": len(outcomes)}
    counted |= {"failures": outcomes.count("failure"), "errors": outcomes.count("error")}
    if skipped:
        counted["skipped"] = outcomes.count("skipped")
    return {name: str(number) for name, number in counted.items()}


def _case(suite: ElementTree.Element, case: Case) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", {"classname": _possible(case.classname), "name": _possible(case.name)}
    )
    if case.outcome is None:
        return
    attributes = {"type": _possible(case.kind)} if case.kind is not None else {}
    told = ElementTree.SubElement(
        element, case.outcome, {**attributes, "message": _possible(case.message)}
    )
    if case.text:
        told.text = _possible(case.text)


def _possible(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)
