"""A policy and clients with known answers, and the Terraform code that makes exactly
these clients.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from .oracle import (
    CREDENTIALS,
    HOLE,
    Client,
    Grant,
    Hole,
    Role,
    Rule,
    Strings,
)
from .roles import RoleRef, write_roles
from .rules import (
    CLIENT_TYPE,
    DIVISIONS,
    SCOPES,
    USER_GRANTS,
    draw_rules,
    rule_document,
)
from .writing import (
    BY_NAME,
    KINDS,
    PLANNED,
    Module,
    Style,
    Tree,
    literal,
    pick,
    plain,
)

SETTINGS: Final = (
    *("access_token_validity_seconds", "state", "description", "registered_redirect_uris"),
    "expose_client_secret",
)
#: Styles whose values cannot decide the number of instances.
_MARKED: Final = ("sensitive variable", "sensitive()", "nonsensitive()")

#: What each kind of input knows about something.
Seen = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """The actual client. `scopes` and settings that are None are unset."""

    name: str
    grant_type: str
    scopes: list[str] | None
    grants: tuple[tuple[RoleRef, str | None], ...]
    settings: Mapping[str, Any]


@dataclass
class Written:
    """A client, or a block with an unknown number of clients, as each input sees it."""

    seen: dict[str, Client]
    styles: set[str]
    #: The address of a client that is not created: nothing may be reported about it.
    nowhere: str | None = None


@dataclass
class World:
    tree: Tree
    rules: list[Rule]
    known_roles: list[dict[str, Any]]
    roles: list[RoleRef] = field(default_factory=list)
    clients: list[Written] = field(default_factory=list)

    @property
    def rng(self) -> random.Random:
        return self.tree.rng

    def policy(self) -> str:
        rules = [rule_document(rule) for rule in self.rules]
        document = {
            "version": 1,
            "name": "drawn",
            "contracts": ["recording-session"],
            "rules": rules,
            "roles": self.known_roles,
        }
        return yaml.safe_dump(document, sort_keys=False)


def draw(seed: int, clients: int = 100, *, only: Sequence[str] = ()) -> World:
    """Return a world with about this many clients. `only` names the containers to write them in."""
    rng = random.Random(seed)
    tree = Tree(rng)
    rules = draw_rules(rng)
    roles, known_roles = write_roles(tree)
    world = World(tree, rules, known_roles, roles)
    names = only or tuple(CONTAINERS)
    while len(world.clients) < clients:
        name = rng.choice(names)
        written = CONTAINERS[name](world)
        for each in written:
            each.styles.add(f"in: {name}")
        world.clients += written
    return world


def _draw_facts(world: World, most_grants: int = 3, fewest_grants: int = 0) -> Facts:
    rng = world.rng
    credentials = rng.random() < 0.5
    count = rng.randint(fewest_grants, most_grants)
    if not credentials and not fewest_grants and rng.random() < 0.8:
        count = 0
    grants = {
        (number, rng.choice([None, None, "*", *DIVISIONS]))
        for number in rng.sample(range(len(world.roles)), count)
    }
    scopes: list[str] | None = rng.sample(SCOPES, rng.randrange(5))
    if credentials and rng.random() < 0.6:
        scopes = None
    settings = {
        "access_token_validity_seconds": rng.choice([None, 300, 600, 86400, 172800]),
        "state": rng.choice([None, None, "active", "inactive"]),
        "description": rng.choice([None, "Team a", "For b", "client"]),
        "registered_redirect_uris": rng.choice(
            [None, ["https://a.example"], ["http://b.example", "https://a.example"]]
        ),
        "expose_client_secret": rng.choice([None, None, True, False]),
    }
    return Facts(
        f"client-{rng.choice('abc')}-{world.tree.fresh('')}",
        CREDENTIALS if credentials else rng.choice(USER_GRANTS),
        scopes,
        tuple((world.roles[number], division) for number, division in sorted(grants, key=str)),
        settings,
    )


@dataclass
class Parts:
    """A client's attributes as expressions, and as each kind of input sees them."""

    expressions: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    styles: set[str] = field(default_factory=set)


