"""A folder with a Terraform configuration, and the real terraform to run on it."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

# Terraform's own variables and the provider's: those of the developer must not reach a test.
_FOREIGN_PREFIXES: Final = ("TF_", "GENESYSCLOUD_")
#: The block in a root module that names the provider's source.
PROVIDER: Final = """\
terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""


@dataclass(frozen=True)
class Workspace:
    """`cli_config` is the path from `install`; `environ` is added to every run."""

    directory: Path
    cli_config: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def write(self, text: str, name: str = "main.tf") -> None:
        """Write a file and, beside `main.tf`, the one that names the provider's source.

        A local module needs the latter too; its folder is created if missing.
        """
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if path.name == "main.tf":
            path.with_name("providers.tf").write_text(PROVIDER)

    def run(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Run terraform; any other exit status than the expected one fails the test."""
        result = self.attempt(*arguments)
        assert result.returncode == expect, f"{result.args}\n{result.stdout}\n{result.stderr}"
        return result

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run terraform, whatever its exit status is."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_FOREIGN_PREFIXES)
        }
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self.directory,
            env={
                **inherited,
                "TF_CLI_CONFIG_FILE": str(self.cli_config),
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
                **self.environ,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            check=False,
            timeout=600,
        )

    def init(self) -> None:
        self.run("init", "-no-color", "-input=false")

    def plan(self, *arguments: str) -> dict[str, Any]:
        """Return the JSON of a new plan, which is saved as `plan.out`."""
        self.run("plan", "-no-color", "-input=false", "-out=plan.out", *arguments)
        return self.shown("plan.out")

    def apply(self) -> dict[str, Any]:
        """Apply `plan.out`; return the JSON of the new state."""
        self.run("apply", "-no-color", "-input=false", "plan.out")
        return self.state()

    def state(self) -> dict[str, Any]:
        return self.shown()

    def destroy(self) -> None:
        self.run("destroy", "-no-color", "-input=false", "-auto-approve")

    def shown(self, *arguments: str) -> dict[str, Any]:
        """Return the JSON of a saved plan, or of the state."""
        shown: dict[str, Any] = json.loads(self.run("show", "-json", *arguments).stdout)
        return shown


def changes(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the `change` of each resource in a plan, by its address."""
    return {entry["address"]: entry["change"] for entry in plan.get("resource_changes", [])}


def values(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values of every resource in a state, by its address, child modules included."""
    found: dict[str, dict[str, Any]] = {}
    modules = [state.get("values", {}).get("root_module", {})]
    while modules:
        module = modules.pop()
        modules.extend(module.get("child_modules", []))
        found.update({entry["address"]: entry["values"] for entry in module.get("resources", [])})
    return found
