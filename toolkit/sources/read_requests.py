"""Requests to the readers of Terraform folders."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from toolkit.errors import ToolkitError
from toolkit.model.inventory import Note
from toolkit.sources.limits import MAX_SIZE

#: The code of a note on a name in a ``--var-file``; it is reported only if every root module has
#: it.
VAR_FILE_NOTE = "undeclared-in-var-file"

#: The error for a folder that cannot be read as a root module.
NO_TERRAFORM: Final = "{}: no Terraform files here"
NO_ROOT: Final = "{}: nothing but modules that what is left out calls"


class Assignment(Struct, frozen=True):
    """One ``--var NAME=VALUE`` (kind ``var``), ``--var-file FILE`` (kind ``file``), or JSON object
    of all values (kind ``values``).

    `piped` is the content of a named pipe, which can be read only once.
    """

    kind: str
    text: str
    piped: bytes | None = None


class Execution(Struct, frozen=True):
    """How Terraform or OpenTofu will be run; '' if unknown.

    `trusts_installed` trusts the content of ``.terraform`` even if Git tracks it.
    """

    workspace: str = ""
    terraform_version: str = ""
    tofu_version: str = ""
    trusts_installed: bool = False


#: Nothing is known about the run.
UNSAID: Final = Execution()


class Read(Struct, frozen=True):
    """Read a folder or a ``.tf`` file. ``TF_VAR_`` values come from `environ`.

    `within` is the path that the user named; files outside its tree are not opened. '' means the
    source itself. `overlay` replaces the content of files, by their real paths. With `traces`,
    unknown values record what they are made of.
    """

    source: str
    assignments: tuple[Assignment, ...] = ()
    environ: Mapping[str, str] = {}
    within: str = ""
    max_size: int = MAX_SIZE
    execution: Execution = UNSAID
    overlay: Mapping[str, bytes] = {}
    traces: bool = False


class Declare(Struct, frozen=True):
    """Read where a folder declares its clients, and the references of its locals."""

    path: str
    max_size: int = MAX_SIZE
    trusts_installed: bool = False


class Discover(Struct, frozen=True):
    """Find the root modules in a folder, except those that match a glob of `exclude`.

    A ``.tf`` file stands for itself. `variables` asks for the names of declared variables; `given`
    holds the names of variables that every root module is given.
    """

    path: str
    exclude: tuple[str, ...] = ()
    variables: bool = False
    max_size: int = MAX_SIZE
    given: frozenset[str] = frozenset()


#: What would show the content of a hidden or linked folder.
NAMED: Final = "naming it on the command line"


class Skipped(Struct, frozen=True):
    """A folder with Terraform that belongs to no judged root module; `why` begins a sentence.

    `decided_by` is what would show its content.
    """

    path: str
    why: str
    decided_by: str = NAMED


class Roots(Struct, frozen=True):
    """The folders of root modules, as reports name them, and notes about the tree.

    `variables` holds the names that any of them declares; None if one could not be read, or if the
    names were not requested.
    """

    paths: tuple[str, ...]
    variables: frozenset[str] | None
    notes: tuple[Note, ...] = ()
    errors: tuple[ToolkitError, ...] = ()
    skipped: tuple[Skipped, ...] = ()
