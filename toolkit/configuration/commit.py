"""Files of a commit of Git, so that a change cannot loosen the check that judges it.

What decides a check (configuration, policies, contracts, catalogs, baselines) is taken out of the
commit into a folder of its own, and read from there. Git runs without what the repository may have
set up to run: no file-system monitor, no hooks, no filters, no text conversion, no replaced object
and no lazy fetching. ``cat-file --batch`` gives blobs as they are.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from toolkit.configuration.finding import NAME, SHARED, has_table, repository
from toolkit.errors import UsageError

#: What can be a document that decides; and bytes of one, and of all together.
_SUFFIXES: Final = (".toml", ".yaml", ".yml", ".json", ".gz")
_MOST: Final = 16 << 20
_MOST_OF_ALL: Final = 256 << 20
_QUIET: Final = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
)
_ENVIRONMENT: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class Commit(Struct, frozen=True):
    """The deciding files of a commit, by their paths in it, in `folder`.

    `root` is the working tree's, both without links; `ref` is how the user named the commit.
    """

    ref: str
    root: str
    folder: str

    def path(self, named: str) -> str:
        """The commit's file for one of the working tree; what lies outside of it, as it is.

        As it is written: a link of the working tree must not lead to another file of the commit.
        """
        inside = self._inside(named)
        return named if inside is None else f"{self.folder}/{inside}"

    def _inside(self, named: str) -> str | None:
        for path in (os.path.abspath(named), os.path.realpath(named)):  # noqa: PTH100
            relative = os.path.relpath(path, self.root)
            if os.pardir not in Path(relative).parts:
                return "" if relative == "." else relative
        return None

    def told(self, text: str) -> str:
        """A text in which the commit's files are named as Git does: ``main:policy.yaml``."""
        return text.replace(f"{self.folder}/", f"{self.ref}:")

    def find(self, source: str) -> str | None:
        """The commit's configuration for a source: the nearest, up to the root."""
        folder = source if os.path.isdir(source) else os.path.dirname(source)  # noqa: PTH112, PTH120
        here = self._inside(folder or ".")
        while here is not None:
            for name in (NAME, SHARED):
                path = "/".join(part for part in (self.folder, here, name) if part)
                if os.path.isfile(path) and (name == NAME or has_table(path)):  # noqa: PTH113
                    return path
            if not here:
                return None
            here = os.path.dirname(here)  # noqa: PTH120
        return None


@contextmanager
def files_of(ref: str, place: str) -> Iterator[Commit]:
    """The commit that `ref` names in the repository around `place`.

    Raises `UsageError` where there is no repository, no such commit, or no git program.
    """
    root = repository(os.path.realpath(place))
    if root is None:
        raise UsageError(
            f"--config-ref {ref}: {place} is in no Git repository",
            hint="Run the check in a checkout, or leave the option out.",
        )
    if ref.startswith("-") or not ref.strip():
        raise UsageError(f"--config-ref {ref}: no name of a commit", hint="Name a branch or a tag.")
    named = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    found = _git(root, *named)
    commit = found.stdout.decode().strip()
    if found.returncode or not commit:
        why = found.stderr.decode(errors="replace").strip().split("\n")[0]
        raise UsageError(
            f"--config-ref {ref}: there is no such commit{f': {why}' if why else ''}",
            hint="Fetch it first; a shallow checkout has its own commit alone.",
        )
    with tempfile.TemporaryDirectory(prefix="recording-toolkit-") as folder:
        real = os.path.realpath(folder)
        _take_out(root, commit, real, ref)
        yield Commit(ref, root, real)


def _take_out(root: str, commit: str, folder: str, ref: str) -> None:
    listed = _git(root, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    if listed.returncode:
        raise UsageError(
            f"--config-ref {ref}: its files cannot be listed", hint="Is the checkout complete?"
        )
    wanted: list[tuple[str, str]] = []
    total = 0
    for entry in listed.stdout.split(b"\0"):
        about, _, path = entry.partition(b"\t")
        fields = about.split()
        # A link could lead anywhere; what is one is not there.
        if len(fields) != 4 or fields[0] not in (b"100644", b"100755"):
            continue
        size = int(fields[3])
        name = os.fsdecode(path)
        if name.endswith(_SUFFIXES) and size <= _MOST:
            wanted.append((fields[2].decode(), name))
            total += size
    if total > _MOST_OF_ALL:
        raise UsageError(
            f"--config-ref {ref}: its documents have more than {_MOST_OF_ALL >> 20} MiB",
            hint="Keep data out of the repository that has the policies.",
        )
    asked = "".join(f"{blob}\n" for blob, _ in wanted).encode()
    answered = _git(root, "cat-file", "--batch", data=asked)
    data, at = answered.stdout, 0
    for blob, name in wanted:
        end = data.find(b"\n", at)
        header = data[at:end].split()
        if end < 0 or len(header) != 3 or header[0].decode() != blob:
            raise UsageError(
                f"--config-ref {ref}: {name} is not in the checkout",
                hint="Fetch the commit with its files: a partial clone has none of them.",
            )
        at = end + 1 + int(header[2])
        file = Path(folder, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data[end + 1 : at])
        at += 1


def _git(root: str, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(  # noqa: S603
            ["git", "-C", root, *_QUIET, *arguments],  # noqa: S607
            input=data,
            capture_output=True,
            env={**kept, **_ENVIRONMENT},
            check=False,
        )
    except OSError as error:
        raise UsageError(
            "--config-ref needs a git program, and there is none", hint="Install git."
        ) from error
