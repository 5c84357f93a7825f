"""Converts a saved plan to JSON, with the Terraform that has the plan's providers.

Only Terraform reads its own plan files, and it asks the provider plugins for their schemas, so it
must run in the folder of `terraform init`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from toolkit.bounds import outside
from toolkit.errors import ProvisionError, SourceError
from toolkit.files.programs import find_program
from toolkit.provision.secrets import Redaction
from toolkit.provision.terraform_errors import in_one_line

TERRAFORM: Final = "terraform"
#: In seconds. Plugins are started and asked for their schemas; nothing is downloaded.
SHOW_TIMEOUT: Final = 120

#: The last record of a zip archive, and how far from the end it can begin.
_END: Final = b"PK\x05\x06"
_LONGEST_END: Final = 22 + 0xFFFF
#: The directory entry of the file that every saved plan contains: ``tfplan``.
_MEMBER: Final = re.compile(rb"PK\x01\x02.{24}\x06\x00.{16}tfplan", re.DOTALL)


def show_plan(
    path: Path,
    directory: Path | None = None,
    *,
    binary: str = TERRAFORM,
    environ: Mapping[str, str] = os.environ,
    timeout: float = SHOW_TIMEOUT,
) -> bytes:
    """Return the JSON of a saved plan.

    Terraform runs in `directory`, by default the plan's folder, with `environ` unchanged. Raises
    `SourceError` for a file that is not a saved plan and for a missing folder, `ProvisionError` if
    Terraform is missing, fails, or takes more than `timeout` seconds, and OSError if the file
    cannot be read. A Terraform that the PATH finds within the tree of the plan or of the working
    folder is skipped: a commit may have added it.
    """
    _refuse_other_archives(path)
    directory = path.parent if directory is None else directory
    if not directory.is_dir():
        raise SourceError(
            f"{directory}: no such folder",
            hint="Name with --source-dir the folder that the plan was made in.",
        )
    try:
        found = find_program(binary, environ, (str(directory), str(path.parent), "."))
        if found is None:
            raise FileNotFoundError
        with outside():
            done = subprocess.run(  # noqa: S603 - the words are ours and no shell reads them
                [found, f"-chdir={directory}", "show", "-json", "-no-color", str(path.absolute())],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=timeout,
            )
    except subprocess.TimeoutExpired as error:
        raise ProvisionError(
            f"{path}: {binary} show did not end within {timeout:g} seconds",
            hint=f"Try it where the plan was made: {_pipe(path, binary)}",
        ) from error
    except FileNotFoundError as error:
        raise ProvisionError(
            f"{path}: a saved plan is read through {binary}, which was not found",
            hint="Put it on the PATH, in a folder outside of the tree; or where it is: "
            f"{_pipe(path, binary)}",
        ) from error
    except OSError as error:
        raise ProvisionError(
            f"{path}: {binary} cannot be run: {error.strerror}",
            hint=f"Where it can be: {_pipe(path, binary)}",
        ) from error
    if done.returncode:
        said = in_one_line(done.stderr, Redaction(environ))
        raise ProvisionError(
            f"{path}: {binary} show failed in {directory} with exit {done.returncode}",
            hint=f"{said} Run '{binary} init' there, name another folder with "
            f"--source-dir, or where the plan was made: {_pipe(path, binary)}",
        )
    return done.stdout


def _refuse_other_archives(path: Path) -> None:
    """Refuse other archives: Terraform's own error would read like a broken installation.

    This does not use `zipfile`, which every check would have to import.
    """
    hint = "Give the file that terraform plan -out wrote, or its JSON."
    data = path.read_bytes()
    if _END not in data[-_LONGEST_END:]:
        raise SourceError(f"{path}: this archive is broken or cut off", hint=hint)
    if _MEMBER.search(data) is None:
        raise SourceError(f"{path}: this archive is not a saved plan", hint=hint)


def _pipe(path: Path, binary: str) -> str:
    shown = shlex.quote(str(path))
    return f"{binary} show -json {shown} | recording-toolkit check -"
