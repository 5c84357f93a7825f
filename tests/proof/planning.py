"""Plan cases with real Terraform, all in one root."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.proof.comparing import Truth, truth_of
from tests.proof.drawn_root import Case, remove_case, write_base, write_case
from tests.standin_provider.workspace import Workspace

_CASE: Final = re.compile(r"\b(c\d+)")
_VARIABLE: Final = re.compile(r"\bvar\.(b|f|n|ns|s|e|nul|l|m|bt|lt|st|mt|o|lo)\b")
_MODULE: Final = re.compile(r"\bmodule\.([mf])\b")
_ROLE: Final = "genesyscloud_auth_role"
_ROLES: Final = ("a", "b", "c", 'e["p"]', 'e["q"]', "n[0]", "n[1]")
_WORDS: Final = ("a", "b", "x", "", "é", "10", "a-b", "true")


def with_locals(case: Case) -> Case:
    """Return the case with locals in place of variables and outputs.

    For variables and outputs, Terraform's validation knows at most the type, and so refuses
    expressions that their values would not make invalid.
    """
    files = {
        name: _MODULE.sub(r"local.known_\1", _VARIABLE.sub(r"local.known.\1", text))
        for name, text in case.files.items()
    }
    return case._replace(files=files)


class Planner:
    """Plans cases in a folder, each time with other values for the unknowns."""

    def __init__(
        self, folder: Path, cli_config: Path, cases: Sequence[Case], *, is_open: bool
    ) -> None:
        write_base(folder, is_open=is_open)
        self._workspace = Workspace(folder, cli_config)
        self._is_open = is_open
        self._cases = {case.name: case for case in cases}
        for case in cases:
            write_case(folder, case)
        self._unreadable = self._without_refused("init", "-input=false", "-json")

    def planned(self, cases: Sequence[Case], rng: random.Random) -> dict[str, Truth]:
        """Return the plan of each case, with one drawn completion."""
        folder = self._workspace.directory
        ids: dict[str, str] = {}
        if self._is_open:
            (folder / "terraform.tfvars.json").write_text(json.dumps(_completion(rng)), "utf-8")
            ids = _ids(rng)
            (folder / "terraform.tfstate").write_text(json.dumps(_state(ids)), "utf-8")
        names = {case.name for case in cases}
        for name in self._cases.keys() | names:
            if name in self._unreadable or name not in names:
                remove_case(folder, self._cases[name])
            else:
                write_case(folder, self._cases[name])
        refused = self._without_refused(
            "plan", "-input=false", "-refresh=false", "-out=plan.out", "-json"
        )
        changes: dict[str, list[Any]] = {name: [] for name in names}
        for change in self._workspace.shown("plan.out").get("resource_changes", ()):
            case = _CASE.search(change["address"])
            if case:
                changes[case[1]].append(change)
        truths = {name: truth_of(made, ids) for name, made in changes.items()}
        return (
            truths
            | {name: Truth(refused=why) for name, why in refused.items()}
            | {name: Truth(refused=why) for name, why in self._unreadable.items() if name in names}
        )

    def _without_refused(self, *arguments: str) -> dict[str, str]:
        """Run Terraform until nothing is refused; each round removes the refused cases with the
        reason.
        """
        found: dict[str, str] = {}
        while refused := _refused(self._workspace, *arguments):
            assert not refused.keys() & found.keys(), refused
            found |= refused
            for name in refused:
                remove_case(self._workspace.directory, self._cases[name])
        return found


def _refused(workspace: Workspace, *arguments: str) -> dict[str, str]:
    """Return the cases that Terraform refuses, with the reasons."""
    done = workspace.attempt(*arguments)
    if done.returncode == 0:
        return {}
    found: dict[str, str] = {}
    for diagnostic in _diagnostics(done.stdout):
        place = diagnostic.get("range", {}).get("filename", "")
        case = _CASE.search(place) or _CASE.search(json.dumps(diagnostic))
        assert case, diagnostic
        found.setdefault(case[1], f"{diagnostic['summary']}: {diagnostic.get('detail', '')}")
    assert found, done.stdout[-3000:] + done.stderr[-3000:]
    return found


def _diagnostics(printed: str) -> Iterator[dict[str, Any]]:
    for line in printed.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("@level") == "error" and "diagnostic" in message:
            yield message["diagnostic"]


def _ids(rng: random.Random) -> dict[str, str]:
    """Return ids for the roles; some may be equal."""
    known = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(rng.choice((1, 2, 20)))]
    return {f"{_ROLE}.{name}": rng.choice(known) for name in _ROLES}


def _state(ids: Mapping[str, str]) -> dict[str, Any]:
    """Return a state in which the roles have these ids."""
    resources: dict[str, dict[str, Any]] = {}
    for address, known in ids.items():
        name, _, key = address.removeprefix(f"{_ROLE}.").partition("[")
        resource = resources.setdefault(
            name,
            {
                "mode": "managed",
                "type": _ROLE,
                "name": name,
                "provider": 'provider["registry.terraform.io/mypurecloud/genesyscloud"]',
                "instances": [],
            },
        )
        index = {"index_key": json.loads(key[:-1])} if key else {}
        attributes: dict[str, Any] = {
            **dict.fromkeys(("default_role_id", "description", "permissions")),
            "id": known,
            "name": name,
            "permission_policies": [],
        }
        instance = {"schema_version": 1, "attributes": attributes}
        resource["instances"].append(index | instance)
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "drawn",
        "resources": list(resources.values()),
    }


def _completion(rng: random.Random) -> dict[str, Any]:
    """Return values for the unset variables."""

    def word() -> str:
        return rng.choice(_WORDS)

    def words() -> list[str]:
        return [word() for _ in range(rng.choice((0, 1, 2, 3)))]

    def null(value: Any) -> Any:
        return None if rng.random() < 0.12 else value

    number = rng.choice((0, 1, 2, -1, 3, 1.5, 10))
    return {
        "u_s": null(word()),
        "u_sn": word(),
        "u_n": null(number),
        "u_b": null(rng.random() < 0.5),
        "u_l": null(words()),
        "u_ln": words(),
        "u_st": null(words()),
        "u_m": null({key: word() for key in rng.sample(("a", "b", "k"), rng.randrange(4))}),
        "u_o": null({"s": word(), "b": rng.random() < 0.5}
                    | ({"l": words()} if rng.random() < 0.5 else {})),
        "u_any": rng.choice((None, word(), number, True, words(), {"a": word(), "s": word()})),
    }  # fmt: skip
