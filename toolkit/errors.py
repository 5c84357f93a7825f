"""Errors that the command line turns into one line and an exit status.

Every package raises subclasses of `ToolkitError`; only `toolkit.cli` exits the process.
"""

from __future__ import annotations

from enum import IntEnum

#: The signal number of Ctrl-C on all platforms; importing the module `signal` takes time.
SIGINT = 2


class ExitCode(IntEnum):
    """The exit statuses of the process; pipelines depend on them."""

    OK = 0
    VIOLATION = 1
    INPUT = 2
    UNDECIDED = 3
    REMOTE = 4
    BUG = 70


class ToolkitError(Exception):
    """Something that the user can fix: a one-line message, and a hint how to fix it."""

    exit_code = ExitCode.INPUT

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Interrupted(KeyboardInterrupt):
    """A signal ended the run. `left` is a sentence about what it leaves behind."""

    def __init__(self, number: int = SIGINT, left: str = "") -> None:
        super().__init__(left)
        self.number = number
        self.left = left


class OutOfBounds(Exception):  # noqa: N818 - no input is wrong by itself
    """A command exceeded its limit of time or memory.

    Not a `ToolkitError`, so that no caller mistakes it for a problem of one input.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ToolkitError):
    """The command line asks for something that does not exist or does not fit together."""


class DocumentError(ToolkitError):
    """A YAML document that cannot be read: invalid syntax, its size, a duplicate key.

    `place` is its line and column. `others` are the further, independent errors in the document.
    """

    place: tuple[int, int] = (0, 0)
    others: tuple[DocumentError, ...] = ()


class SourceError(ToolkitError):
    """Terraform that could not be read: HCL, a plan, a state."""


class PolicyError(ToolkitError):
    """A policy that cannot be loaded."""


class ContractError(ToolkitError):
    """An API contract that does not exist, or does not say what an operation needs."""


class CatalogError(ToolkitError):
    """A catalog that cannot be read, or a document that one cannot be compiled from."""


class RemoteError(ToolkitError):
    """The platform or the connection failed: network, rate limit, or another server's response."""

    exit_code = ExitCode.REMOTE


class CredentialsError(RemoteError):
    """The platform responds and refuses the caller: the credentials, or a missing permission.

    They are input, so the exit status is that of an input error.
    """

    exit_code = ExitCode.INPUT


class ProbeError(ToolkitError):
    """A probe, or an explanation, without anything to work on."""


class BaselineError(ToolkitError):
    """A baseline that cannot be read."""


class ProvisionError(ToolkitError):
    """Terraform could not be run, or failed."""

    exit_code = ExitCode.REMOTE
