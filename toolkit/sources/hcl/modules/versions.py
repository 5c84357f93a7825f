"""The versions of Terraform and OpenTofu that may run a root module.

`Versions` answers questions on which they differ, and keeps only the versions that agree so far: a
root is evaluated once for each group of versions that agree on everything in it.
"""

from __future__ import annotations

import operator
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from toolkit.errors import UsageError
from toolkit.files.tree import FileRefusedError, Tree
from toolkit.lazily import pattern
from toolkit.sources.hcl.modules.language import COVERED, Since

TERRAFORM: Final = "Terraform"
OPENTOFU: Final = "OpenTofu"

_EXACT: Final = pattern(r"v?1\.(\d{1,4})(?:\.(\d{1,4}))?([-+][\w.+-]*)?")
_OTHER_MAJOR: Final = pattern(r"v?(\d{1,4})\.\d{1,4}(?:\.\d{1,4})?(?:[-+][\w.+-]*)?")
_CONSTRAINT: Final = pattern(
    r"[\t\n\f\r ]*(=|!=|>=|<=|~>|>|<)?[\t\n\f\r ]*"
    r"v?(\d{1,18}(?:\.\d{1,18})*)"
    r"(-\d+[0-9A-Za-z~-]*(?:\.[0-9A-Za-z~-]+)*|-?[A-Za-z~-]+[0-9A-Za-z~-]*(?:\.[0-9A-Za-z~-]+)*)?"
    r"(?:\+[0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*)?[\t\n\f\r ]*",
    re.ASCII,
)
#: A patch number higher than any release has.
_LAST_PATCH: Final = 999
#: The files that set the version, and the word before the version, if any.
_FILES: Final = (
    (".terraform-version", {"": TERRAFORM}),
    (".tofu-version", {"": OPENTOFU}),
    (".tool-versions", {"terraform": TERRAFORM, "opentofu": OPENTOFU}),
)


class Version(Struct, frozen=True):
    """A release series, such as Terraform 1.11; `release` is the exact release, if known."""

    tool: str
    minor: int
    release: tuple[int, ...] | None = None

    def has(self, since: Since) -> bool:
        first = since.terraform if self.tool == TERRAFORM else since.opentofu
        return self.minor >= first

    def __str__(self) -> str:
        return f"{self.tool} 1.{self.minor}"


