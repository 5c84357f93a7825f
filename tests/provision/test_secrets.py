"""No secret that Terraform repeats is in a report on its failure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.provision.commands import environment, run, stand_in
from tests.provision.test_terraform_errors import broken, detail
from tests.standin_provider.workspace import Workspace
from toolkit.provision.secrets import Redaction
from toolkit.provision.terraform_errors import explained, in_one_line

CANARY = "canary-of-18-chars"
PEM = f"-----BEGIN KEY-----\\nProc-Type: 4\\n\\n{CANARY}AAAA\\nBBBBBBBB\\n-----END KEY-----\\n"


def told(said: bytes | str, environ: Mapping[str, str], *given: tuple[str, str]) -> str:
    redact = Redaction(environ, given)
    said = said.encode() if isinstance(said, str) else said
    known = explained(said, redact)
    return in_one_line(said, redact) if known is None else f"{known.message} {known.hint}"


@pytest.mark.parametrize("name", ["ARM_ACCESS_KEY", "TF_VAR_private_key", "apikey", "PASSPHRASE"])
@pytest.mark.parametrize(
    "secret",
    [
        CANARY,
        f'{CANARY} "and" a \\ of ${{mine}} %{{if}} <b> & \u00e9',
        f"correct horse battery staple and {CANARY} and more words than one line takes",
        PEM,
    ],
    ids=["plain", "escaped", "words", "lines"],
)
def test_a_secret_in_any_form(name: str, secret: str) -> None:
    environ = {name: secret}
    hcl = json.dumps(secret.replace("${", "$${").replace("%{", "%%{"), ensure_ascii=False)
    provider = detail(409, f"Invalid value {secret}")
    diagnostic = {"@level": "error", "diagnostic": {"summary": "Bad", "detail": f"It is {secret}"}}
    texts: list[str | bytes] = [
        f"Error: Bad\n\nIt is {secret}",
        f"Error: Bad\n\nIt is {json.dumps(secret)}",
        f"Error: Bad\n\nIt is {hcl}",
        broken(f"It is {hcl}"),
        broken(f"It is {secret}"),
        f"Error: Bad {provider}",
        broken(provider),
        json.dumps(diagnostic, separators=(",", ":")),
        json.dumps(
            {"@level": "error", "diagnostic": {"summary": "Bad", "detail": provider}},
            separators=(",", ":"),
        ),
        # If the text is cut off, no part of the secret is left either.
        "Error: " + "word " * 57 + secret,
    ]
    for text in texts:
        shown = told(text, environ)
        assert "canary" not in shown, text
        assert "horse" not in shown, text
        assert "BEGIN" not in shown, text


@pytest.mark.parametrize(
    "words",
    [
        f"-var=client_secret={CANARY}",
        f"-no-color --var 'client_secret={CANARY}'",
        f"-backend-config=access_key={CANARY}",
        f"-var=client_secret={CANARY};",
        f"'-var=client_secret={CANARY}",
    ],
)
def test_a_secret_in_the_arguments(words: str) -> None:
    assert told(f"Error: no {CANARY}", {"TF_CLI_ARGS_plan": words}) == (
        "Terraform says: no [redacted]."
    )


@pytest.mark.parametrize("words", ["", " ", ";", "-var"])
def test_arguments_without_a_secret(words: str) -> None:
    assert told("Error: no", {"TF_CLI_ARGS": words}) == "Terraform says: no."


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (f'var.client_secret is "{CANARY}"', "var.client_secret is [redacted]."),
        (f'var.x["a b"] is "{CANARY} \\" b"', 'var.x["a b"] is [redacted].'),
        ('local.pin is "123"', "local.pin is [redacted]."),
        (f'cannot convert "{CANARY}" to number', "cannot convert [redacted] to number."),
        (f'3: client_secret = "{CANARY}', "3: client_secret = [redacted]."),
        (
            f'not {CANARY}: var.x is "{CANARY}"',
            "not [redacted]: var.x is [redacted].",
        ),
        ('the name is "recorder"', 'the name is "recorder".'),
        ('name = "recorder"', 'name = "recorder".'),
    ],
)
def test_the_value_of_an_expression_is_not_shown(said: str, line: str) -> None:
    """It may come from a variables file, which is not read here."""
    assert told(f"Error: {said}", {}) == f"Terraform says: {line}"


def test_a_long_text_takes_no_time() -> None:
    redact = Redaction({"A_SECRET": CANARY})
    for piece in ("a", "a.", '"', "\\", 'a.b is "', "secret = ", " ", ": "):
        redact(piece * 20_000)


def test_a_plan_that_fails_of_an_argument(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    lines = f"""
if command == "plan":
    print('Error: Invalid\\n\\n  var.client_secret is "{CANARY}"', file=sys.stderr)
    sys.exit(1)
"""
    path = stand_in(tmp_path / "bin", lines)
    done = run("plan", str(tmp_path), "-f", "json", environ=environment(**path))
    assert "Terraform says: Invalid: var.client_secret is [redacted]." in done.stdout
    assert CANARY not in done.stdout
    # Terraform's own output is passed on as it is.
    assert CANARY in done.stderr


FAILING = """
variable "client_secret" {}
locals { n = tonumber(var.client_secret) }
output "n" { value = local.n }
"""


@pytest.mark.terraform
@pytest.mark.parametrize("how", ["--var-file", "terraform.tfvars", "TF_CLI_ARGS_plan", "TF_VAR"])
def test_what_terraform_itself_repeats(how: str, workspace: Workspace) -> None:
    workspace.write(FAILING)
    value = f'{CANARY} "x" \\ and some more words'
    environ = environment(TF_CLI_CONFIG_FILE=str(workspace.cli_config))
    words: tuple[str, ...] = ()
    if how == "TF_CLI_ARGS_plan":
        environ[how] = f"'-var=client_secret={value}'"
    elif how == "TF_VAR":
        environ["TF_VAR_client_secret"] = value
    else:
        name = "own.tfvars" if how == "--var-file" else how
        workspace.write(f"client_secret = {json.dumps(value)}\n", name)
        words = (how, str(workspace.directory / name)) if how == "--var-file" else ()
    done = run("plan", str(workspace.directory), *words, "-f", "json", environ=environ)
    assert done.status == 4, done.stderr
    assert "canary" not in done.stdout
    assert "[redacted]" in done.report["errors"][0]["hint"]
