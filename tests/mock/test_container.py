"""The container set-up. The files are parsed and checked; no container engine runs here."""

from __future__ import annotations

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from toolkit.cli import cli
from toolkit.cli.mock import command
from toolkit.mock.scenarios import load_scenario

ROOT = Path(__file__).parents[2]


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def specification() -> dict[str, Any]:
    """Return the Compose specification's JSON Schema, as check-jsonschema ships it."""
    path = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_compose_fits_its_specification() -> None:
    jsonschema.validate(compose(), specification())


def test_the_specification_would_notice() -> None:
    broken = compose()
    broken["services"]["genesys"]["port"] = broken["services"]["genesys"].pop("ports")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, specification())


def test_compose_runs_a_scenario_that_exists_and_shows_it_to_this_host_only() -> None:
    service = compose()["services"]["genesys"]
    option, value = service["command"]
    assert option == "--scenario"
    default = re.fullmatch(r"\$\{MOCK_SCENARIO:-(.+)\}", value)
    assert default is not None
    assert load_scenario(default[1])
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_image_starts_the_command_with_options_that_it_has() -> None:
    found = dict(instructions())
    *program, name, _, _, _, _ = arguments = json.loads(found["ENTRYPOINT"])
    # `-I` isolates Python, so that nothing in the folder of scenarios is imported.
    assert (program, name) == (["python", "-I", "-m", "toolkit"], command.name)
    arguments = arguments[len(program) + 1 :]
    # Give it its group, because a command remembers the help option of its first context.
    group = click.Context(cli, **cli.context_settings)
    arguments += json.loads(found["CMD"])
    parsed = command.make_context("mock", arguments, parent=group).params
    assert parsed["host"] == "0.0.0.0"
    assert str(parsed["port"]) == found["EXPOSE"]
    assert found["USER"] != "root"


def test_the_image_copies_what_is_there_and_what_the_build_needs() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        source
        for name, rest in instructions()
        if name == "COPY"
        for source in shlex.split(rest)[:-1]
    ]
    assert {"pyproject.toml", "policies", "toolkit"} <= {Path(source).name for source in copied}
    for source in copied:
        assert f"!{source}" in ignored
        assert (ROOT / source).exists()


def test_both_health_checks_ask_a_path_of_the_mock() -> None:
    checks = [
        compose()["services"]["genesys"]["healthcheck"]["test"],
        json.loads(dict(instructions())["HEALTHCHECK"].partition("CMD")[2]),
    ]
    for check in checks:
        code = check[-1]
        compile(code, "healthcheck", "exec")
        assert "http://127.0.0.1:8080/__mock__/requests" in code
