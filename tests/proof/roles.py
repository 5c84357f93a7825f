"""Roles of every kind, in the root module or in a module of their own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .oracle import ACTIONS, DOMAINS, ENTITIES, Role
from .rules import draw_permission
from .writing import BY_NAME, KINDS, Module, Tree, literal, pick, plain

ROLE_TYPE: Final = "genesyscloud_auth_role"


@dataclass(frozen=True)
class RoleRef:
    """A role, the root module's expression for its id, and what each kind of input knows about it.

    With `certain`, a plan has the id itself, so it does not matter how it was passed.
    """

    expression: str
    styles: frozenset[str]
    seen: Mapping[str, Role]
    certain: bool = False


def _same(role: Role) -> dict[str, Role]:
    return dict.fromkeys(KINDS, role)


def _policy_block(domain: str, entity: str, actions: str, extra: str = "") -> str:
    return (
        "  permission_policies {\n"
        f"    domain = {domain}\n    entity_name = {entity}\n"
        f"    action_set = {actions}\n{extra}  }}\n"
    )


_CONDITIONS: Final = """\
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {
          type     = "QUEUE"
          queue_id = "q"
        }
      }
    }
"""


def _draw_policy(rng: random.Random) -> tuple[str, str, list[str]]:
    domain = rng.choice(DOMAINS)
    entity = "*" if rng.random() < 0.2 else rng.choice(ENTITIES)
    actions = ["*"] if rng.random() < 0.2 else rng.sample(ACTIONS, rng.randrange(1, 3))
    return domain, entity, actions


def _patterns(policies: Sequence[tuple[str, str, list[str]]]) -> frozenset[str]:
    return frozenset(f"{d}:{e}:{action}" for d, e, actions in policies for action in actions)


def _value(module: Module, value: Any, styles: set[str]) -> str:
    style = pick(module, value)
    styles.add(style.name)
    return style.build(module, value)


def _static_role(module: Module, name: str, styles: set[str]) -> tuple[str, frozenset[str]]:
    """Write a role resource with policy blocks; return its address and what it grants."""
    rng = module.rng
    policies = [_draw_policy(rng) for _ in range(rng.randrange(1, 4))]
    body = f"  name = {_value(module, name, set())}\n"
    for domain, entity, actions in policies:
        body += _policy_block(
            _value(module, domain, styles),
            _value(module, entity, styles),
            _value(module, actions, styles),
        )
    return module.resource(ROLE_TYPE, body), _patterns(policies)


def _dynamic_role(module: Module, name: str) -> tuple[str, frozenset[str]]:
    rng = module.rng
    policies = [_draw_policy(rng) for _ in range(rng.randrange(1, 4))]
    items = [{"d": d, "e": e, "a": a} for d, e, a in policies]
    source = plain(module, items)
    if rng.random() < 0.5:
        source = f'{{ for i, p in {source} : "p${{i}}" => p }}'
    body = (
        f'  name = {literal(name)}\n  dynamic "permission_policies" {{\n'
        f"    for_each = {source}\n    content {{\n"
        "      domain = permission_policies.value.d\n"
        "      entity_name = permission_policies.value.e\n"
        "      action_set = permission_policies.value.a\n    }\n  }\n"
    )
    return module.resource(ROLE_TYPE, body), _patterns(policies)


def write_roles(tree: Tree) -> tuple[list[RoleRef], list[dict[str, Any]]]:
    """Write the roles; return them with the policy's statements about roles defined elsewhere."""
    rng = tree.rng
    roles: list[RoleRef] = []
    known_roles: list[dict[str, Any]] = []
    root = tree.root

    styles: set[str] = set()

    def add(expression: str, style: str, seen: Mapping[str, Role], certain: bool = False) -> None:
        own = frozenset({f"role: {style}", *styles})
        roles.append(RoleRef(expression, own, seen, certain))
        styles.clear()

    for number in range(3):
        address, patterns = _static_role(root, f"static {number}", styles)
        add(f"{address}.id", "resource", _same(Role(patterns)))
    address, patterns = _dynamic_role(root, "dynamic")
    add(f"{address}.id", "dynamic policies", _same(Role(patterns)))
    # In a module, read through its output.
    child = tree.root.child()
    address, patterns = _static_role(child, "in a module", styles)
    child.add(f'output "id" {{\n  value = {address}.id\n}}\n')
    add(f"{root.call(child, {})}.id", "module output", _same(Role(patterns)))
    # One of several instances, which all differ.
    made = {f"k{number}": _draw_policy(rng) for number in range(3)}
    table = literal({key: {"d": d, "e": e, "a": a} for key, (d, e, a) in made.items()})
    body = f"  for_each = {table}\n  name = each.key\n" + _policy_block(
        "each.value.d", "each.value.e", "each.value.a"
    )
    address = root.resource(ROLE_TYPE, body)
    for key, policy in made.items():
        add(f'{address}["{key}"].id', "for_each", _same(Role(_patterns([policy]))))
    # Granted under a condition, beside a policy without one.
    free, bound = _draw_policy(rng), _draw_policy(rng)
    body = '  name = "conditional"\n'
    for (d, e, a), extra in ((free, ""), (bound, _CONDITIONS)):
        body += _policy_block(literal(d), literal(e), literal(a), extra)
    sure, maybe = _patterns([free]), _patterns([bound])
    address = root.resource(ROLE_TYPE, body)
    add(f"{address}.id", "conditional", _same(Role(sure, maybe - sure)))
    # The listed permissions and the built-in role's legacy permissions; then a legacy permission
    # with unknown effect.
    policy = _draw_policy(rng)
    body = '  name = "built-in"\n  default_role_id = "employee"\n' + _policy_block(
        *map(literal, policy)
    )
    address = root.resource(ROLE_TYPE, body)
    add(f"{address}.id", "default_role_id", _same(Role(_patterns([policy]), frozenset({"admin"}))))
    address = root.resource(ROLE_TYPE, '  name = "legacy"\n  permissions = ["admin"]\n')
    add(f"{address}.id", "legacy admin", _same(Role(frozenset({"admin"}), open=True)))
    # Actions that HCL does not know.
    domain, entity, actions = _draw_policy(rng)
    body = '  name = "unset"\n' + _policy_block(
        literal(domain), literal(entity), BY_NAME["variable without value"].build(root, actions)
    )
    address = root.resource(ROLE_TYPE, body)
    seen = _same(Role(_patterns([(domain, entity, actions)])))
    seen["hcl"] = Role(maybe=frozenset({f"{domain}:{entity}:*"}))
    add(f"{address}.id", "actions without value", seen)
    # Roles that are defined elsewhere: known to the policy by id or by name, or not known at all.
    patterns = frozenset(draw_permission(rng, 0.2) for _ in range(2))
    known_roles.append({"id": "known-by-id", "permissions": sorted(patterns)})
    add('"known-by-id"', "known by id", _same(Role(patterns)), certain=True)
    patterns = frozenset(draw_permission(rng, 0.2) for _ in range(2))
    known_roles.append({"name": "Known by name", "permissions": sorted(patterns)})
    root.add(
        f'data "{ROLE_TYPE}" "known" {{\n  name = {_value(root, "Known by name", styles)}\n}}\n'
    )
    add(f"data.{ROLE_TYPE}.known.id", "known by name", _same(Role(patterns)), certain=True)
    root.add(f'data "{ROLE_TYPE}" "foreign" {{\n  name = "Foreign"\n}}\n')
    add(f"data.{ROLE_TYPE}.foreign.id", "foreign", _same(Role(open=True)), certain=True)
    return roles, known_roles
