"""Edits that mend findings: proposed, proven, and applied in rounds until none is left.

An edit is proven before it is shown: the configuration is read and judged again with the edit.
Exactly the access that it promises must change, its finding must disappear, and no new finding may
appear.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit import sources as inputs
from toolkit.catalog.nearest import Spelling
from toolkit.changes.published import Published
from toolkit.errors import ToolkitError
from toolkit.files.opening import archive_of
from toolkit.files.rewriting import Rewrite
from toolkit.model.edits import FixEdits, Safety
from toolkit.model.findings import Result, Verdict
from toolkit.model.inventory import Inventory
from toolkit.model.report import Report
from toolkit.sources.hcl.editing.editor import Change, Editor, Place
from toolkit.sources.hcl.editing.layout import Layout
from toolkit.sources.hcl.editing.reduction import blanked
from toolkit.sources.hcl.editing.spans import NotEditableError, Span
from toolkit.sources.hcl.syntax.nodes import Block
from toolkit.workflows.fix_proof import State, failing, faults
from toolkit.workflows.fix_proposals import Proposal, Who, overlapping, proposals
from toolkit.workflows.plan_origins import REPLACED, origins_of
from toolkit.workflows.run_check import Checked
from toolkit.workflows.wildcards import Permissions

if TYPE_CHECKING:
    from toolkit.sources.hcl.modules.tree import ModuleCache
    from toolkit.sources.read_requests import Read

_ROUNDS: Final = 10
#: How many edits are proven one by one, each by reading the configuration again: to write them, and
#: to show them in a report.
_ALONE: Final = 30
_SHOWN_ALONE: Final = 5
_OF_A_FILE: Final = "a file is only part of its root module; name the folder"
_PACKED: Final = "it is in an archive; unpack the archive, and name the folder"
_ONLY_PLANNED: Final = "its Terraform has no such finding"
_SHOWN_ONLY: Final = "the catalog may not have all that a wildcard stands for; --live asks the org"
_CHANGED: Final = "its file has changed since it was read"
_TOO_MANY: Final = "there are too many others; fix some of them first"


class Fixed(Struct, frozen=True):
    """What is left after the edits, and which files they change.

    In the report, results that still have an edit carry it. `count` is how many findings are
    mended. `others` are the clients without a finding that the edits concern too. `left` gives, by
    rule and address, the known reasons why findings have no edit.
    """

    report: Report
    files: tuple[Rewrite, ...]
    count: int
    left: tuple[tuple[str, str, str], ...]
    others: frozenset[Who] = frozenset()

    @property
    def without(self) -> int:
        """Return how many findings are left without an edit that can be written."""
        return sum(
            each.verdict is Verdict.FAIL
            and (each.fix_edits is None or each.fix_edits.safety is Safety.DISPLAY_ONLY)
            for each in self.report.results
        )


def with_edits(check: Checked) -> Report:
    """Return the report of a check, with the edits of the findings that have one."""
    return _Fixing(check, alone=_SHOWN_ALONE).proposed()[0]


def fix(check: Checked, *, unsafe: bool = False) -> Fixed:
    """Return the edits for the findings of a check, made in rounds; nothing is written.

    Without `unsafe`, only edits are made that change no clients but those of the findings. Findings
    that are left after ten rounds still carry their edits.
    """
    return _Fixing(check, alone=_ALONE).all_rounds(unsafe=unsafe)


def _counted(report: Report, *verdicts: Verdict) -> Counter[tuple[str | None, str, str | None]]:
    """Count the results with these verdicts by root, rule and address."""
    return Counter((e.root, e.rule, e.address) for e in report.results if e.verdict in verdicts)


def _unedited(modules: ModuleCache, edited: Iterable[str]) -> ModuleCache:
    """Return the modules in which no file is edited."""
    folders = {os.path.dirname(disk) for disk in edited}  # noqa: PTH120
    return {
        key: module
        for key, module in modules.items()
        if os.path.normpath(f"{key[0]}/{key[1]}") not in folders
    }


def _left_out(
    fresh: Inventory, old: Inventory, spared: Mapping[str, Sequence[Block]]
) -> frozenset[str]:
    """Return the clients that were not read again, because their blocks were left out."""
    places = {
        (each.source.path, each.source.line(each.start))
        for blocks in spared.values()
        for each in blocks
    }
    known = {client.address for client in fresh.clients} if places else set()
    return frozenset(
        client.address
        for client in old.clients
        if (at := client.location) is not None
        and (at.path, at.line) in places
        and client.address not in known
    )


class _Fixing:
    def __init__(self, check: Checked, *, alone: int) -> None:
        self._check = check
        self._alone = alone
        roots = {e.root for e in check.report.results if e.verdict is Verdict.FAIL and e.root}
        self._origins = origins = origins_of(check.found, roots)
        report = check.judge(origins.found) if origins.added else check.report
        self._state = self._first = State(origins.found, report, check.found.modules, {})
        self._published = Published(check.request.catalog, {})
        self._places: dict[str, tuple[Place, bytes]] = {}
        #: None for a root with unknown folders.
        self._folders: dict[str, frozenset[str] | None] = {}
        self._editors: dict[str, Editor] = {}
        #: The sources with the edits that hold so far, and how often more edits may be tried.
        self._held = self._state
        self._tries = 0
        self._layout = Layout()
        request = check.request
        self._permissions = Permissions(request.org, request.catalog, request.today)

    def proposed(self) -> tuple[Report, list[Proposal], dict[int, str]]:
        """Return the report with the proven edits, these edits, and why other results have none."""
        report = self._told()
        made, left = self._made(report)
        proven = self._proven(made, left)
        results = list(self._state.report.results)
        for proposal in proven:
            change = proposal.change
            before = self._content(change.place.disk)
            try:
                edits = tuple(self._layout.edits(change.source, change.spans, before))
            except NotEditableError:
                continue  # it can be written, but not shown
            found = FixEdits(proposal.safety, proposal.message, edits)
            for index in proposal.results:
                results[index] = replace(results[index], fix_edits=found)
        return self._with_edits(report, results), proven, left

    def _told(self) -> Report:
        """Return the report without the sources that were read only to be edited."""
        state, origins = self._state, self._origins
        if not origins.of:
            return state.report
        if state is self._first:
            report = self._check.report
        else:
            report = self._check.judge(origins.without_added(state.found))
        # A plan keeps its findings until there is a new plan, so drop those that are mended.
        mended = failing(self._first.report) - failing(state.report)
        left = (
            each
            for each in report.results
            if (each.rule, (origins.of.get(each.root or "", ""), each.address or "")) not in mended
        )
        return replace(report, results=tuple(left))

    def _with_edits(self, report: Report, results: Sequence[Result]) -> Report:
        """Return the report with the edits of the state's results."""
        of = self._origins.of
        if not of:
            return replace(report, results=tuple(results))
        edits = {(e.root, e.rule, e.address): e.fix_edits for e in results if e.fix_edits}
        given = []
        for each in report.results:
            found = edits.get((each.root, each.rule, each.address))
            origin = of.get(each.root or "")
            if found is None and each.verdict is Verdict.FAIL and origin is not None:
                found = edits.get((origin, each.rule, each.address))
            given.append(each if found is None else replace(each, fix_edits=found))
        return replace(report, results=tuple(given))

    def all_rounds(self, *, unsafe: bool) -> Fixed:
        before = _counted(self._check.report, Verdict.FAIL)
        written = (Safety.SAFE, Safety.UNSAFE) if unsafe else (Safety.SAFE,)
        mended: set[Who] = set()
        concerned: set[Who] = set()
        for _ in range(_ROUNDS):
            self._tries = self._alone
            made, _ = self._made(self._told())
            wanted = [each for each in made if each.safety in written]
            clashes = overlapping(each.change for each in wanted)
            chosen = self._holding(
                [each for each, clash in zip(wanted, clashes, strict=True) if not clash]
            )
            if not chosen:
                break
            self._state = self._held
            mended.update(who for each in chosen for who in each.clients)
            concerned.update(who for each in chosen for who in each.siblings)
        report, _, left = self.proposed()
        # A finding that is only unknown now is not mended.
        count = (before - _counted(report, Verdict.FAIL, Verdict.UNKNOWN)).total()
        files = [
            Rewrite(place.shown, disk, content, self._state.overlay[disk])
            for disk, (place, content) in self._places.items()
            if disk in self._state.overlay
        ]
        results = self._state.report.results
        said = [(results[i].rule, results[i].address or "", why) for i, why in left.items()]
        said += [
            (each.rule, each.address or "", _SHOWN_ONLY)
            for each in report.results
            if each.fix_edits is not None and each.fix_edits.safety is Safety.DISPLAY_ONLY
        ]
        files.sort(key=lambda each: each.path)
        others = frozenset(concerned - mended)
        return Fixed(report, tuple(files), count, tuple(said), others)

    def _holding(
        self, chosen: Sequence[Proposal], beside: Sequence[Proposal] = ()
    ) -> Sequence[Proposal]:
        """Return as many of the edits as hold together with each other and with `beside`.

        The next round looks at the rest.
        """
        if not chosen or self._tries == 0:
            return ()
        self._tries -= 1
        after, wrong = self._tried([*beside, *chosen], is_whole=True)
        if not wrong:
            self._held = after
            return chosen
        rest = [each for n, each in enumerate(chosen, len(beside)) if n not in wrong]
        if 0 < len(rest) < len(chosen):
            return self._holding(rest, beside)
        if len(chosen) == 1:
            return ()
        half = len(chosen) // 2
        first = self._holding(chosen[:half], beside)
        return (*first, *self._holding(chosen[half:], (*beside, *first)))

    # Proposals and their proof

    def _made(self, report: Report) -> tuple[list[Proposal], dict[int, str]]:
        """Return the edits for the findings, unproven, and by result why there is none."""
        state = self._state
        made: list[Proposal] = []
        by_root = {each.root: each for each in state.found.inventories if each.kind == "hcl"}
        editable = self._origins.editable(state.report.results, report.results)
        wanted = {root for _, _, root in editable}
        editors: dict[str, tuple[Inventory, Editor]] = {}
        for read in state.found.reads:
            inventory = by_root.get(read.source)
            if inventory is None or archive_of(read.source) is not None:
                continue
            if read.source in wanted:
                # The root was read before; an error comes from another version of the tools.
                with suppress(ToolkitError):
                    editor = Editor(replace(read, overlay=state.overlay), state.modules)
                    editors[read.source] = inventory, editor
        self._editors = {root: editor for root, (_, editor) in editors.items()}
        renamed = {
            (self._origins.of[plan.root], each.address): each.before
            for plan in state.found.inventories
            if plan.root in self._origins.of
            for each in plan.lineage
            if each.kind == "renamed"
        }
        catalog = self._check.request.catalog
        found, left = proposals(
            editable, editors, Spelling(catalog, self._check.scopes), renamed, self._permissions
        )
        folders = {read.source for read in state.found.reads}
        for index, _, root in editable:
            if root in self._origins.why_not:
                left[index] = self._origins.why_not[root]
            elif root in by_root and archive_of(root) is not None:
                left[index] = _PACKED
            elif root in by_root and root not in folders:
                left[index] = _OF_A_FILE
        known = failing(self._first.report)
        for index, result in enumerate(state.report.results):
            origin, who = self._origins.of.get(result.root or ""), result.address or ""
            is_left = result.verdict is Verdict.FAIL and result.rule != REPLACED
            if is_left and origin is not None and (result.rule, (origin, who)) not in known:
                left[index] = _ONLY_PLANNED
        refused: dict[str, str | None] = {}
        for each in found:
            self._guard_callers(each)
            change = each.change
            if change.place.disk not in refused:
                editor = editors[next(iter(each.clients))[0]][1]
                refused[change.place.disk] = self._refused(change, editor)
            why = refused[change.place.disk]
            if why is not None:
                left.update(dict.fromkeys(each.results, why))
            else:
                made.append(each)
        return made, left

    def _refused(self, change: Change, editor: Editor) -> str | None:
        """Return why the file of a change must not be edited, or None."""
        try:
            content = editor.content(change.place)
        except NotEditableError as error:
            return error.reason
        if not change.source.is_of(content):
            return _CHANGED
        # Keep the first content, that of the disk: later rounds read their own edits.
        self._places.setdefault(change.place.disk, (change.place, content))
        return None

    def _guard_callers(self, proposal: Proposal) -> None:
        """Mark an edit of a module as unsafe if roots that were not read may call the module."""
        found, folder = self._origins.found, os.path.dirname(proposal.change.place.disk)  # noqa: PTH120
        own = {os.path.realpath(root) for root, _ in proposal.clients}
        if proposal.safety is not Safety.SAFE or proposal.moves or own == {folder}:
            return
        are_all_read = not (
            found.problems
            or self._check.request.exclude
            or any(i.skipped for i in found.inventories)
        )
        named = {os.path.realpath(each.within or each.source) for each in found.reads}
        if not are_all_read or not any(f"{folder}/".startswith(f"{each}/") for each in named):
            proposal.safety = Safety.UNSAFE
            proposal.message += " Root modules that were not read may call its module too."

    def _proven(self, made: Sequence[Proposal], left: dict[int, str]) -> list[Proposal]:
        """Return the edits that hold: proven together as far as possible, else one by one."""
        proven: list[Proposal] = []
        alone: list[Proposal] = []
        waiting = list(made)
        while waiting:
            clashes = list(overlapping(each.change for each in waiting))
            batch = [each for each, clash in zip(waiting, clashes, strict=True) if not clash]
            waiting = [each for each, clash in zip(waiting, clashes, strict=True) if clash]
            while len(batch) > 1 and (wrong := self._tried(batch, is_whole=False)[1]):
                alone += [batch[number] for number in sorted(wrong)]
                batch = [each for number, each in enumerate(batch) if number not in wrong]
            (proven if len(batch) > 1 else alone).extend(batch)
        for number, each in enumerate(alone):
            tried = number < self._alone
            why = self._tried([each], is_whole=False)[1].get(0) if tried else _TOO_MANY
            if why is None:
                proven.append(each)
            else:
                left.update(dict.fromkeys(each.results, why))
        return proven

    def _tried(self, chosen: Sequence[Proposal], *, is_whole: bool) -> tuple[State, dict[int, str]]:
        """Return the sources with the edits, and the wrong edits by index, with the reason.

        Without `is_whole`, clients that no edit can touch are left out.
        """
        try:
            after = self._with(chosen, is_whole=is_whole)
        except NotEditableError as error:
            return self._state, dict.fromkeys(range(len(chosen)), error.reason)
        return after, faults(self._state, after, chosen, self._published)

    # The sources with edits applied

    def _with(self, chosen: Sequence[Proposal], *, is_whole: bool) -> State:
        """Apply the edits, then read and judge the sources again. Raises `NotEditableError`."""
        state = self._state
        contents = self._contents(chosen, {})
        overlay = {**state.overlay, **contents}
        # A root that was refused before gives no information about the edits.
        old = {each.root: each for each in state.found.inventories if each.kind == "hcl"}
        reads = state.found.reads
        touched = [r for r in reads if r.source in old and self._reads_any(r, overlay)]
        fresh: dict[str, Inventory] = {}
        left_out: dict[str, frozenset[str]] = {}
        folders = inputs.Folders(_unedited(state.modules, contents))
        for read in touched:
            editor = None if is_whole else self._editors.get(read.source)
            spared = {} if editor is None else editor.untouched(each.change for each in chosen)
            over = overlay
            if spared:
                over = {**overlay, **self._contents(chosen, spared)}
            (answer,) = folders.read([replace(read, overlay=over)])
            if isinstance(answer, ToolkitError):
                raise NotEditableError(f"Terraform would refuse the result ({answer.message})")
            for decide in state.found.decides:
                answer = decide(answer)
            fresh[read.source] = answer
            left_out[read.source] = _left_out(answer, old[read.source], spared)
        inventories = self._origins.followed(
            fresh.get(each.root, each) if each.kind == "hcl" else each
            for each in state.found.inventories
        )
        found = replace(state.found, inventories=inventories)
        return State(found, self._check.judge(found), folders.modules, overlay, left_out)

    def _reads_any(self, read: Read, overlay: Mapping[str, bytes]) -> bool:
        """Whether one of the edited files is in a module of the root."""
        if read.source not in self._folders:
            self._folders[read.source] = None
            # One version of the tools may refuse what another accepts.
            with suppress(ToolkitError):
                self._folders[read.source] = Editor(read, self._first.modules).folders()
        folders = self._folders[read.source]
        return folders is None or any(
            os.path.dirname(disk) in folders  # noqa: PTH120
            for disk in overlay
        )

    def _contents(
        self, chosen: Iterable[Proposal], spared: Mapping[str, Sequence[Block]]
    ) -> dict[str, bytes]:
        """Return the edited files, without the blocks in `spared`."""
        spans: dict[str, list[Span]] = {}
        sources = {disk: blocks[0].source for disk, blocks in spared.items()}
        for each in chosen:
            disk = each.change.place.disk
            sources[disk] = each.change.source
            spans.setdefault(disk, []).extend(each.change.spans)
        return {
            disk: self._layout.content(
                source,
                spans.get(disk, ()),
                self._content(disk),
                [blanked(block) for block in spared.get(disk, ())],
            )
            for disk, source in sources.items()
        }

    def _content(self, disk: str) -> bytes:
        found = self._state.overlay.get(disk)
        if found is None and disk in self._places:
            found = self._places[disk][1]
        return found or b""
