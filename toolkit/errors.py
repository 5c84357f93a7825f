"""What can go wrong, as values that the command line turns into one line and an exit status.

Every room raises a subclass of `ToolkitError`; nothing below `toolkit.cli` exits the process.
"""

from __future__ import annotations

from enum import IntEnum

#: The number of Ctrl-C, the same everywhere; the module `signal` costs time to import.
SIGINT = 2


class ExitCode(IntEnum):
    """The process's exit statuses; pipelines depend on them."""

    OK = 0
    VIOLATION = 1
    INPUT = 2
    UNDECIDED = 3
    REMOTE = 4
    BUG = 70


class ToolkitError(Exception):
    """Something that the user can mend: one line that says what, one that says how."""

    exit_code = ExitCode.INPUT

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Interrupted(KeyboardInterrupt):
    """Someone ended the run by a signal. `left` says in a sentence what it leaves behind."""

    def __init__(self, number: int = SIGINT, left: str = "") -> None:
        super().__init__(left)
        self.number = number
        self.left = left


class OutOfBounds(Exception):  # noqa: N818 - no input is wrong by itself
    """A command took more time or memory than it may.

    No `ToolkitError`: nothing on the way may take it for what is wrong with one input.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ToolkitError):
    """The command line itself asks for something that does not exist or does not fit together."""


class DocumentError(ToolkitError):
    """A YAML document that cannot be read: its syntax, its size, a key given twice.

    `place` is its line and column. `others` are what else is wrong with the document, as far as it
    does not come of this.
    """

    place: tuple[int, int] = (0, 0)
    others: tuple[DocumentError, ...] = ()


class SourceError(ToolkitError):
    """Terraform that could not be looked at: HCL, a plan, a state."""


class PolicyError(ToolkitError):
    """A policy that cannot be loaded."""


class ContractError(ToolkitError):
    """An API contract that does not exist, or does not say what an operation needs."""


class CatalogError(ToolkitError):
    """A catalog, or the document to compile one from, that cannot be read."""


class RemoteError(ToolkitError):
    """The platform, or the way to it, failed: network, rate limit, an answer of another."""

    exit_code = ExitCode.REMOTE


class CredentialsError(RemoteError):
    """The platform answers, and refuses the caller: the credentials, or a right, are the input
    that is wrong.
    """

    exit_code = ExitCode.INPUT


class ProbeError(ToolkitError):
    """A probe, or an explanation, that was given nothing it can work on."""


class BaselineError(ToolkitError):
    """A baseline that cannot be read."""


class ProvisionError(ToolkitError):
    """Terraform itself could not be run, or failed."""

    exit_code = ExitCode.REMOTE