def _see(value: Any, known: bool) -> Any:
    if isinstance(value, list):
        return Strings(frozenset(value)) if known else Strings(open=True)
    return value if known else HOLE


def _put(parts: Parts, name: str, module: Module, value: Any, style: Style) -> None:
    parts.expressions[name] = style.build(module, value)
    parts.styles.add(style.name)
    for kind in KINDS:
        parts.seen[kind][name] = _see(value, kind in style.known)


def _put_partly(parts: Parts, name: str, module: Module, value: list[str]) -> None:
    """Add a list with a literal first item; not every input knows the rest."""
    first, rest = value[:1], value[1:]
    style = BY_NAME[
        module.rng.choice(
            ["known after apply"]
            if module.path
            else ["known after apply", "variable without value"]
        )
    ]
    at_once = module.rng.random() < 0.5
    if at_once:
        parts.expressions[name] = f"concat({plain(module, first)}, {style.build(module, rest)})"
    else:
        more = ", ".join(style.build(module, each) for each in rest)
        parts.expressions[name] = f"[{literal(first[0])}, {more}]"
    parts.styles.add(f"partly {style.name}")
    for kind in KINDS:
        known = value if kind in style.known else first
        if kind == "plan" and at_once and kind not in style.known:
            known = []  # terraform's concat of something unknown is unknown as a whole
        parts.seen[kind][name] = Strings(frozenset(known), open=kind not in style.known)


def _attributes(world: World, module: Module, facts: Facts, *, marked: bool = True) -> Parts:
    """Return every attribute except the roles, each in its own style."""
    parts, rng = Parts(), world.rng
    values: dict[str, Any] = {
        "name": facts.name,
        "authorized_grant_type": facts.grant_type,
        "scopes": facts.scopes,
        **facts.settings,
    }
    for name, value in values.items():
        if value is None:
            continue
        share = 0.03 if name in ("name", "authorized_grant_type") else 0.08
        if name == "scopes" and len(value) > 1 and rng.random() < 0.08:
            _put_partly(parts, name, module, value)
            continue
        style = pick(module, value, open_share=share)
        while not marked and style.name in _MARKED:
            style = pick(module, value, open_share=share)
        _put(parts, name, module, value, style)
    return parts


def _client(address: str, seen: Seen, grants: tuple[Grant, ...]) -> Client:
    return Client(
        seen["name"],
        address,
        seen["authorized_grant_type"],
        seen.get("scopes", Strings()),
        grants,
        settings={name: seen[name] for name in SETTINGS if name in seen},
    )


def _written(address: str, parts: Parts, grants: Mapping[str, tuple[Grant, ...]]) -> Written:
    seen = {kind: _client(address, parts.seen[kind], grants[kind]) for kind in KINDS}
    return Written(seen, parts.styles)


def _grants(
    facts: Facts, *, followed: bool, division_written: bool = True
) -> dict[str, tuple[Grant, ...]]:
    """Return the grants as each input sees them.

    `followed` says whether a plan shows which role a reference leads to: it keeps the references in
    static blocks, but has neither locals nor `dynamic` blocks. Only a static block shows that a
    division is left out.
    """
    seen = {}
    for kind in KINDS:
        grants = []
        for ref, division in facts.grants:
            role = ref.seen[kind]
            hidden = kind == "plan" and division is None and not division_written
            where: str | Hole | None = HOLE if hidden else division
            if kind == "plan" and not followed and not ref.certain:
                role = Role(open=True)
            grants.append(Grant(role, where))
        seen[kind] = tuple(grants)
    return seen


def _lines(expressions: Mapping[str, str], indent: str = "  ") -> str:
    return "".join(f"{indent}{name} = {text}\n" for name, text in expressions.items())


def _object(items: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {text}" for key, text in items.items()) + " }"


def _grant_list(facts: Facts) -> str:
    """Return the grants as a list of objects."""
    objects = [
        _object({"role": ref.expression, "division": literal(division)})
        for ref, division in facts.grants
    ]
    return f"[{', '.join(objects)}]"


