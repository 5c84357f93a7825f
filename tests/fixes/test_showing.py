"""Which lines beside an edit are shown. The expected lines were written by hand."""

from __future__ import annotations

import pytest

from toolkit.sources.hcl.editing.showing import hidden_lines
from toolkit.sources.hcl.syntax.source import Source

EDITED = '["users"]'


def hidden(text: str, name: str = "main.tf") -> list[str]:
    """Return the hidden lines; the edit is the list of scopes."""
    at = text.index(EDITED)
    found = hidden_lines(Source(name, text), [(at, at + len(EDITED))], 0, len(text))
    return [line for number, line in enumerate(text.split("\n"), 1) if number in found]


def block(*lines: str, kind: str = "genesyscloud_oauth_client", label: str = "a") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f'resource "{kind}" "{label}" {{\n{body}}}\n'


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # Plain attributes of clients and roles are shown, and so are lines without a value.
        (block('name = "x"', f"scopes = {EDITED}", "", "roles {", "role_id = local.r", "}"), []),
        (block(f"scopes = {EDITED}", "# why"), []),
        # A comment beside the edited block may contain a secret, even without a telling word.
        ("# ask for xyzzy\n" + block(f"scopes = {EDITED}"), ["# ask for xyzzy"]),
        (block(f"scopes = {EDITED}") + "\n# ask\n# for xyzzy\n", ["# ask", "# for xyzzy"]),
        (block(f"scopes = {EDITED}") + "\n/* xyzzy\n */\n", ["/* xyzzy", " */"]),
        (
            f"locals {{\n  # xyzzy\n  s = {EDITED} # why\n  /* xyzzy */\n}}\n",
            ["  # xyzzy", "  /* xyzzy */"],
        ),
        # So may any attribute that is not plain, whatever its name.
        (block(f"scopes = {EDITED}", 'other = "xyzzy"'), ['  other = "xyzzy"']),
        (block(f"scopes = {EDITED}", "other = 12345678"), ["  other = 12345678"]),
        (f'locals {{\n  a = "xyzzy"\n  s = {EDITED}\n}}\n', ['  a = "xyzzy"']),
        (
            block(f"scopes = {EDITED}", "lifecycle {", 'name = "xyzzy"', "}"),
            ['  name = "xyzzy"'],
        ),
        (
            block(f"scopes = {EDITED}") + block('name = "xyzzy"', kind="other"),
            ['  name = "xyzzy"'],
        ),
        (
            block(f"scopes = {EDITED}")
            + 'data "genesyscloud_oauth_client" "a" {\n  name = "xyzzy"\n}\n',
            ['  name = "xyzzy"'],
        ),
        # An attribute without a literal value reveals nothing.
        (block(f"scopes = {EDITED}", "other = local.x"), []),
        # A plain attribute that mentions a secret is hidden completely.
        (
            block("description = <<E", "The secret is", "xyzzy", "E", f"scopes = {EDITED}"),
            ["  description = <<E", "  The secret is", "  xyzzy", "  E"],
        ),
        (
            block("name = join(", '"secret",', '"xyzzy")', f"scopes = {EDITED}"),
            ["  name = join(", '  "secret",', '  "xyzzy")'],
        ),
        # So is any line that mentions a secret, even in the edit.
        (
            block(f"scopes = {EDITED}", label="xyzzy-secret"),
            [block(label="xyzzy-secret").split("\n")[0]],
        ),
        (block(f"scopes = {EDITED} # password: xyzzy"), [f"  scopes = {EDITED} # password: xyzzy"]),
        (
            block(f"scopes = {EDITED}", "# the secret: xyzzy", "# and more"),
            ["  # the secret: xyzzy"],
        ),
    ],
)
def test_native_syntax(text: str, lines: list[str]) -> None:
    assert hidden(text) == lines


@pytest.mark.parametrize(
    ("before", "behind", "lines"),
    [
        ('"name": "x",', '"description": "y"', []),
        ('"name": "x",', '"other": "xyzzy"', ['"other": "xyzzy"']),
        (
            '"name": "the secret is xyzzy",',
            '"description": "y"',
            ['"name": "the secret is xyzzy",'],
        ),
        ('"name": "x",', '"roles": {"role_id": "y"}', []),
    ],
)
def test_json_syntax(before: str, behind: str, lines: list[str]) -> None:
    text = (
        '{"resource": {"genesyscloud_oauth_client": {"a": {\n'
        f'{before}\n"scopes": {EDITED},\n{behind}\n}}}}}}}}\n'
    )
    assert hidden(text, "main.tf.json") == lines


def test_what_is_edited_in_json_is_shown_wherever_it_stands() -> None:
    text = f'{{"locals": {{\n"name": "xyzzy",\n"s":\n{EDITED},\n"t": "xyzzy"\n}}}}\n'
    assert hidden(text, "main.tf.json") == ['"name": "xyzzy",', '"t": "xyzzy"']
