"""Text output of roots without findings, one line each: a tree of modules has hundreds."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.findings import SubjectKind, Verdict
from toolkit.model.plurals import plural
from toolkit.reporters.terminal import BOLD, GREEN, YELLOW, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.findings import Result
    from toolkit.model.report import Report, Source

#: With at least this many roots, those without findings get one line.
MANY = 5
#: With more roots of one state than this, one line covers all of them.
_LISTED = 20


class State(Enum):
    """The state of such a root, in the order of the output."""

    FINE = "pass"
    LOOKED_AT = "looked at"
    KNOWN = "known"
    NOT_APPLICABLE = "not applicable"
    NOT_JUDGED = "NOT JUDGED"
    NO_CLIENT = "NO CLIENT"


_STYLES = {State.FINE: GREEN, State.NOT_JUDGED: YELLOW, State.NO_CLIENT: YELLOW}


class Root(Struct, frozen=True):
    """A root without findings.

    `untouched` clients are those that no rule selects, or that no check covered; `by` says which.
    """

    state: State
    name: str
    kinds: str
    clients: int
    passed: int
    untouched: int
    by: str

    @property
    def about(self) -> str:
        return f"{self.name}: {self.kinds}, {_told([self])}"


def summary(
    report: Report,
    root: str,
    sources: Sequence[Source],
    results: Sequence[Result],
    known: Sequence[Result],
) -> Root | None:
    """Return the summary of a root; None if it has results to show in full.

    `known` are its findings that a baseline hides: a root with any is not fine.
    """
    quiet = (Verdict.PASS, Verdict.NOT_APPLICABLE)
    if not sources or any(result.verdict not in quiet for result in results):
        return None
    clients = sum(source.clients for source in sources)
    passed = sum(result.verdict is Verdict.PASS for result in results)
    looked = report.looked
    if looked is None:
        judged = {r.address for r in (*results, *known) if r.subject is SubjectKind.CLIENT}
        touched = len(judged - {None})
        fine, else_, by = passed > 0, State.NOT_APPLICABLE, "no rule concerns"
    else:
        touched = looked.chosen.get(root, 0) if looked.checks else 0
        decided = all(where != root for where, _ in looked.undecided)
        fine, else_, by = decided, State.LOOKED_AT, "no check looked at"
    untouched = max(0, clients - touched)
    if not clients:
        state = State.NO_CLIENT
    elif untouched and (looked is None or not touched):
        state = State.NOT_JUDGED
    elif known:
        state = State.KNOWN
    else:
        state = State.FINE if fine else else_
    if any(source.why_not for source in sources):
        return None  # A plan is not a root module of a tree.
    return Root(
        state,
        visible(root),
        visible(", ".join(dict.fromkeys(source.kind for source in sources))),
        clients,
        passed,
        untouched,
        by,
    )


def _told(roots: Sequence[Root]) -> str:
    """Return the number of clients, and how many passed or were not covered."""
    clients, passed = sum(root.clients for root in roots), sum(root.passed for root in roots)
    untouched = sum(root.untouched for root in roots)
    if not clients:
        return f"no {CLIENT_TYPE}"
    if untouched == clients:
        return f"{roots[0].by} {plural(clients, 'client')}"
    parts = [plural(clients, "client")]
    parts += [f"{passed} passed"] if passed else []
    parts += [f"{roots[0].by} {untouched} of them"] if untouched else []
    return ", ".join(parts)


def lines(roots: Sequence[Root], paint: Paint) -> Iterator[str]:
    """Yield the roots by state; each block ends with an empty line."""
    order = list(State)
    ordered = sorted(roots, key=lambda root: (order.index(root.state), root.name))
    for state, group in groupby(ordered, key=lambda root: root.state):
        same = list(group)
        texts = [root.about for root in same]
        if len(same) > _LISTED:
            texts = [f"{len(same)} roots: {_told(same)}"]
        for text in texts:
            line = wrapped(text, first=f"{state.value} ", rest="  ")
            style = _STYLES.get(state, BOLD)
            yield from painted(line, state.value, style, paint)
        yield ""
