"""The files of a Git commit in a private folder; the working tree stays untouched.

The user's own git reads the objects, so every repository format works as it does for the user. It
starts no hook, filter or file-system monitor, and fetches nothing.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.git_index import git_index
from toolkit.files.programs import find_program
from toolkit.files.tree import repository
from toolkit.lazily import pattern

_LINK: Final = b"120000"
_SUBMODULE: Final = b"160000"
_FILES: Final = frozenset({b"100644", b"100755", b"100664"})
#: Names that a commit must not have, because they would be written to another place.
_UNSAFE: Final = frozenset({b"", b".", b"..", b".git"})
#: Where Git looks for a name, and how a suffix such as ``~2`` in ``main~2`` begins.
_PLACES: Final = ("refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
_SUFFIX: Final = pattern(r"[~^:]|@\{")
#: The kept part of the caller's git environment: which repositories of others git may trust.
_KEPT: Final = "GIT_CONFIG_"
_SETTINGS: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


_QUIET: Final = (
    "--no-replace-objects",
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
)


class Checkout(Struct, frozen=True):
    """A commit that was written to the private folder `path`, and the path of its repository.

    The files of its `submodules` are not there.
    """

    path: str
    repository: str
    submodules: tuple[str, ...]


class _File(Struct, frozen=True):
    mode: bytes
    name: str
    size: int
    path: bytes


@contextmanager
def checked_out(
    folder: str,
    ref: str,
    *,
    environ: Mapping[str, str],
    max_size: int,
    suffixes: tuple[str, ...] = ("",),
    links: bool = True,
) -> Iterator[Checkout]:
    """Yield the commit that `ref` names in the repository around `folder`, as a context manager.

    A folder in a submodule belongs to the repository that tracks the submodule. A pull request can
    replace a folder by a submodule, and its author controls all branches of the submodule.

    Left out are files larger than `max_size` bytes, submodules, files without one of the
    `suffixes`, and, if `links` is False, all links. Raises SourceError if there is no git, no
    repository or no such commit, and for names that lead out of the folder.
    """
    git = _Git(_repository(folder), environ)
    git = _Git(os.fsdecode(git.answer("rev-parse", "--show-toplevel").rstrip(b"\n")), environ)
    commit = _commit(git, ref)
    with tempfile.TemporaryDirectory(prefix="recording-toolkit-") as private:
        # Ends the search for the enclosing repository here, so that nothing above belongs to the
        # tree.
        private = os.path.realpath(private)
        Path(private, ".git").mkdir()
        there = list(_listed(git, commit))
        files = [
            file
            for file in there
            if file.mode != _SUBMODULE
            and file.size <= max_size
            and os.fsdecode(file.path).endswith(suffixes)
            and (links or file.mode != _LINK)
        ]
        git.write(files, private)
        submodules = (os.fsdecode(each.path) for each in there if each.mode == _SUBMODULE)
        yield Checkout(private, git.folder, tuple(submodules))


def _repository(folder: str) -> str:
    """Return the root of the repository around a folder; for a submodule, of its superproject."""
    root = repository(os.path.realpath(folder))
    if root is None:
        raise SourceError(
            f"{folder}: there is no Git repository around it",
            hint="Run it in a checkout of a repository.",
        )
    while (outer := repository(os.path.dirname(root))) is not None:  # noqa: PTH120
        index = git_index(outer)
        if index is not None and not index.tracks(os.path.relpath(root, outer)):
            break
        root = outer
    return root


def _commit(git: _Git, ref: str) -> str:
    if not ref or ref.startswith("-"):
        raise SourceError(f'"{ref}" does not name a commit', hint="Name a branch or a tag.")
    meant = tuple(_meant_by(git, ref))
    if len({commit for _, commit in meant}) > 1:
        names = " and ".join(name for name, _ in meant)
        raise SourceError(
            f"{ref} names several commits in {git.folder}: {names}",
            hint="Give the whole name: whoever may push a tag could stand in for a branch.",
        )
    try:
        found = git.answer("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    except SourceError:
        raise SourceError(
            f"there is no commit {ref} in {git.folder}",
            hint="Fetch it first; a shallow clone has one commit alone (fetch-depth: 0).",
        ) from None
    return found.decode("ascii", "replace").strip()


def _meant_by(git: _Git, ref: str) -> Iterator[tuple[str, str]]:
    """Yield the tags and branches that Git may take a short name for, each with its object."""
    name = _SUFFIX.split(ref, maxsplit=1)[0]
    if not name or name == "HEAD":
        return
    wanted = [f"{place}{name}" for place in _PLACES]
    form = "--format=%(refname) %(objectname) %(*objectname)"
    for line in (
        git.answer("for-each-ref", form, "--", *wanted).decode(errors="replace").split("\n")
    ):
        found, _, objects = line.partition(" ")
        if found in wanted:
            yield found, objects.split()[-1]


def _listed(git: _Git, commit: str) -> Iterator[_File]:
    """Yield the entries of the commit. Raises SourceError for unsafe names."""
    for line in git.answer("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
        head, _, path = line.partition(b"\t")
        if not path:
            continue
        mode, kind, name, size = head.split()
        if mode != _SUBMODULE and (kind != b"blob" or mode not in _FILES | {_LINK}):
            continue
        if any(part.lower() in _UNSAFE for part in path.split(b"/")):
            raise SourceError(f"{os.fsdecode(path)}: a commit must not have such a name")
        yield _File(mode, name.decode("ascii"), 0 if size == b"-" else int(size), path)


class _Git:
    """The user's git, run in a folder."""

    def __init__(self, folder: str, environ: Mapping[str, str]) -> None:
        self.folder = folder
        kept = {k: v for k, v in environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}
        self._environ = {**kept, **_SETTINGS}
        program = find_program("git", environ, (folder,))
        if program is None:
            raise SourceError("there is no git program to read a commit with", hint="Install git.")
        self._program = program

    def _command(self, words: Sequence[str]) -> list[str]:
        return [self._program, *_QUIET, "-C", self.folder, *words]

    def answer(self, *words: str) -> bytes:
        """Return git's output. Raises SourceError with the first line of git's error message."""
        try:
            ran = subprocess.run(  # noqa: S603
                self._command(words), env=self._environ, capture_output=True, check=False
            )
        except OSError as error:
            raise SourceError(f"git cannot be run: {error.strerror}") from error
        if ran.returncode:
            said = ran.stderr.decode(errors="replace").strip().partition("\n")[0]
            raise SourceError(
                f"{self.folder}: git says: {said or f'exit {ran.returncode}'}",
                hint="Run it in a checkout of a repository.",
            )
        return ran.stdout

    def write(self, files: Sequence[_File], into: str) -> None:
        """Write the files into a private folder."""
        with subprocess.Popen(  # noqa: S603
            self._command(["cat-file", "--batch"]),
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as running:
            assert running.stdin is not None  # noqa: S101 - both are pipes
            assert running.stdout is not None  # noqa: S101
            for file in files:
                running.stdin.write(f"{file.name}\n".encode())
                running.stdin.flush()
                _put(file, _content(running.stdout, file), into)
            running.stdin.close()


def _content(stream: IO[bytes], file: _File) -> bytes:
    head = stream.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise SourceError(
            f"{os.fsdecode(file.path)}: the repository does not have this file's content",
            hint="A partial clone leaves contents out; fetch them, or clone without --filter.",
        )
    content = stream.read(int(head[2]))
    stream.read(1)
    return content


def _put(file: _File, content: bytes, into: str) -> None:
    name = os.fsdecode(file.path)
    path = Path(into, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A tree can have a link and a folder with the same name; never write through the link.
        if path.parent.resolve() != path.parent:
            raise NotADirectoryError
        if file.mode == _LINK:
            path.symlink_to(os.fsdecode(content))
        else:
            with path.open("xb") as opened:
                opened.write(content)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{name}: this file of the commit cannot be written out",
            hint="Two entries of one name, or a name that no file can have.",
        ) from error
