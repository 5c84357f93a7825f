"""Suggest clients for a rule that matches no client."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from toolkit.judging.phrases import quoted
from toolkit.judging.selectors import select
from toolkit.judging.verdict import Outcome
from toolkit.model.clients import Client
from toolkit.model.findings import Verdict
from toolkit.model.values import glob_matches
from toolkit.policy.document import Selector

#: How many clients the message names.
_NAMED: Final = 10


class Candidates(Struct, frozen=True):
    """A sentence that names the clients, and the fix. Empty if there is no client."""

    message: str = ""
    fix: str | None = None


class _Candidate(Struct, frozen=True, order=True):
    """A client, ordered as the message names it; `key` is the selector key that finds it."""

    is_unable: bool
    is_far: bool
    name: str
    key: str


def candidates(
    wanted: Selector | Sequence[str],
    clients: Sequence[Client],
    judge: Callable[[Client], Outcome] | None,
    hidden: Collection[str],
) -> Candidates:
    """Return the suggestion: first clients that can do what the rule asks, then similar names.

    `wanted` is the rule's selector, or the globs of `--client`. `judge` decides which clients are
    able; it is None if the rule requires no ability. `hidden` are texts that no report shows.
    """
    fitting: Sequence[Client] = ()
    globs = wanted.name if isinstance(wanted, Selector) else wanted
    if isinstance(wanted, Selector):
        # A client with another grant type would not match the rule even under the right name.
        others_open = replace(wanted, name=(), address=())
        fitting = [each for each in clients if select(others_open, each).matches is not False]
    near = tuple(f"*{glob.lower()}*" for glob in globs)
    found = sorted({_candidate(each, judge, near, hidden) for each in fitting or clients})
    if not found:
        return Candidates()
    named = found[:_NAMED]
    able = [each for each in named if not each.is_unable]
    others = [each for each in named if each.is_unable]
    said = []
    if able:
        said.append(f"Able to do what the rule asks: {_listed(able)}")
    if others:
        said.append(f"{'Others' if able else 'There are'}: {_listed(others)}")
    left = len(found) - len(named)
    if left:
        said[-1] += f", {left} more"
    first = (able or others)[0]
    meant = [each.name for each in able if each.key == first.key] or [first.name]
    names = ", ".join(msgspec.json.encode(name).decode() for name in meant)
    line = f"clients: {{{first.key}: [{names}]}} in the rule, or "
    option = f"--client {shlex.quote(first.name)}"
    return Candidates(
        "".join(f" {sentence}." for sentence in said),
        f"Name the client to check: {line if fitting else ''}{option}.",
    )


def _candidate(
    client: Client,
    judge: Callable[[Client], Outcome] | None,
    near: Sequence[str],
    hidden: Collection[str],
) -> _Candidate:
    exists = client.existence is None
    able = judge is not None and exists and judge(client).verdict is Verdict.PASS
    name = client.label
    key = "address" if name == client.address or name in hidden else "name"
    shown = name if key == "name" else client.address
    is_near = any(glob_matches(glob, shown.lower()) for glob in near)
    return _Candidate(not able, not is_near, shown, key)


def _listed(found: Sequence[_Candidate]) -> str:
    return quoted([each.name for each in found])