_CONTENT: Final = "role_id = roles.value.role\n      division_id = roles.value.division"


def _dynamic(source: str, content: str = _CONTENT) -> str:
    return (
        f'  dynamic "roles" {{\n    for_each = {source}\n'
        f"    content {{\n      {content}\n    }}\n  }}\n"
    )


def _role_blocks(
    world: World, facts: Facts, parts: Parts
) -> tuple[str, dict[str, tuple[Grant, ...]]]:
    """Return the `roles` blocks of a client in the root module, and its grants for each input."""
    root, rng = world.tree.root, world.rng
    if not facts.grants:
        return "", _grants(facts, followed=True)
    parts.styles.update(style for ref, _ in facts.grants for style in ref.styles)
    styles = ["blocks", "blocks by local", "dynamic list", "dynamic map", "dynamic set"]
    divisions = {division for _, division in facts.grants}
    if len(divisions) == 1:
        styles += ["dynamic set of ids"] * 2
    style = rng.choice(styles)
    parts.styles.add(f"roles: {style}")
    if style.startswith("blocks"):
        local = style == "blocks by local"
        seen = _grants(facts, followed=not local)
        text = ""
        for ref, division in facts.grants:
            link = root.local(ref.expression) if local else ref.expression
            where = "" if division is None else f"    division_id = {literal(division)}\n"
            if len(facts.grants) == 1 and division is not None:
                # If a plan has the divisions of several roles only as values, it does not tell
                # which role is in which.
                drawn = pick(root, division, open_share=0.1)
                where = f"    division_id = {drawn.build(root, division)}\n"
                parts.styles.add(f"division: {drawn.name}")
                for kind in KINDS:
                    if kind not in drawn.known:
                        seen[kind] = (Grant(seen[kind][0].role, HOLE),)
            text += f"  roles {{\n    role_id = {link}\n{where}  }}\n"
        return text, seen
    if style == "dynamic set of ids":
        (division,) = divisions
        ids = f"[{', '.join(ref.expression for ref, _ in facts.grants)}]"
        source = rng.choice([f"toset({ids})", f"distinct({ids})", root.local(f"toset({ids})")])
        where = "" if division is None else f"\n      division_id = {literal(division)}"
        return _dynamic(source, f"role_id = roles.value{where}"), _grants(facts, followed=False)
    seen = _grants(facts, followed=False, division_written=False)
    if style == "dynamic list":
        source = _grant_list(facts)
        return _dynamic(root.local(source) if rng.random() < 0.5 else source), seen
    table = _object(
        {
            f"g{number}": _object({"role": ref.expression, "division": literal(division)})
            for number, (ref, division) in enumerate(facts.grants)
        }
    )
    if style == "dynamic map":
        return _dynamic(root.local(table) if rng.random() < 0.5 else table), seen
    name = root.local(table)
    keys = (
        f"toset(keys({name}))"
        if rng.random() < 0.5
        else (f"toset({literal([f'g{number}' for number in range(len(facts.grants))])})")
    )
    content = f"role_id = {name}[roles.value].role\n      division_id = {name}[roles.key].division"
    return _dynamic(keys, content), seen


def _plain(world: World) -> list[Written]:
    root, facts = world.tree.root, _draw_facts(world)
    parts = _attributes(world, root, facts)
    blocks, grants = _role_blocks(world, facts, parts)
    address = root.resource(CLIENT_TYPE, _lines(parts.expressions) + blocks)
    return [_written(address, parts, grants)]


