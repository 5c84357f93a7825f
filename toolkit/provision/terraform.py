"""The Terraform commands of a provisioning run, one after another, in one folder."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from toolkit.errors import ProvisionError, UsageError
from toolkit.lazily import pattern
from toolkit.model.report import TerraformCommand
from toolkit.provision.arguments import OF_INIT, OF_PLAN
from toolkit.provision.logs import Masking, leaking
from toolkit.provision.secrets import Redaction
from toolkit.provision.supervision import CANNOT_RUN, Call, Listener, Outcome, Supervisor
from toolkit.provision.terraform_errors import Asks, Redact, explained, in_one_line

#: Older versions have another `show -json` and `-chdir`.
OLDEST: Final = (1, 0)
_VERSION: Final = pattern(r"v?(\d+)\.(\d+)\.\d+")


class Terraform:
    """Terraform, or OpenTofu, in `directory`.

    Each method raises ProvisionError if the command fails, UsageError if its arguments are longer
    than the system allows, and KeyboardInterrupt if a signal arrived, after Terraform has ended.
    `binary` is a name on the PATH of `environ`, or a path. `out` receives Terraform's output as it
    arrives, in colour if asked for. `asks` says what a call of the provider needs. `commands` are
    those that ran so far.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        directory: Path,
        *,
        binary: str,
        environ: Mapping[str, str],
        out: Listener,
        colour: bool = False,
        asks: Asks,
    ) -> None:
        self._supervisor = supervisor
        self._directory = directory
        self._environ = {"TF_IN_AUTOMATION": "1", **environ}
        self._out = out
        self._asks = asks
        self._flags = () if colour else ("no_color",)
        self.name = Path(binary).name
        self.commands: tuple[TerraformCommand, ...] = ()
        self.version: str | None = None
        found = shutil.which(binary, path=environ.get("PATH", os.defpath))
        if found is None:
            raise ProvisionError(
                f"{binary} was not found",
                hint="Put Terraform or OpenTofu on the PATH, or name it: --terraform-bin FILE.",
            )
        self._binary = str(Path(found).absolute())
        self._given: list[tuple[str, str]] = []
        self._redacted = Redaction(environ)

    def require_version(self) -> None:
        """Ask for the version, and refuse one that is too old."""
        done = self._run(
            Call("version", flags=("json",), captured=True), {"CHECKPOINT_DISABLE": "1"}
        )
        # Versions before 0.13 don't print the version as JSON.
        found = _VERSION.search(done.captured.decode("utf-8", "replace"))
        if found is None:
            raise ProvisionError(
                f"{self.name} does not say its version, so it is not Terraform",
                hint="Name Terraform or OpenTofu: --terraform-bin FILE.",
            )
        self.version = found[0].removeprefix("v")
        if (int(found[1]), int(found[2])) < OLDEST:
            raise ProvisionError(
                f"{self.name} {self.version} is too old",
                hint="Use Terraform 1.0 or later, or OpenTofu: --terraform-bin FILE.",
            )

    def init(self, backend: Sequence[str] = ()) -> None:
        """Install what the folder needs; `backend` are ``KEY=VALUE`` and files.

        A backend that was configured before is reconfigured with them, because targets may share a
        folder; its state stays in place. Terraform refuses to abandon a state that is not in a
        backend yet.
        """
        flags = self._flags
        if backend and self._has_backend():
            flags = (*flags, "reconfigure")
        given = [self._environ.get(OF_INIT, "")] if backend else []
        self._given += [_parted(each) for each in backend if "=" in each]
        self._redacted = Redaction(self._environ, self._given)
        for each in backend:
            told = each if "=" in each else str(Path(each).absolute())
            given.append(shlex.quote(f"-backend-config={told}"))
        self._run(
            Call("init", options={"input": False}, flags=flags),
            {OF_INIT: " ".join(given).strip()} if backend else {},
        )

    def _has_backend(self) -> bool:
        """Whether an earlier init configured a backend here."""
        data = self._environ.get("TF_DATA_DIR") or ".terraform"
        return (self._directory / data / "terraform.tfstate").is_file()

    def plan(self, out: Path, variables: Sequence[tuple[str, str]]) -> None:
        """Write a plan to `out`, which only its owner can read.

        `variables` are ``("var", "NAME=VALUE")`` and ``("file", PATH)``, in Terraform's own order
        of precedence: the last wins.
        """
        try:
            # Terraform keeps the mode of an existing file.
            out.touch(mode=0o600)
        except OSError as error:
            raise ProvisionError(
                f"{out}: the plan cannot be saved: {error.strerror}",
                hint="TMPDIR says in which folder private files are kept.",
            ) from error
        self._given += [_parted(text) for kind, text in variables if kind == "var"]
        self._redacted = Redaction(self._environ, self._given)
        # A detailed exit code would make a plan with changes look like a failure.
        options: dict[str, str | bool] = {"input": False, "detailed_exitcode": False}
        options["out"] = str(out)
        self._run(
            Call("plan", options=options, flags=self._flags),
            {OF_PLAN: self._arguments(variables)} if variables else {},
        )

    def show(self, plan: Path) -> bytes:
        """Return the JSON of a plan."""
        flags = ("json", "no_color")
        return self._run(Call("show", (str(plan),), flags=flags, captured=True)).captured

    def apply(self, plan: Path) -> None:
        """Apply a plan as it is; Terraform asks for no confirmation of a saved one."""
        self._run(Call("apply", (str(plan),), {"input": False}, self._flags))

    def _arguments(self, variables: Sequence[tuple[str, str]]) -> str:
        """Return the variables for TF_CLI_ARGS: every user of the machine can see a command line.

        TF_VAR_ would not work: terraform.tfvars overrides it.
        """
        given = [self._environ.get(OF_PLAN, "")]
        for kind, text in variables:
            # Terraform runs in another folder, and the paths are relative to ours.
            value = f"-var={text}" if kind == "var" else f"-var-file={Path(text).absolute()}"
            given.append(shlex.quote(value))
        return " ".join(given).strip()

    def _run(self, call: Call, more: Mapping[str, str] | None = None) -> Outcome:
        environ = {**self._environ, **(more or {})}
        redact: Redact = self._redacted
        try:
            if leaking(environ):
                out = Masking(self._out, self._redacted)
                done = self._supervisor.run(self._binary, self._directory, call, environ, out)
                out.end()
                redact = out.redact
            else:
                done = self._supervisor.run(self._binary, self._directory, call, environ, self._out)
        except OSError as error:
            raise self._not_started(call.command, error) from error
        if done.status == CANNOT_RUN:
            raise ProvisionError(
                f"{self._binary} cannot be run",
                hint="Name another Terraform or OpenTofu: --terraform-bin FILE.",
            )
        self.commands += (TerraformCommand(call.command, done.status),)
        self._supervisor.heed()
        if done.status:
            raise self._failure(call.command, done, redact)
        return done

    def _not_started(self, command: str, error: OSError) -> ProvisionError | UsageError:
        if error.errno != errno.E2BIG:
            return ProvisionError(f"{self.name} {command} cannot be started: {error.strerror}")
        if command == "plan":
            return UsageError(
                "the values of --var are too long, one by one or together, to reach Terraform",
                hint="Put the long ones into a file: --var-file FILE.",
            )
        return UsageError(
            "the environment is too large for a program to be started in",
            hint="Put long values of TF_VAR_ into a file: --var-file FILE.",
        )

    def _failure(self, command: str, done: Outcome, redact: Redact) -> ProvisionError:
        what = f"{self._directory}: {self.name} {command} failed with exit {done.status}"
        known = explained(done.said, redact, self._asks)
        if known is None:
            return ProvisionError(what, hint=in_one_line(done.said, redact))
        return ProvisionError(f"{what}: {known.message}", hint=known.hint)


def _parted(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value
