"""What is asked of those who read folders of Terraform."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from toolkit.errors import ToolkitError
from toolkit.model.inventory import Note
from toolkit.sources.limits import MAX_SIZE

#: The code of a note on a name in a ``--var-file``; it holds where every root module has the note.
VAR_FILE_NOTE = "undeclared-in-var-file"

#: Where a folder has nothing that could be read as a root module of its own.
NO_TERRAFORM: Final = "{}: no Terraform files here"
NO_ROOT: Final = "{}: nothing but modules that what is left out calls"


class Assignment(Struct, frozen=True):
    """``--var NAME=VALUE`` (kind ``var``), ``--var-file FILE`` (kind ``file``), or a JSON object of
    all values (kind ``values``).

    `piped` is what a pipe under the name of a file gave, since it gives that once.
    """

    kind: str
    text: str
    piped: bytes | None = None


class Execution(Struct, frozen=True):
    """How Terraform, or OpenTofu, will be run; "" where nobody says so.

    `trusts_installed` takes what lies in ``.terraform`` for what ``terraform init`` put there, also
    where Git tracks it.
    """

    workspace: str = ""
    terraform_version: str = ""
    tofu_version: str = ""
    trusts_installed: bool = False


#: Nobody says how it will be run.
UNSAID: Final = Execution()


class Read(Struct, frozen=True):
    """Read a folder or a ``.tf`` file. `environ` is where ``TF_VAR_`` values are looked up.

    `within` is what the user named, whose tree bounds what is opened; "" for the source itself.
    `overlay` has the content that files, by their real paths, are taken to have. With `traces`,
    unknown values say what they are made of.
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
    """Read where a folder declares its clients, and what its locals refer to."""

    path: str
    max_size: int = MAX_SIZE
    trusts_installed: bool = False


class Discover(Struct, frozen=True):
    """Find the root modules in a folder, without those that a glob of `exclude` matches.

    A ``.tf`` file stands for itself. `variables` asks for the names that are declared; `given` are
    the names of those that every root module is given.
    """

    path: str
    exclude: tuple[str, ...] = ()
    variables: bool = False
    max_size: int = MAX_SIZE
    given: frozenset[str] = frozenset()


#: What shows what is in a folder that is hidden or behind a link.
NAMED: Final = "naming it on the command line"


class Skipped(Struct, frozen=True):
    """A folder with Terraform in it that no root module judged; `why` begins a sentence.

    `decided_by` is what shows what is in it.
    """

    path: str
    why: str
    decided_by: str = NAMED


class Roots(Struct, frozen=True):
    """The folders of root modules, as reports name them, and what to say about the tree.

    `variables` are the names that any of them declares; None where one could not be read, or
    nobody asked.
    """

    paths: tuple[str, ...]
    variables: frozenset[str] | None
    notes: tuple[Note, ...] = ()
    errors: tuple[ToolkitError, ...] = ()
    skipped: tuple[Skipped, ...] = ()