def _json(world: World) -> list[Written]:
    """Write the client in JSON syntax, with each expression in a template, or as a plain value."""
    root, rng, tree = world.tree.root, world.rng, world.tree
    facts = _draw_facts(world)
    parts = _attributes(world, root, facts)
    body: dict[str, Any] = {}
    for name, expression in parts.expressions.items():
        body[name] = f"${{{expression}}}"
    grants = _grants(facts, followed=True)
    if facts.grants:
        parts.styles.update(style for ref, _ in facts.grants for style in ref.styles)
        dynamic = rng.random() < 0.5
        parts.styles.add(f"roles: JSON {'dynamic' if dynamic else 'blocks'}")
        if dynamic:
            grants = _grants(facts, followed=False, division_written=False)
            content = {
                "role_id": "${roles.value.role}",
                "division_id": "${roles.value.division}",
            }
            source = f"${{{_grant_list(facts)}}}"
            body["dynamic"] = {"roles": {"for_each": source, "content": content}}
        else:
            blocks = []
            for ref, division in facts.grants:
                block = {"role_id": f"${{{ref.expression}}}"}
                if ref.expression.startswith('"'):
                    block["role_id"] = ref.expression.strip('"')
                if division is not None:
                    block["division_id"] = division
                blocks.append(block)
            body["roles"] = blocks
    name = tree.fresh("j")
    clients = tree.documents.setdefault("clients.tf.json", {"resource": {CLIENT_TYPE: {}}})
    clients["resource"][CLIENT_TYPE][name] = body
    return [_written(f"{CLIENT_TYPE}.{name}", parts, grants)]


#: The fields that an instance takes from its own object.
_FIELDS: Final = ("name", "authorized_grant_type", "scopes", *SETTINGS)


def _members(world: World, count: int) -> list[tuple[str, Facts, Parts, str]]:
    """Return clients for instances of one block: key, facts, parts, and the object with them."""
    root, rng = world.tree.root, world.rng
    single = rng.random() < 0.4
    found = []
    for number in range(count):
        facts = _draw_facts(world, 1, 1) if single else _draw_facts(world)
        parts = _attributes(world, root, facts, marked=False)
        fields = {name: parts.expressions.get(name, "null") for name in _FIELDS}
        if single:
            ((ref, division),) = facts.grants
            fields |= {"role": ref.expression, "division": literal(division)}
        else:
            fields["grants"] = _grant_list(facts)
        parts.styles.update(style for ref, _ in facts.grants for style in ref.styles)
        if facts.grants:
            parts.styles.add(f"roles: {'one of the instance' if single else 'dynamic, instance'}")
        found.append((f"k{number}", facts, parts, _object(fields)))
    # A style in a table can keep the table's other values from being evaluated.
    together = set().union(*(parts.styles for _, _, parts, _ in found))
    for _, _, parts, _ in found:
        parts.styles |= together
    return found


def _instance_body(value: str, single: bool) -> str:
    lines = _lines({name: f"{value}.{name}" for name in _FIELDS})
    if single:
        return (
            f"{lines}  roles {{\n    role_id = {value}.role\n"
            f"    division_id = {value}.division\n  }}\n"
        )
    return lines + _dynamic(f"{value}.grants")


def _is_single(found: Sequence[tuple[str, Facts, Parts, str]]) -> bool:
    return ", role = " in found[0][3]


def _instances(
    address: Callable[[str], str], found: Sequence[tuple[str, Facts, Parts, str]]
) -> list[Written]:
    return [
        _written(address(key), parts, _grants(facts, followed=False, division_written=False))
        for key, facts, parts, _ in found
    ]


def _table(world: World, found: Sequence[tuple[str, Facts, Parts, str]]) -> str:
    """Return the objects as a map, in one of the usual ways to write one."""
    root, rng = world.tree.root, world.rng
    table = _object({key: text for key, _, _, text in found})
    choice = rng.randrange(4)
    if choice == 0:
        return table
    if choice == 1:
        return root.local(table)
    if choice == 2:
        first = _object({key: text for key, _, _, text in found[:1]})
        rest = _object({key: text for key, _, _, text in found[1:]})
        return f"merge({first}, {root.local(rest)})"
    listed = ", ".join(f'{{ key = "{key}", value = {text} }}' for key, _, _, text in found)
    return f"{{ for o in {root.local(f'[{listed}]')} : o.key => o.value }}"


def _for_each(world: World) -> list[Written]:
    found = _members(world, world.rng.randrange(2, 5))
    body = f"  for_each = {_table(world, found)}\n"
    body += _instance_body("each.value", _is_single(found))
    block = world.tree.root.resource(CLIENT_TYPE, body)
    return _instances(lambda key: f'{block}["{key}"]', found)