class Versions:
    """The versions for which a root is evaluated; `differing` are those that need another run."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.agreed = tuple(versions)
        self.differing: list[Version] = []

    def has(self, since: Since) -> bool:
        """Whether the versions of this run have a feature."""
        answer = self.agreed[0].has(since)
        self._keep([version for version in self.agreed if version.has(since) is answer])
        return answer

    def allow(self, constraint: str) -> bool:
        """Whether a `required_version` allows the versions of this run.

        If it allows no version of the table, another version may run the root: the answer is yes.
        If the exact release is known, the answer is no.
        """
        if not any(allows(constraint, version) for version in (*self.agreed, *self.differing)):
            return any(version.release is None for version in self.agreed)
        allowed = [version for version in self.agreed if allows(constraint, version)]
        if self.agreed[0] in allowed:
            self._keep(allowed)
            return True
        self._keep([version for version in self.agreed if version not in allowed])
        return False

    def _keep(self, agreed: list[Version]) -> None:
        if len(agreed) < len(self.agreed):
            self.differing += [version for version in self.agreed if version not in agreed]
            self.agreed = tuple(agreed)


def all_of(tool: str) -> tuple[Version, ...]:
    """Return every version of a tool in the table, newest first."""
    first, last = COVERED[tool]
    return tuple(Version(tool, minor) for minor in range(last, first - 1, -1))


def exact(tool: str, text: str) -> Version | None:
    """Return the version that a text names, limited to the table; None for any other text."""
    first, last = COVERED[tool]
    found = _EXACT.fullmatch(text)
    if found is not None:
        # A prerelease satisfies no bound.
        is_release = found[2] is not None and found[3] is None
        release = (1, int(found[1]), int(found[2])) if is_release else None
        return Version(tool, min(max(int(found[1]), first), last), release)
    other = _OTHER_MAJOR.fullmatch(text)
    return None if other is None else Version(tool, last if int(other[1]) else first)


def named(terraform: str, opentofu: str) -> Version | None:
    """Return the version that the command line names. Raises `UsageError`."""
    if terraform and opentofu:
        raise UsageError(
            "--terraform-version and --tofu-version: only one tool runs a root module",
            hint="Give one of them.",
        )
    tool, text = (OPENTOFU, opentofu) if opentofu else (TERRAFORM, terraform)
    if not text:
        return None
    version = exact(tool, text)
    if version is None:
        option = "--tofu-version" if opentofu else "--terraform-version"
        raise UsageError(f"{option} {text}: is not a version", hint="Write it as 1.11.4.")
    return version


def pinned(tree: Tree, folder: str) -> tuple[Version, ...]:
    """Return the versions pinned by files in a folder, or in its nearest parent that has any."""
    while True:
        found: dict[str, Version] = {}
        for name, words in _FILES:
            for tool, text in _entries(tree, posixpath.join(folder, name), words):
                version = exact(tool, text)
                if version is not None:
                    found.setdefault(tool, version)
        if found or not folder:
            return tuple(found.values())
        folder = posixpath.dirname(folder)


def _entries(tree: Tree, path: str, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    try:
        text = tree.read(path).decode()
    except (FileRefusedError, UnicodeDecodeError):
        return
    for line in text.splitlines():
        parts = line.partition("#")[0].split()
        if "" in words:
            parts.insert(0, "")
        if len(parts) > 1 and parts[0] in words:
            yield words[parts[0]], parts[1]
            if "" in words:
                return


def within(versions: Sequence[Version], constraint: str) -> tuple[Version, ...]:
    """Return the versions that a `required_version` allows; if none, the nearest of each tool."""
    allowed = tuple(version for version in versions if allows(constraint, version))
    if allowed:
        return allowed
    nearest = []
    for tool in dict.fromkeys(version.tool for version in versions):
        first, last = COVERED[tool]
        wants_newer = allows(constraint, Version(tool, _LAST_PATCH))
        nearest.append(Version(tool, last if wants_newer else first))
    return tuple(nearest)


def allows(constraint: str, version: Version) -> bool:
    """Whether a release of a series satisfies a constraint; an unreadable one allows all."""
    parts = _parts(constraint)
    if parts is None:
        return True
    if version.release is not None:
        return all(_satisfies(*part, version.release) for part in parts)
    # Each bound is at a release, or next to one.
    patches = {0, _LAST_PATCH}
    for _, written in parts:
        numbers = _numbers(written)
        if numbers[:2] == (1, version.minor):
            patches |= {max(numbers[2] - 1, 0), numbers[2], numbers[2] + 1}
    return any(
        all(_satisfies(*part, (1, version.minor, patch)) for part in parts) for patch in patches
    )


def satisfied(constraint: str, version: str) -> bool:
    """Whether a version satisfies a constraint; if it cannot be compared, it must be equal."""
    parts, have = _parts(constraint), _parts(version)
    if parts is None or have is None or len(have) != 1:
        return constraint.strip().removeprefix("=").strip() == version
    return all(_satisfies(*part, _numbers(have[0][1])) for part in parts)


def unreadable(constraint: str, *, takes_prereleases: bool = True) -> str:
    """Return why both tools refuse a constraint in any version; '' if they accept it."""
    for part in constraint.split(","):
        found = _CONSTRAINT.fullmatch(part)
        if found is None:
            return f'"{constraint}" is not a version constraint, such as ">= 1.5, < 2"'
        if found[3] and not takes_prereleases:
            return f'"{constraint}" has a prerelease, which a required_version cannot have'
    return ""


def _parts(constraint: str) -> list[tuple[str, str]] | None:
    """Return the operators and versions of a constraint; None if they cannot be compared."""
    found = [_CONSTRAINT.fullmatch(part) for part in constraint.split(",")]
    parts = [(part[1] or "=", part[2]) for part in found if part is not None and not part[3]]
    return parts if len(parts) == len(found) else None


def _satisfies(sign: str, written: str, have: tuple[int, ...]) -> bool:
    want = _numbers(written)
    if sign in _COMPARISONS:
        longest = max(len(have), len(want))
        return _COMPARISONS[sign](_padded(have, longest), _padded(want, longest))
    if len(want) > len(have):
        return False
    fixed = max(written.count("."), 1)
    return have >= want and have[:fixed] == want[:fixed]


_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
    "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def _numbers(version: str) -> tuple[int, ...]:
    """Return at least three numbers, so that 1.2 equals 1.2.0."""
    return _padded(tuple(int(part) for part in version.split(".")), 3)


def _padded(numbers: tuple[int, ...], length: int) -> tuple[int, ...]:
    return numbers + (0,) * (length - len(numbers))
