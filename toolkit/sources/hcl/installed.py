"""What `terraform init` put where, and whether that is still what the configuration asks for.

A folder of modules that a pipeline keeps can be that of an earlier commit. Terraform refuses to go
on with it; to read it would be to judge what was, and not what will be.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from toolkit.errors import SourceError
from toolkit.sources.hcl.confines import Confines
from toolkit.sources.hcl.json_syntax import decoded

MANIFEST = ".terraform/modules/modules.json"
_SCHEME = re.compile(r"^(?:\w+::)?(?:[\w+.-]+://)?")
_CONSTRAINT = re.compile(r"(=|!=|>=|<=|~>|>|<)?\s*v?(\d+(?:\.\d+)*)")


class Installed(NamedTuple):
    """A module as the list of `terraform init` has it. `directory` is relative to the root."""

    directory: str
    source: str
    version: str | None

    def is_of(self, source: str, version: str | None) -> bool:
        """Whether it is what a call asks for by its source and its version."""
        return (not self.source or _identity(self.source) == _identity(source)) and (
            version is None or _allows(version, self.version)
        )


def installed_modules(root: Path, confines: Confines) -> dict[str, Installed]:
    """The modules of a root, each under the name that the list gives it; none before any init.

    Raises `SourceError` where the list itself lies out of the tree, or is too large.
    """
    manifest = root / MANIFEST
    if not os.path.lexists(manifest):
        return {}
    shown = str(manifest)
    if not confines.holds(manifest):
        raise SourceError(
            f"{shown}: leads out of the tree, so it is not read",
            hint="Remove the .terraform folder, and run terraform init again.",
        )
    try:
        entries = decoded(confines.read(manifest, shown).decode())["Modules"]
        found = {
            entry["Key"]: Installed(entry["Dir"], entry.get("Source", ""), entry.get("Version"))
            for entry in entries
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    texts = all(
        isinstance(text, str)
        for key, each in found.items()
        for text in (key, each.directory, each.source, each.version or "")
    )
    return found if texts else {}


def _identity(source: str) -> tuple[tuple[str, ...], str, frozenset[str]]:
    """What two spellings of a source have in common: Terraform writes out those that are short.

    The last parts of its path, the folder in it, and what stands behind the question mark.
    """
    path, _, query = source.partition("?")
    package, _, folder = _SCHEME.sub("", path, count=1).partition("//")
    parts = re.split(r"[/:]", package.rstrip("/").removesuffix(".git"))
    return tuple(parts[-3:]), folder.strip("/"), frozenset(query.split("&"))


def _allows(constraints: str, version: str | None) -> bool:
    """Whether a version is one that is asked for; one that cannot be compared is not."""
    found = _CONSTRAINT.fullmatch(version or "")
    if found is None:
        return constraints.strip().removeprefix("=").strip() == version
    have = _numbers(found[2])
    return all(_holds(each.strip(), have) for each in constraints.split(","))


def _holds(constraint: str, have: tuple[int, ...]) -> bool:
    found = _CONSTRAINT.fullmatch(constraint)
    if found is None:
        return False
    want = _numbers(found[2])
    match found[1] or "=":
        case "=":
            return have == want
        case "!=":
            return have != want
        case ">":
            return have > want
        case ">=":
            return have >= want
        case "<":
            return have < want
        case "<=":
            return have <= want
    fixed = max(found[2].count("."), 1)
    return have >= want and have[:fixed] == want[:fixed]


def _numbers(version: str) -> tuple[int, ...]:
    """Three numbers at least, so that 1.2 is 1.2.0."""
    numbers = tuple(int(part) for part in version.split("."))
    return numbers + (0,) * (3 - len(numbers))
