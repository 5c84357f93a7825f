"""Every place for an expression; from each one the value reaches a client or a role.

A place writes one case: files by name, which all begin with the case's name.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Final

from tests.proof.arguments.files import template
from tests.proof.arguments.literals import constraint, fitting
from tests.proof.drawn import Grammar, filled
from tests.proof.drawn_root import PROVIDER, Case, Files

#: Draws an expression of a kind for a case.
Draw = Callable[[str], str]
Place = Callable[[str, Draw, random.Random], Files]


def _client(name: str, /, *lines: str, **attributes: str) -> str:
    own = {"name": '"c"', "authorized_grant_type": '"CODE"'} | attributes
    written = [f"  {attribute} = {value}" for attribute, value in own.items()]
    body = "\n".join([*written, *lines])
    return f'resource "genesyscloud_oauth_client" "{name}" {{\n{body}\n}}\n'


def _described(name: str, value: str, *lines: str) -> str:
    """Return a client that shows a value of any type."""
    return _client(name, *lines, description=f"jsonencode({value})")


def _attribute(attribute: str, *forms: str) -> Place:
    """Return a place in a client attribute; the forms contain kinds."""

    def write(name: str, draw: Draw, rng: random.Random) -> Files:
        return {f"{name}.tf": _client(name, **{attribute: filled(rng.choice(forms), draw)})}

    return write


def _json(attribute: str, *kinds: str) -> Place:
    """Return the same place in JSON syntax."""

    def write(name: str, draw: Draw, rng: random.Random) -> Files:
        value = f"${{{draw(rng.choice(kinds))}}}"
        body = {"name": "c", "authorized_grant_type": "CODE", attribute: value}
        if attribute == "description":
            body[attribute] = f"${{jsonencode({value[2:-1]})}}"
        root = {"resource": {"genesyscloud_oauth_client": {name: body}}}
        return {f"{name}.tf.json": json.dumps(root, indent=1)}

    return write


def _count(name: str, draw: Draw, rng: random.Random) -> Files:
    form = rng.choice(("<bool> ? 1 : 0", "length(<list>)", "<number>", "min(3, <number>)"))
    text = _client(name, f"  count = {filled(form, draw)}", name='"c${count.index}"')
    return {f"{name}.tf": text}


def _for_each(name: str, draw: Draw, rng: random.Random) -> Files:
    value = draw(rng.choice(("set", "map", "map", "any")))
    return {
        f"{name}.tf": _described(name, "[each.key, each.value]", f"  for_each = {value}"),
    }


def _locals(name: str, draw: Draw, _rng: random.Random) -> Files:
    text = f"locals {{\n  {name}a = {draw('any')}\n  {name}b = {{ x = [local.{name}a] }}\n}}\n"
    return {f"{name}.tf": text + _described(name, f"local.{name}b.x[0]")}


def _variable(name: str, kind: str, rng: random.Random, *lines: str) -> str:
    own = [f"  type = {kind}"] if rng.random() < 0.95 else []
    if rng.random() < 0.2:
        own.append(f"  nullable = {rng.choice(('true', 'false'))}")
    if rng.random() < 0.1:
        own.append("  sensitive = true")
    body = "\n".join([*own, *lines])
    return f'variable "{name}" {{\n{body}\n}}\n'


def _default(name: str, _draw: Draw, rng: random.Random) -> Files:
    kind = constraint(rng)
    text = _variable(name, kind, rng, f"  default = {fitting(rng, kind)}")
    return {f"{name}.tf": text + _described(name, f"var.{name}")}


def _validation(name: str, draw: Draw, rng: random.Random) -> Files:
    kind = constraint(rng, 1)
    rule = f"{draw('bool')} || var.{name} == null || can(var.{name})"
    validation = f'  validation {{\n    condition = {rule}\n    error_message = "no"\n  }}'
    text = _variable(name, kind, rng, f"  default = {fitting(rng, kind)}", validation)
    return {f"{name}.tf": text + _described(name, f"var.{name}")}


def _argument(name: str, draw: Draw, rng: random.Random) -> Files:
    """Pass the value to a module call, where a variable converts it, and back through an output."""
    kind = constraint(rng)
    value = fitting(rng, kind) if rng.random() < 0.6 else draw("any")
    default = [f"  default = {fitting(rng, kind)}"] if rng.random() < 0.3 else []
    module = _variable("v", kind, rng, *default) + _described(name, "var.v")
    module += 'output "o" {\n  value = nonsensitive(sensitive(var.v))\n}\n'
    call = f'module "{name}" {{\n  source = "./{name}m"\n  v = {value}\n}}\n'
    return {
        f"{name}m/main.tf": PROVIDER + module,
        f"{name}.tf": call + _described(f"{name}o", f"module.{name}.o"),
    }


def _output(name: str, draw: Draw, rng: random.Random) -> Files:
    """Write calls with instances, and an expression over their outputs."""
    repeat = rng.choice(("for_each = <map>", "for_each = <set>", "count = <bool> ? 2 : 0"))
    value = draw(rng.choice(("text", "list", "any")))
    module = 'variable "v" {}\noutput "o" {\n  value = { v = var.v, t = "t" }\n}\n'
    # Terraform's validation also checks a call without instances, which no plan would evaluate.
    call = f'  source = "./{name}m"\n  {filled(repeat, draw)}\n  v = try({value}, null)\n'
    key = rng.choice(("[*].o", "[*].o.v", "", "[0].o", '["a"].o.v'))
    taken = f"module.{name}{key}"
    if repeat.startswith("for") and "*" in key:
        taken = f"values(module.{name}){key}"
    return {
        f"{name}m/main.tf": module,
        f"{name}.tf": f'module "{name}" {{\n{call}}}\n' + _described(name, taken),
    }


def _dynamic(name: str, draw: Draw, rng: random.Random) -> Files:
    value = draw(rng.choice(("list", "map", "set", "ids", "table", "any")))
    iterator = rng.choice((None, "it"))
    item = iterator or "roles"
    lines = [f"    iterator = {iterator}"] if iterator else []
    shown = f"jsonencode({item}.value)" if rng.random() < 0.5 else f"{item}.value"
    division = (
        f'      division_id = "d-${{jsonencode({item}.key)}}"\n' if rng.random() < 0.5 else ""
    )
    block = "\n".join(
        [f'  dynamic "roles" {{\n    for_each = {value}', *lines,
         f"    content {{\n      role_id = {shown}\n{division}    }}\n  }}"]
    )  # fmt: skip
    return {f"{name}.tf": _client(name, block)}


def _roles(name: str, draw: Draw, rng: random.Random) -> Files:
    kinds = rng.choice((("id",), ("text",), ("id", "id"), ("id", "text")))
    blocks = [f"  roles {{\n    role_id = {draw(kind)}\n  }}" for kind in kinds]
    if rng.random() < 0.3:
        blocks.append(f'  roles {{\n    role_id = "r"\n    division_id = {draw("text")}\n  }}')
    return {f"{name}.tf": _client(name, *blocks)}


_HEREDOC: Final = (
    "  text ${<text>} $${x} %%{y}",
    "    %{ for x in <list> ~}\n    - ${jsonencode(x)}\n    %{ endfor ~}",
    "  %{ if <bool> }\n  yes ${<text>}\n  %{ else }\n no\n  %{ endif }",
    "\t${jsonencode(<any>)}~}",
    " ${~ <text> ~} ",
    '  \\n "quoted"',
    "",
)


def _heredoc(name: str, draw: Draw, rng: random.Random) -> Files:
    start = rng.choice(("<<EOT", "<<-EOT"))
    chosen = [filled(rng.choice(_HEREDOC), draw) for _ in range(rng.choice((1, 2, 3)))]
    body = "\n".join([start, *chosen, "  EOT" if start.startswith("<<-") else "EOT"])
    return {f"{name}.tf": _client(name, description=f"{body}\n")}


def _template_file(name: str, draw: Draw, rng: random.Random) -> Files:
    names = filled("{ a = <text>, b = <any>, c = <bool>, l = <list>, m = <map> }", draw)
    return {
        f"{name}.tftpl": template(rng),
        f"{name}.tf": _client(name, description=f'templatefile("{name}.tftpl", {names})'),
    }


def _role(name: str, draw: Draw, rng: random.Random) -> Files:
    actions = draw(rng.choice(("list", "set")))
    policy = f'domain = "d"\n    entity_name = {draw("text")}\n    action_set = {actions}'
    if rng.random() < 0.4:
        block = (
            f'  dynamic "permission_policies" {{\n    for_each = {draw("map")}\n    content {{\n'
            '      domain = permission_policies.key\n      entity_name = "e"\n'
            "      action_set = [permission_policies.value]\n    }\n  }"
        )
    else:
        block = f"  permission_policies {{\n    {policy}\n  }}"
    return {
        f"{name}.tf": f'resource "genesyscloud_auth_role" "{name}" {{\n  name = "r"\n{block}\n}}\n'
        + _client(name, f"  roles {{\n    role_id = genesyscloud_auth_role.{name}.id\n  }}")
    }


def _other_resource(name: str, draw: Draw, rng: random.Random) -> Files:
    """Write a client whose attribute another client reads."""
    first = _client(f"{name}x", f"  for_each = {draw('map')}", name="each.key",
                    description="each.value")  # fmt: skip
    taken = rng.choice((
        "[for k, v in genesyscloud_oauth_client.%sx : [k, v.name, v.description]]",
        "values(genesyscloud_oauth_client.%sx)[*].name",
        "{ for k, v in genesyscloud_oauth_client.%sx : k => v.scopes }",
        "length(genesyscloud_oauth_client.%sx)",
    ))  # fmt: skip
    return {f"{name}.tf": first + _described(name, taken % f"{name}")}


#: The places, each with its weight.
PLACES: Final[Mapping[str, tuple[int, Place]]] = {
    "description": (10, _attribute("description", "jsonencode(<any>)", "<text>")),
    "name": (4, _attribute("name", "<text>", '"n-${<text>}"', "upper(<text>)")),
    "scopes": (
        10,
        _attribute("scopes", "<list>", "<list>", "<set>", "[<text>, <text>]", "[jsonencode(<any>)]",
                   "concat(<list>, [<text>])", "<any>"),
    ),
    "uris": (2, _attribute("registered_redirect_uris", "<list>", "<set>")),
    "grant type": (
        4,
        _attribute("authorized_grant_type", '(<bool>) ? "CODE" : "TOKEN"',
                   'contains(<list>, <text>) ? "CODE" : "PASSWORD"',
                   'try(<bool>, true) ? "TOKEN" : "CODE"',
                   '{ true = "CODE", false = "TOKEN" }[<bool>]'),
    ),
    "bool": (2, _attribute("expose_client_secret", "<bool>", "<any>")),
    "try": (4, _attribute("description", "jsonencode(try(<any>, <any>, null))", "can(<any>)",
                          'try(<text>, "other")')),
    "JSON scopes": (2, _json("scopes", "list", "set")),
    "JSON description": (3, _json("description", "any")),
    "count": (3, _count),
    "for_each": (4, _for_each),
    "locals": (4, _locals),
    "default": (5, _default),
    "validation": (1, _validation),
    "argument": (6, _argument),
    "output": (3, _output),
    "dynamic": (4, _dynamic),
    "roles": (4, _roles),
    "heredoc": (4, _heredoc),
    "templatefile": (2, _template_file),
    "role": (3, _role),
    "another resource": (2, _other_resource),
}  # fmt: skip
#: The places for a single function call.
_CALLED: Final = (
    "jsonencode(<any>)", "jsonencode(<any>)", "jsonencode({ a = [<any>] })", "can(<any>)",
    "jsonencode(try(<any>, null))", '"${jsonencode(<any>)}-"',
)  # fmt: skip


def drawn(name: str, rng: random.Random, *, is_open: bool) -> Case:
    """Return a case in any place."""
    place = rng.choices(list(PLACES), [weight for weight, _ in PLACES.values()])[0]
    files = PLACES[place][1](name, _without_ids(Grammar(rng, is_open=is_open), is_open), rng)
    return Case(name, place, files, is_open)


def called(name: str, function: str, rng: random.Random) -> Case:
    """Return a case that calls a function with arguments that fit it."""
    written = Grammar(rng).call(function)
    if rng.random() < 0.15:
        text = f"locals {{\n  {name} = {written}\n}}\n" + _described(name, f"local.{name}")
        return Case(name, function, {f"{name}.tf": text}, is_open=False)
    place = _attribute("description", *_CALLED)
    return Case(name, function, place(name, lambda _: written, rng), is_open=False)


def _without_ids(grammar: Grammar, is_open: bool) -> Draw:
    """Replace ids by texts in cases without unknowns: ids are known after apply."""
    known = {} if is_open else {"id": "text", "ids": "list", "table": "map"}
    return lambda kind: grammar(known.get(kind, kind))
