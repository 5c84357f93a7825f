"""Roots of which there is nothing to tell, a line each: a tree of modules has hundreds of them."""

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

#: From so many roots on those are short of which there is nothing to tell.
MANY = 5
#: More of a kind than these are one line for all.
_LISTED = 20


class State(Enum):
    """What there is to say of such a root, in the order in which it is said."""

    FINE = "pass"
    LOOKED_AT = "looked at"
    KNOWN = "known"
    NOT_APPLICABLE = "not applicable"
    NOT_JUDGED = "NOT JUDGED"
    NO_CLIENT = "NO CLIENT"


_STYLES = {State.FINE: GREEN, State.NOT_JUDGED: YELLOW, State.NO_CLIENT: YELLOW}


class Root(Struct, frozen=True):
    """`untouched` clients are those that no rule concerns, or that no check looked at.

    `by` says which of the two it is.
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
    """The root in short; None where a result of it is to be told in full.

    `known` are the findings of it that a baseline hides: what has any is not fine.
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
        return None  # a plan that is not a root module of a tree
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
    """How many clients there are, and what became of them."""
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
    """The short roots by what is to be said of them; each such block ends in an empty line."""
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
