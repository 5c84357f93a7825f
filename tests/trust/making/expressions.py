"""Generates HCL expressions, by the kind of their value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Literal

from tests.trust.making.chance import KEYS, SCOPES, Chance

Kind = Literal["text", "texts", "map", "number", "flag"]
KINDS: tuple[Kind, ...] = ("text", "texts", "map", "number", "flag")
#: The type constraints of a variable of each kind; Terraform accepts each of them.
TYPES: Mapping[Kind, tuple[str, ...]] = {
    "text": ("string", "any"),
    "texts": ("list(string)", "set(string)", "any"),
    "map": ("map(string)", "map(any)", "any"),
    "number": ("number",),
    "flag": ("bool",),
}
_DEEPEST = 3
#: Valid as expressions, but seldom of the right type.
_ODD = (
    "null", "{}", "[]", "var.nowhere", "local.nowhere", "each.value", "count.index", "self.id",
    "1 / 0", "-1", "module.nowhere.x", "data.external.x.result", "try()", "nothing(1)", "path.cwd",
    "1e400", 'jsondecode("{")', "sensitive(\"x\")", "timestamp()", '"${', "<<EOT", "[for x in", "*",
    "local", 'file("/etc/hostname")', "provider::x::y(1)", "[][0]", '"%{ for x in y }"',
    "genesyscloud_auth_role",
)  # fmt: skip


def quoted(text: str) -> str:
    """Return a text as HCL writes it."""
    written = json.dumps(text, ensure_ascii=False)
    return written.replace("${", "$${").replace("%{", "%%{")


class Expressions:
    """Expressions that may refer to what a module declares; `known` has those by kind."""

    def __init__(self, chance: Chance, known: Mapping[Kind, list[str]]) -> None:
        self._chance = chance
        self.known = known

    def of(self, kind: Kind, depth: int = 0) -> str:
        chance = self._chance
        if chance.oddness and chance.often(chance.oddness / 2):
            return chance.pick(_ODD)
        if self.known[kind] and chance.often(0.3):
            return chance.pick(self.known[kind])
        if depth >= _DEEPEST or chance.often(0.4):
            return self.literal(kind)
        return chance.pick(self._forms(kind, depth + 1))()

    def literal(self, kind: Kind) -> str:
        chance = self._chance
        match kind:
            case "text":
                return quoted(chance.text(*SCOPES))
            case "texts":
                return json.dumps(chance.some(SCOPES), ensure_ascii=False)
            case "map":
                keys = dict.fromkeys(chance.some(KEYS))
                entries = (f"{quoted(key)} = {self.literal('text')}" for key in keys)
                return f"{{ {', '.join(entries)} }}"
            case "number":
                # Small numbers: any of them may become a count.
                return str(chance.pick((0, 1, 2, 3, 1.5, -3)))
        return chance.pick(("true", "false"))

    def _forms(self, kind: Kind, depth: int) -> tuple[Callable[[], str], ...]:
        chance = self._chance

        def of(wanted: Kind) -> str:
            return self.of(wanted, depth)

        def choice() -> str:
            return f"{of('flag')} ? {of(kind)} : {of(kind)}"

        def function(*names: str) -> str:
            return chance.pick(names)

        of_kind: dict[Kind, tuple[Callable[[], str], ...]] = {
            "text": (
                lambda: f'"${{{of("text")}}}-{chance.pick(("x", "é", "$${y}"))}"',
                lambda: f'"%{{ if {of("flag")} }}a%{{ else }}${{{of("text")}}}%{{ endif }}"',
                lambda: f'"%{{ for x in {of("texts")} ~}}${{x}},%{{ endfor }}"',
                lambda: f"{function('lower', 'upper', 'trimspace', 'title')}({of('text')})",
                lambda: f'format("%s-%v", {of("text")}, {of("number")})',
                lambda: f'join("{chance.pick((",", ""))}", {of("texts")})',
                lambda: f'replace({of("text")}, "a", {of("text")})',
                lambda: f"element({of('texts')}, {of('number')})",
                lambda: f'lookup({of("map")}, "a", {of("text")})',
                lambda: f"{function('try', 'coalesce')}({of('text')}, {of('text')})",
                lambda: f"jsonencode({of('texts')})",
                lambda: f"{of('map')}[{of('text')}]",
                lambda: f"({of('text')})",
            ),
            "texts": (
                lambda: f"[{', '.join(chance.several(lambda: of('text')))}]",
                lambda: f"{function('concat', 'setunion')}({of('texts')}, {of('texts')})",
                lambda: f"{function('toset', 'distinct', 'sort', 'compact')}({of('texts')})",
                lambda: f"flatten([{of('texts')}, [{of('texts')}]])",
                lambda: f"[for x in {of('texts')} : upper(x) if x != {of('text')}]",
                lambda: f'[for k, v in {of("map")} : "${{k}}:${{v}}"]',
                lambda: f'split(",", {of("text")})',
                lambda: f"{function('keys', 'values')}({of('map')})",
                lambda: f"slice({of('texts')}, 0, {of('number')})",
                lambda: f"{of('texts')}[*]",
                lambda: f"tolist({of('texts')})",
            ),
            "map": (
                lambda: f"{{ for x in {of('texts')} : x => {of('text')} }}",
                lambda: f"{{ for k, v in {of('map')} : lower(k) => v... if {of('flag')} }}",
                lambda: f"merge({of('map')}, {of('map')})",
                lambda: f"zipmap({of('texts')}, {of('texts')})",
                lambda: f"{{ ({of('text')}) = {of('text')}, b : {of('text')} }}",
            ),
            "number": (
                lambda: f"length({of(chance.pick(('texts', 'map', 'text')))})",
                lambda: f"{of('number')} {chance.pick(tuple('+-*%'))} {of('number')}",
                lambda: f"{function('max', 'min')}({of('number')}, 1)",
                lambda: f'tonumber("{chance.number(0, 9)}")',
            ),
            "flag": (
                lambda: f"{of('text')} {chance.pick(('==', '!='))} {of('text')}",
                lambda: f"contains({of('texts')}, {of('text')})",
                lambda: f"{of('flag')} {chance.pick(('&&', '||'))} !{of('flag')}",
                lambda: f"{of('number')} {chance.pick(('<', '>='))} {of('number')}",
                lambda: f"can({of('text')})",
            ),
        }
        return (choice, *of_kind[kind])
