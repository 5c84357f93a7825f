"""Generates folders of Terraform, in HCL and in its JSON syntax.

A folder is one text: a line ``# file: NAME`` begins each file; only known file names count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.trust.making.chance import GRANT_TYPES, LABELS, PERMISSIONS, SCOPES, STATES, Chance
from tests.trust.making.expressions import KINDS, TYPES, Expressions, Kind, quoted

_FILE = re.compile(rb"^# file: ([a-z./]+)\n", re.MULTILINE)
_NAMES = frozenset(
    {"main.tf", "more.tf", "main.tf.json", "terraform.tfvars", "m/main.tf", "m/x.tf.json"}
)  # fmt: skip
_WAIVERS = (
    "# recording-toolkit:waive REC001 expires=2027-03-31 reason=\"Retired\"",
    "// recording-toolkit:waive REC001 reason=",
    "/* recording-toolkit:waive * expires=2027-02-30 reason=\"é\" */",
    "# é",
)  # fmt: skip
_LOOKED_UP = 'data "genesyscloud_auth_role" "looked" {\n  name = "Looked up"\n}\n'
_OTHERS = (
    'data "genesyscloud_auth_division_home" "home" {}\n',
    'terraform {\n  required_version = ">= 1.0"\n}\n',
    'provider "genesyscloud" {\n  aws_region = "eu-west-1"\n}\n',
    'moved {\n  from = a.b\n  to = a.c\n}\n',
    'check "x" {\n  assert {\n    condition = true\n    error_message = "x"\n  }\n}\n',
)  # fmt: skip


def folder(chance: Chance) -> bytes:
    files = dict(_files(chance))
    return "".join(f"# file: {name}\n{text}\n" for name, text in files.items()).encode(
        "utf-8", "replace"
    )


def unfold(data: bytes, into: Path) -> None:
    """Write the files of a folder; the text before the first name is main.tf."""
    first, *others = _FILE.split(data)
    files = dict(zip(map(bytes.decode, others[::2]), others[1::2], strict=True))
    if first or not files:
        files["main.tf"] = first + files.get("main.tf", b"")
    for name in files.keys() & _NAMES:
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])


def _files(chance: Chance) -> Iterator[tuple[str, str]]:
    module = _Module(chance)
    if chance.often(0.3):
        inner = _Module(chance, outputs=True)
        yield "m/main.tf", inner.declarations() + inner.resources() + inner.results()
        module.call(inner)
    declared = module.declarations()
    yield "main.tf", declared + module.calls + module.resources()
    if chance.often(0.2):
        yield "more.tf", module.resources("more")
    if chance.often(0.2):
        yield "main.tf.json", json.dumps(module.in_json(), ensure_ascii=chance.often(), indent=1)
    if chance.often(0.2):
        yield "terraform.tfvars", module.values()


class _Module:
    """One module; later parts can refer to what it declares."""

    def __init__(self, chance: Chance, *, outputs: bool = False) -> None:
        self._chance = chance
        self._known: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
        self._outputs = outputs
        self._roles: list[str] = []
        self.variables: dict[str, Kind] = {}
        self.calls = ""
        self.expressions = Expressions(chance, self._known)

    def declarations(self) -> str:
        # Terraform refuses a whole root because of one name that does not exist.
        looked_up = _LOOKED_UP if self._chance.often(0.95) else ""
        others = self._chance.some(_OTHERS, 1)
        return "".join((*self._variables(), self._locals(), looked_up, *others))

    def _variables(self) -> Iterator[str]:
        chance = self._chance
        for number in range(chance.number(0, 3)):
            name, kind = f"v{number}", chance.pick(KINDS)
            self.variables[name] = kind
            self._known[kind].append(f"var.{name}")
            lines = [f"  type = {chance.pick(TYPES[kind])}"] if chance.often(0.8) else []
            if chance.often(0.8):
                lines.append(f"  default = {self.expressions.literal(kind)}")
            lines += [f"  {line}" for line in chance.some(
                ("sensitive = true", "nullable = false", 'description = "é"', "ephemeral = true"), 1
            )]  # fmt: skip
            yield _block(f'variable "{name}"', lines)

    def _locals(self) -> str:
        chance, lines = self._chance, []
        for number in range(chance.number(0, 3)):
            kind = chance.pick(KINDS)
            lines.append(f"  l{number} = {self.expressions.of(kind)}")
            # Known only from here on: locals that refer to themselves come from the odd values
            # alone.
            self._known[kind].append(f"local.l{number}")
        return _block("locals", lines) if lines else ""

    def resources(self, prefix: str = "") -> str:
        chance = self._chance
        roles = [f"{prefix}{name}" for name in chance.some(LABELS, 2)]
        clients = [f"{prefix}{name}" for name in chance.some(LABELS, 3, 1)]
        parts = [self._role(name) for name in dict.fromkeys(roles)]
        return "".join((*parts, *(self._client(name) for name in dict.fromkeys(clients))))

    def _repeated(self) -> tuple[str, dict[Kind, list[str]]]:
        """Return a count or a for_each, and what can be used within it."""
        chance, of = self._chance, self.expressions.of
        match chance.number(0, 5):
            case 0:
                return f"  count = {of('number')}", {"number": ["count.index"]}
            case 1:
                return f"  for_each = toset({of('texts')})", {"text": ["each.key", "each.value"]}
            case 2:
                return f"  for_each = {of('map')}", {"text": ["each.key", "each.value"]}
        return "", {}

    def _within(self, more: dict[Kind, list[str]]) -> Expressions:
        known = {kind: [*self._known[kind], *more.get(kind, ())] for kind in KINDS}
        return Expressions(self._chance, known)

    def _role(self, name: str) -> str:
        chance = self._chance
        repeated, more = self._repeated()
        of = self._within(more).of
        address = f"genesyscloud_auth_role.{name}"
        self._roles.append(f"{address}.id" if not repeated else f"{address}[0].id")
        domain, entity, action = (*chance.pick(PERMISSIONS).split(":"), "x", "y")[:3]
        actions = json.dumps(chance.pick(([action], ["*"], [action, "view"])))
        policy = [f'    domain = "{domain}"', f'    entity_name = "{entity}"']
        policy.append(f"    action_set = {chance.pick((actions, of('texts')))}")
        lines = [repeated, f"  name = {of('text')}"]
        if chance.often(0.3):
            lines.append(f"  permissions = {of('texts')}")
        if chance.often(0.2):
            lines.append(f"  dynamic \"permission_policies\" {{\n    for_each = {of('texts')}\n"
                         "    content {\n      domain = permission_policies.value\n"
                         "      action_set = [permission_policies.key]\n    }\n  }")  # fmt: skip
        elif chance.often(0.8):
            lines.append(_block("  permission_policies", policy))
        return _block(f'resource "genesyscloud_auth_role" "{name}"', lines)

    def _client(self, name: str) -> str:
        chance = self._chance
        repeated, more = self._repeated()
        of = self._within(more).of
        grant = quoted(chance.pick(GRANT_TYPES)) if chance.often(0.8) else of("text")
        lines = [repeated, f"  name = {of('text')}", f"  authorized_grant_type = {grant}"]
        if chance.often(0.1):
            lines.append(
                f"  description = <<-EOT\n  {quoted(chance.text())} ${{{of('text')}}}\n  EOT"
            )
        if chance.often(0.7):
            lines.append(f"  scopes = {of('texts')}")
        if chance.often(0.3):
            lines.append(f"  access_token_validity_seconds = {of('number')}")
        if chance.often(0.2):
            lines.append(f"  state = {quoted(chance.pick(STATES))}")
        lines += chance.some(_WAIVERS, 1)
        lines += chance.several(lambda: self._grant(of("text")), 2)
        if chance.often(0.1):
            lines.append(f"  dynamic \"roles\" {{\n    for_each = {of('texts')}\n    iterator = r\n"
                         "    content {\n      role_id = r.value\n    }\n  }")  # fmt: skip
        above = chance.pick(_WAIVERS) + "\n" if chance.often(0.1) else ""
        return above + _block(f'resource "genesyscloud_oauth_client" "{name}"', lines)

    def _grant(self, text: str) -> str:
        chance = self._chance
        role = chance.pick((*self._roles, text, "data.genesyscloud_auth_role.looked.id"))
        lines = [f"    role_id = {role}"]
        if chance.often(0.3):
            lines.append(f"    division_id = {chance.pick((text, quoted('*'), 'null'))}")
        return _block("  roles", lines)

    def call(self, inner: _Module) -> None:
        """Add a call of a module in a folder below; its outputs can be used from here on."""
        repeated, more = self._repeated()
        of = self._within(more).of
        given = [f"  {name} = {of(kind)}" for name, kind in inner.variables.items()]
        source = self._chance.pick(("./m", "./m", "./m/", "./nowhere", "registry/x/y"))
        self.calls += _block('module "m"', [f'  source = "{source}"', repeated, *given])
        outer = "module.m" if not repeated else "module.m[0]"
        self._known["text"].append(f"{outer}.text")
        self._known["texts"].append(f"{outer}.texts")

    def results(self) -> str:
        of = self.expressions.of
        return "".join(
            _block(f'output "{name}"', [f"  value = {of(name)}"]) for name in ("text", "texts")
        )

    def in_json(self) -> dict[str, Any]:
        """Return more clients, in JSON; a string is a template there."""
        chance = self._chance
        clients = {
            f"json_{name}": {
                "name": chance.odd(f"${{{self.expressions.of('text')}}}"),
                "authorized_grant_type": chance.odd(chance.pick(GRANT_TYPES)),
                "scopes": chance.odd(chance.pick((chance.some(SCOPES), "${var.v0}"))),
                **chance.part(roles=lambda: [{"role_id": "${local.l0}"}], count=lambda: 2),
            }
            for name in chance.some(LABELS, 2, 1)
        }
        return {"//": "é", "resource": {"genesyscloud_oauth_client": clients}}

    def values(self) -> str:
        return "".join(
            f"{name} = {self.expressions.literal(kind)}\n" for name, kind in self.variables.items()
        )


def _block(head: str, lines: list[str]) -> str:
    body = "\n".join(line for line in lines if line)
    return f"{head} {{\n{body}\n{'  ' if head.startswith(' ') else ''}}}\n"
