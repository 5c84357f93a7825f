"""The baseline file: known findings, so that a run reports only new ones."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import BaselineError
from toolkit.files.named import open_named
from toolkit.judging.baseline import Entry, compare, entries_of
from toolkit.judging.phrases import few
from toolkit.judging.run_filter import RunFilter
from toolkit.model.inventory import Note
from toolkit.model.plurals import plural
from toolkit.model.report import Problem, Report
from toolkit.workflows.atomic_write import replace_file

VERSION: Final = 1
_HINT: Final = "--write-baseline FILE writes one from the current findings."


class _File(Struct, forbid_unknown_fields=True):
    version: Literal[1]
    tool: Literal["recording-toolkit"]
    entries: tuple[Entry, ...]


class _Head(Struct):
    """The field that tells a baseline of another version from any other JSON."""

    version: int
    tool: Literal["recording-toolkit"]


class Baseline(Struct, frozen=True):
    """The content of a baseline file, and its path as the user gave it."""

    path: str
    entries: tuple[Entry, ...]


def read_baseline(path: str) -> Baseline:
    """Read a baseline. Raises `BaselineError` if it cannot be read or is something else."""
    try:
        with open_named(path) as file:
            data = file.read()
    except OSError as error:
        raise BaselineError(
            f"{path}: the baseline cannot be read: {error.strerror}", hint=_HINT
        ) from error
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.version != VERSION:
            raise BaselineError(
                f"{path}: a baseline of version {head.version}, not {VERSION}",
                hint="A newer release may read it; --write-baseline replaces it.",
            )
        return Baseline(path, msgspec.json.decode(data, type=_File).entries)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BaselineError(f"{path}: not a baseline: {_one_line(error)}", hint=_HINT) from error


def hide_known(
    report: Report, baseline: Baseline, run_filter: RunFilter, comparable: Set[str | None]
) -> Report:
    """Return the report without the findings that the baseline knows, and a note on these.

    `comparable` are the roots that were judged completely, with None for the run as a whole. Only
    for these roots, and for rules in `run_filter`, can the note say that a finding no longer
    occurs.
    """
    compared = compare(report.results, baseline.entries)
    notes: list[Note] = []
    if compared.known:
        counted = plural(len(compared.known), "known finding")
        notes.append(Note("baseline", f"{counted} hidden by {baseline.path}"))
    gone = [e for e in compared.gone if e.root in comparable and run_filter.covers(e.rule)]
    if gone:
        one = len(gone) == 1
        named = few([f"{entry.rule} at {entry.address or 'no client'}" for entry in gone])
        message = (
            f"{plural(len(gone), 'finding')} in {baseline.path} no longer "
            f"{'occurs' if one else 'occur'}, or only in part: {named}; --write-baseline "
            f"{baseline.path} replaces it."
        )
        notes.append(Note("baseline-gone", message))
    return replace(
        report,
        results=compared.new,
        known=compared.known,
        notes=tuple(sorted({*report.notes, *notes})),
    )


def record(report: Report, path: str) -> Report:
    """Write all findings of the report, known ones too, into a baseline file; a note says so.

    An existing file is replaced in one step. It stays as it is if some source could not be read,
    which is a note, or if it cannot be written, which is an error in the report.
    """
    if report.errors:
        message = f"{path} was not written, since something could not be looked at"
        note = Note("baseline-not-written", message)
        return replace(report, notes=tuple(sorted({*report.notes, note})))
    entries = entries_of((*report.results, *report.known))
    encoded = msgspec.json.encode(_File(VERSION, "recording-toolkit", entries))
    try:
        pretty = msgspec.json.format(encoded, indent=2) + b"\n"
        replace_file(Path(path), pretty, "baseline", _is_baseline)
    except OSError as error:
        problem = Problem(
            f"{path}: the baseline cannot be written: {error.strerror}",
            "Name a new file, or a baseline, in a folder that can be written to.",
        )
        return replace(report, errors=(*report.errors, problem))
    note = Note("baseline-written", f"{path} now lists {plural(len(entries), 'finding')}")
    return replace(report, notes=tuple(sorted({*report.notes, note})))


def _is_baseline(data: bytes) -> bool:
    """Whether the data is a baseline of any version."""
    try:
        return bool(msgspec.json.decode(data, type=_Head))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