def _for_each_set(world: World) -> list[Written]:
    found = _members(world, world.rng.randrange(2, 5))
    root = world.tree.root
    table = root.local(_object({key: text for key, _, _, text in found}))
    keys, style = _value_unmarked(root, [key for key, *_ in found])
    for _, _, parts, _ in found:
        parts.styles.add(f"instances by {style}")
    body = f"  for_each = toset({keys})\n"
    body += _instance_body(f"{table}[each.key]", _is_single(found))
    block = root.resource(CLIENT_TYPE, body)
    return _instances(lambda key: f'{block}["{key}"]', found)


def _value_unmarked(module: Module, value: Any) -> tuple[str, str]:
    """Return an expression that may decide the number of instances, and its style."""
    style = pick(module, value)
    while style.name in _MARKED:
        style = pick(module, value)
    return style.build(module, value), style.name


def _count(world: World) -> list[Written]:
    found = _members(world, world.rng.randrange(2, 5))
    root, rng = world.tree.root, world.rng
    table = root.local(f"[{', '.join(text for *_, text in found)}]")
    number = f"length({table})"
    if rng.random() < 0.6:
        number, style = _value_unmarked(root, len(found))
        for _, _, parts, _ in found:
            parts.styles.add(f"instances by {style}")
    body = f"  count = {number}\n" + _instance_body(f"{table}[count.index]", _is_single(found))
    block = root.resource(CLIENT_TYPE, body)
    return _instances(lambda key: f"{block}[{key[1:]}]", found)


def _enabled(world: World) -> list[Written]:
    """Use `count` as a switch; if it is off, there is no client."""
    root, rng = world.tree.root, world.rng
    on = rng.random() < 0.7
    facts = _draw_facts(world)
    parts = _attributes(world, root, facts)
    blocks, grants = _role_blocks(world, facts, parts)
    switch, style = _value_unmarked(root, on)
    parts.styles.add(f"instances by {style}")
    body = f"  count = {switch} ? 1 : 0\n{_lines(parts.expressions)}{blocks}"
    block = root.resource(CLIENT_TYPE, body)
    if on:
        return [_written(f"{block}[0]", parts, grants)]
    return [Written({}, parts.styles, nowhere=f"{block}[0]")]


def _client_module(
    module: Module, names: Sequence[str], facts: Facts, *, single: bool, own: Mapping[str, str]
) -> str:
    """Write a module with one client; `names` are its inputs. Return the client's address in it."""
    for name in names:
        lines = [f"type = {_type(name)}"] if module.rng.random() < 0.7 else []
        if module.rng.random() < 0.4:
            lines.append("default = null")
        module.add(f'variable "{name}" {{\n' + "".join(f"  {line}\n" for line in lines) + "}\n")
    inputs = {name: f"var.{name}" for name in names if name in _FIELDS}
    body = _lines({**inputs, **own})
    if single:
        body += "  roles {\n    role_id = var.role\n"
        body += "    division_id = var.division\n" if "division" in names else ""
        body += "  }\n"
    elif "grants" in names:
        body += _dynamic("var.grants")
    return module.resource(CLIENT_TYPE, body)


def _type(name: str) -> str:
    return {
        "scopes": "list(string)",
        "registered_redirect_uris": "set(string)",
        "access_token_validity_seconds": "number",
        "expose_client_secret": "bool",
        "grants": "list(object({ role = string, division = optional(string) }))",
    }.get(name, "string")


