"""What the program and its reading process say to each other."""

from collections.abc import Mapping
from typing import NamedTuple

from toolkit.errors import ToolkitError
from toolkit.model.inventory import Inventory, Note
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.source_map import Declarations

#: The code of a note on a name in a ``--var-file``; it holds where every root module has the note.
VAR_FILE_NOTE = "undeclared-in-var-file"


class Assignment(NamedTuple):
    """``--var NAME=VALUE`` (kind ``var``), ``--var-file FILE`` (kind ``file``), or a JSON object of
    all values (kind ``values``).
    """

    kind: str
    text: str


class Read(NamedTuple):
    """Read a folder or a ``.tf`` file. `environ` is where ``TF_VAR_`` values are looked up.

    `within` is what the user named, whose tree bounds what is opened; "" for the source itself.
    `evaluate` is false after the evaluator crashed: then it is read without it.
    """

    source: str
    assignments: tuple[Assignment, ...] = ()
    environ: Mapping[str, str] = {}
    within: str = ""
    max_size: int = MAX_SIZE
    evaluate: bool = True


class Declare(NamedTuple):
    """Read where a folder declares its clients, and what its locals refer to."""

    path: str
    max_size: int = MAX_SIZE


class Discover(NamedTuple):
    """Find the root modules in a folder, without those that a glob of `exclude` matches.

    A ``.tf`` file stands for itself. `variables` asks for the names that are declared.
    """

    path: str
    exclude: tuple[str, ...] = ()
    variables: bool = False
    max_size: int = MAX_SIZE


class Roots(NamedTuple):
    """The folders of root modules, as reports name them, and what to say about the tree.

    `variables` are the names that any of them declares; None where one could not be read, or
    nobody asked.
    """

    paths: tuple[str, ...]
    variables: frozenset[str] | None
    notes: tuple[Note, ...] = ()
    errors: tuple[ToolkitError, ...] = ()


class Answer(NamedTuple):
    """One of these, by the request; an error instead of any."""

    inventory: Inventory | None = None
    roots: Roots | None = None
    declarations: Declarations | None = None
    error: ToolkitError | None = None