def _module(world: World, depth: int = 1) -> list[Written]:
    """Write one client in its own module; some attributes are inputs, others are set in
    the module.
    """
    root, rng = world.tree.root, world.rng
    single = rng.random() < 0.5
    facts = _draw_facts(world, 1, 1) if single else _draw_facts(world)
    outer = root.child()
    inner = outer.child() if depth > 1 else outer
    parts = _attributes(world, root, facts)
    own: dict[str, str] = {}
    for name in [name for name in parts.expressions if name in SETTINGS and rng.random() < 0.3]:
        # Set in the module itself.
        value = facts.settings[name]
        style = pick(inner, value, open_share=0.05)
        del parts.expressions[name]
        moved = Parts()
        _put(moved, name, inner, value, style)
        own[name] = moved.expressions[name]
        parts.styles.add(style.name)
        for kind in KINDS:
            parts.seen[kind][name] = moved.seen[kind][name]
    arguments = dict(parts.expressions)
    followed = written = False
    if single:
        ((ref, division),) = facts.grants
        arguments["role"] = ref.expression
        followed = True
        if division is None:
            # Left out in the module's own block, which a plan shows.
            written = True
        else:
            arguments["division"] = literal(division)
    else:
        arguments["grants"] = _grant_list(facts)
    parts.styles.update(style for ref, _ in facts.grants for style in ref.styles)
    if facts.grants:
        parts.styles.add(f"roles: module input{'' if single else ', dynamic'}")
    address = _client_module(inner, list(arguments), facts, single=single, own=own)
    call = inner_arguments = arguments
    if depth > 1:
        for name in arguments:
            outer.add(f'variable "{name}" {{\n  type = {_type(name)}\n}}\n')
        inner_arguments = {name: f"var.{name}" for name in arguments}
        address = f"{outer.call(inner, inner_arguments)}.{address}"
    where = root.call(outer, call)
    grants = _grants(facts, followed=followed, division_written=written)
    return [_written(f"{where}.{address}", parts, grants)]


def _nested(world: World) -> list[Written]:
    return _module(world, 2)


def _modules(world: World) -> list[Written]:
    """Write one call for several clients, with `for_each` or `count`."""
    root, rng = world.tree.root, world.rng
    found = _members(world, rng.randrange(2, 4))
    single = _is_single(found)
    names = [*_FIELDS, *(("role", "division") if single else ("grants",))]
    child = root.child()
    address = _client_module(child, names, found[0][1], single=single, own={})
    if rng.random() < 0.5:
        meta = f"for_each = {_table(world, found)}"
        value = "each.value"
    else:
        table = root.local(f"[{', '.join(text for *_, text in found)}]")
        meta, value = f"count = length({table})", f"{table}[count.index]"
    arguments = {name: f"{value}.{name}" for name in names}
    call = root.call(child, arguments, meta)

    def place(key: str) -> str:
        index = f'"{key}"' if value == "each.value" else key[1:]
        return f"{call}[{index}].{address}"

    return _instances(place, found)


def _unset_instances(world: World) -> list[Written]:
    """Use `for_each` over a variable without a value: HCL does not have the clients."""
    root, tree, rng = world.tree.root, world.tree, world.rng
    name = root.variable()
    drawn = [_draw_facts(world, 0) for _ in range(rng.randrange(1, 4))]
    tree.hidden[name] = {
        f"k{number}": {
            "name": facts.name,
            "authorized_grant_type": facts.grant_type,
            "scopes": facts.scopes or [],
        }
        for number, facts in enumerate(drawn)
    }
    fields = ("name", "authorized_grant_type", "scopes")
    body = f"  for_each = var.{name}\n" + _lines({each: f"each.value.{each}" for each in fields})
    block = root.resource(CLIENT_TYPE, body)
    nobody = Client(HOLE, block, HOLE, Strings(open=True), grants_open=True, exists=False)
    written = [Written({"hcl": nobody}, set())]
    for number, facts in enumerate(drawn):
        client = Client(
            facts.name,
            f'{block}["k{number}"]',
            facts.grant_type,
            Strings(frozenset(facts.scopes or ())),
        )
        written.append(Written(dict.fromkeys(PLANNED, client), set()))
    return written


CONTAINERS: Final[Mapping[str, Callable[[World], list[Written]]]] = {
    "a resource": _plain,
    "JSON syntax": _json,
    "for_each over a map": _for_each,
    "for_each over a set": _for_each_set,
    "count": _count,
    "count as a switch": _enabled,
    "a module": _module,
    "a nested module": _nested,
    "a module with for_each or count": _modules,
    "for_each without value": _unset_instances,
}
