"""Write a value in many styles of Terraform: each style returns an expression with that value.

A style adds what it needs (variables, locals, modules, tfvars) to its module, and says which kinds
of input know the value: HCL, a plan alone, a plan with its source.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: The kinds of input that are checked.
KINDS: Final = ("hcl", "plan", "plan with source")
#: Who knows a value: every input, every input except HCL, no input before apply.
ALWAYS: Final = frozenset(KINDS)
PLANNED: Final = frozenset(KINDS) - {"hcl"}
APPLIED: Final[frozenset[str]] = frozenset()

Value = Any


def literal(value: Value) -> str:
    """Return the value as JSON, which HCL reads too if no text contains a template."""
    return json.dumps(value)


@dataclass
class Tree:
    """A root module and its child modules; `hidden` variables are given only to Terraform."""

    rng: random.Random
    texts: dict[str, list[str]] = field(default_factory=lambda: {"": []})
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    tfvars: dict[str, Value] = field(default_factory=dict)
    auto: dict[str, Value] = field(default_factory=dict)
    var_file: dict[str, Value] = field(default_factory=dict)
    given: dict[str, Value] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, Value] = field(default_factory=dict)
    count: int = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    @property
    def root(self) -> Module:
        return Module(self, "")

    def write(self, folder: Path, provider: str) -> None:
        for path, texts in self.texts.items():
            directory = folder / path
            directory.mkdir(parents=True, exist_ok=True)
            (directory / "main.tf").write_text("\n".join(texts) + "\n", encoding="utf-8")
            (directory / "providers.tf").write_text(provider, encoding="utf-8")
        for name, document in self.documents.items():
            (folder / name).write_text(json.dumps(document, indent=1), encoding="utf-8")
        lines = [f"{name} = {literal(value)}\n" for name, value in self.tfvars.items()]
        (folder / "terraform.tfvars").write_text("".join(lines), encoding="utf-8")
        for name, values in (
            ("more.auto.tfvars.json", self.auto),
            ("given.tfvars.json", self.var_file),
            ("hidden.tfvars.json", self.hidden),
        ):
            (folder / name).write_text(json.dumps(values), encoding="utf-8")

    def variables(self, folder: Path) -> list[tuple[str, str]]:
        """Return the variables for the toolkit's command line."""
        return [
            ("file", str(folder / "given.tfvars.json")),
            *(("var", f"{name}={_argument(value)}") for name, value in self.given.items()),
        ]

    def arguments(self) -> list[str]:
        """Return the same for Terraform, with the variables hidden from the toolkit."""
        return [
            "-var-file=given.tfvars.json",
            "-var-file=hidden.tfvars.json",
            *(f"-var={name}={_argument(value)}" for name, value in self.given.items()),
        ]


def _argument(value: Value) -> str:
    return value if isinstance(value, str) else literal(value)


@dataclass(frozen=True)
class Module:
    """A module, by its folder; `add` appends text to it."""

    tree: Tree
    path: str

    @property
    def rng(self) -> random.Random:
        return self.tree.rng

    def add(self, text: str) -> None:
        self.tree.texts[self.path].append(text)

    def local(self, expression: str) -> str:
        name = self.tree.fresh("l")
        self.add(f"locals {{\n  {name} = {expression}\n}}\n")
        return f"local.{name}"

    def variable(self, *more: str) -> str:
        name = self.tree.fresh("v")
        self.add(f'variable "{name}" {{\n' + "".join(f"  {line}\n" for line in more) + "}\n")
        return name

    def resource(self, kind: str, body: str) -> str:
        name = self.tree.fresh("r")
        self.add(f'resource "{kind}" "{name}" {{\n{body}}}\n')
        return f"{kind}.{name}"

    def child(self) -> Module:
        path = self.tree.fresh(f"{self.path}/m" if self.path else "m")
        self.tree.texts[path] = []
        return Module(self.tree, path)

    def call(self, module: Module, arguments: Mapping[str, str], *meta: str) -> str:
        name = self.tree.fresh("c")
        below = module.path[len(self.path) :].lstrip("/")
        lines = [f'source = "./{below}"', *meta]
        lines += [f"{key} = {expression}" for key, expression in arguments.items()]
        self.add(f'module "{name}" {{\n' + "".join(f"  {line}\n" for line in lines) + "}\n")
        return f"module.{name}"


Build = Callable[[Module, Value], str]


@dataclass(frozen=True)
class Style:
    """A style; `known` holds the kinds of input that have the value."""

    name: str
    build: Build
    of: frozenset[str]
    known: frozenset[str] = ALWAYS
    root_only: bool = False


def kind_of(value: Value) -> str:
    if isinstance(value, list):
        return "list"
    return {str: "text", bool: "flag", int: "number"}.get(type(value), "other")


def type_of(value: Value) -> str:
    return {"list": "list(string)", "text": "string", "flag": "bool", "number": "number"}.get(
        kind_of(value), "any"
    )


def _other(value: Value) -> str:
    """Return another value of the same type."""
    return {
        "list": '["other"]',
        "text": '"other"',
        "flag": literal(not value),
        "number": "1",
    }.get(kind_of(value), "null")


def plain(module: Module, value: Value) -> str:
    """Return one of the simple styles, for use inside another one."""
    choice = module.rng.randrange(4)
    if choice == 0:
        return module.local(literal(value))
    if choice == 1:
        return f"var.{module.variable(f'default = {literal(value)}')}"
    return literal(value)


def _default(module: Module, value: Value) -> str:
    lines = [f"default = {literal(value)}"]
    if module.rng.random() < 0.6:
        lines.append(f"type = {type_of(value)}")
    if module.rng.random() < 0.2:
        lines.append("nullable = false")
    return f"var.{module.variable(*lines)}"


def _declared(module: Module, value: Value, into: dict[str, Value], default: bool) -> str:
    lines = [f"type = {type_of(value)}"]
    if default:
        lines.append(f"default = {_other(value)}")
    name = module.variable(*lines)
    into[name] = value
    return f"var.{name}"


def _tfvars(module: Module, value: Value) -> str:
    tree = module.tree
    into = module.rng.choice([tree.tfvars, tree.auto, tree.var_file])
    return _declared(module, value, into, module.rng.random() < 0.5)


def _argument_style(module: Module, value: Value) -> str:
    return _declared(module, value, module.tree.given, module.rng.random() < 0.5)


def _environment(module: Module, value: Value) -> str:
    name = module.variable(f"type = {type_of(value)}")
    module.tree.environ[f"TF_VAR_{name}"] = _argument(value)
    return f"var.{name}"


def _unset(module: Module, value: Value) -> str:
    name = module.variable(f"type = {type_of(value)}")
    module.tree.hidden[name] = value
    return f"var.{name}"


def _applied(module: Module, value: Value) -> str:
    return f"{module.resource('terraform_data', f'  input = {literal(value)}' + chr(10))}.output"


def _sensitive(module: Module, value: Value) -> str:
    return f"var.{module.variable(f'default = {literal(value)}', 'sensitive = true')}"


def _ternary(module: Module, value: Value) -> str:
    yes = module.rng.random() < 0.5
    flag = plain(module, yes)
    if module.rng.random() < 0.3:
        flag = f'{plain(module, "on" if yes else "off")} == "on"'
    branches = [plain(module, value), _other(value)]
    if not yes:
        branches.reverse()
    return f"({flag} ? {branches[0]} : {branches[1]})"


def _nested_ternary(module: Module, value: Value) -> str:
    """Return chained conditions without parentheses; any of them may decide."""
    right = module.rng.randrange(3)
    branches = [_other(value)] * 3
    branches[right] = plain(module, value)
    flags = [plain(module, at == right) for at in range(2)]
    return f"({flags[0]} ? {branches[0]} : {flags[1]} ? {branches[1]} : {branches[2]})"


def _foreign(module: Module, expression: str, value: Value) -> str:
    """Return the expression, or the same value through a function of the evaluator."""
    if module.rng.random() < 0.5:
        return expression
    return {
        "list": f'formatlist("%s", {expression})',
        "text": f"strrev(strrev({expression}))",
        "flag": f"alltrue([{expression}])",
        "number": f"abs({expression})",
    }.get(kind_of(value), expression)


def _function(module: Module, value: Value) -> str:
    return _foreign(module, plain(module, value), value)


def _chain(module: Module, value: Value) -> str:
    """Return a chain of locals, longer or shorter than the evaluator's number of rounds."""
    expression = plain(module, value)
    for _ in range(module.rng.choice([5, 12, 25, 40])):
        expression = module.local(expression)
    return _foreign(module, expression, value)


def _twin(module: Module, value: Value) -> str:
    """Return an output with the same name as an argument of its call; the argument has another
    value.
    """
    child = module.child()
    name = child.variable(f"type = {type_of(value)}")
    child.add(f'output "{name}" {{\n  value = {plain(child, value)}\n}}\n')
    call = module.call(child, {name: plain(module, json.loads(_other(value)))})
    return _foreign(module, f"{call}.{name}", value)


def _not_null(module: Module, value: Value) -> str:
    """Return a variable that gets null and takes its default instead."""
    child = module.child()
    lines = (f"default = {literal(value)}", f"type = {type_of(value)}")
    name = child.variable(*lines, module.rng.choice(["nullable = false", 'nullable = "false"']))
    child.add(f'output "o" {{\n  value = {_foreign(child, f"var.{name}", value)}\n}}\n')
    return f"{module.call(child, {name: 'null'})}.o"


def _lookup(module: Module, value: Value) -> str:
    table = module.local(f"{{ a = {_other(value)}, b = {plain(module, value)} }}")
    return module.rng.choice(
        [f'{table}["b"]', f"{table}.b", f'lookup({table}, "b", {_other(value)})']
    )


def _merge(module: Module, value: Value) -> str:
    first = f"{{ a = {_other(value)}, b = {_other(value)} }}"
    second = f"{{ a = {plain(module, value)} }}"
    return f'merge({first}, {module.local(second)})["a"]'


def _attempt(module: Module, value: Value) -> str:
    missing = module.local("{}")
    return f"try({missing}.nothing, {plain(module, value)})"


def _decoded(module: Module, value: Value) -> str:
    return f"jsondecode({literal(json.dumps(value))})"


def _rendered(module: Module, value: Value) -> str:
    """Return the value through a function that the evaluator lacks and treats as an error."""
    read = f"jsondecode(templatestring({module.local(literal(json.dumps(value)))}, {{}}))"
    return module.rng.choice([read, f"try({read}, {_other(value)})"])


def _output(module: Module, value: Value) -> str:
    child = module.child()
    child.add(f'output "o" {{\n  value = {plain(child, value)}\n}}\n')
    return _foreign(module, f"{module.call(child, {})}.o", value)


def _through(module: Module, value: Value) -> str:
    """Pass the value into a module and out of it again."""
    child = module.child()
    name = child.variable(f"type = {type_of(value)}")
    child.add(f'output "o" {{\n  value = {child.local(f"var.{name}")}\n}}\n')
    return f"{module.call(child, {name: plain(module, value)})}.o"


def _element(module: Module, value: Value) -> str:
    table = module.local(f"[{_other(value)}, {plain(module, value)}]")
    return module.rng.choice([f"{table}[1]", f"element({table}, 3)", f"reverse({table})[0]"])


def _halves(value: Sequence[str]) -> tuple[list[str], list[str]]:
    middle = len(value) // 2
    return list(value[:middle]), list(value[middle:])


def _concat(module: Module, value: Value) -> str:
    one, other = _halves(value)
    return f"concat({plain(module, one)}, {plain(module, other)})"


def _union(module: Module, value: Value) -> str:
    one, other = _halves(value)
    return f"setunion(toset({plain(module, one)}), {plain(module, other)})"


def _flatten(module: Module, value: Value) -> str:
    one, other = _halves(value)
    return f"flatten([{plain(module, one)}, [{plain(module, other)}]])"


def _filter(module: Module, value: Value) -> str:
    source = plain(module, [*value, "dropped"])
    return f'[for s in {source} : s if s != "dropped"]'


def _pieces(module: Module, value: Value) -> str:
    table = module.local(literal([{"text": each} for each in value]))
    return module.rng.choice([f"[for o in {table} : o.text]", f"{table}[*].text"])


def _compact(module: Module, value: Value) -> str:
    return f"compact(distinct(concat({plain(module, value)}, {plain(module, [*value, ''])})))"


def _split(module: Module, value: Value) -> str:
    return f'split(",", {plain(module, ",".join(value))})' if value else "[]"


def _keys(module: Module, value: Value) -> str:
    return f"keys({module.local(literal(dict.fromkeys(value, 1)))})"


def _slice(module: Module, value: Value) -> str:
    return f"slice({plain(module, ['x', *value])}, 1, {len(value) + 1})"


def _each_expression(module: Module, value: Value) -> str:
    return f"[{', '.join(plain(module, each) for each in value)}]"


def _template(module: Module, value: Value) -> str:
    middle = len(value) // 2
    return f'"{value[:middle]}${{{plain(module, value[middle:])}}}"'


def _join(module: Module, value: Value) -> str:
    return f'join("-", {plain(module, value.split("-"))})'


def _format(module: Module, value: Value) -> str:
    middle = len(value) // 2
    return f'format("%s%s", {plain(module, value[:middle])}, {literal(value[middle:])})'


def _heredoc(module: Module, value: Value) -> str:
    return "trimspace(" + module.local(f"<<-EOT\n    {value}\n  EOT") + ")"


def _coalesce(module: Module, value: Value) -> str:
    return f'coalesce("", {plain(module, value)})'


def _replace(module: Module, value: Value) -> str:
    return f'replace({plain(module, value.replace("e", "%"))}, "%", "e")'


def _number(module: Module, value: Value) -> str:
    return module.rng.choice(
        [f"tonumber({plain(module, str(value))})", f"{plain(module, value - 60)} + 60"]
    )


def _sensitive_function(module: Module, value: Value) -> str:
    return f"sensitive({plain(module, value)})"


def _nonsensitive(module: Module, value: Value) -> str:
    return f"nonsensitive({_sensitive(module, value)})"


_ALL = frozenset({"list", "text", "number", "flag"})
_LISTS, _TEXTS = frozenset({"list"}), frozenset({"text"})

STYLES: Final = (
    Style("literal", lambda _module, value: literal(value), _ALL),
    Style("variable with default", _default, _ALL),
    Style("tfvars", _tfvars, _ALL, root_only=True),
    Style("--var", _argument_style, _ALL, root_only=True),
    Style("TF_VAR_", _environment, _ALL, root_only=True),
    Style("local", lambda module, value: module.local(plain(module, value)), _ALL),
    Style("ternary", _ternary, _ALL),
    Style("nested ternary", _nested_ternary, _ALL),
    Style("foreign function", _function, _ALL),
    Style("chain of locals", _chain, _ALL),
    Style("output like an argument", _twin, _ALL),
    Style("null for a default", _not_null, _ALL),
    Style("map lookup", _lookup, _ALL),
    Style("merge", _merge, _ALL),
    Style("try", _attempt, _ALL),
    Style("jsondecode", _decoded, _ALL),
    Style("templatestring", _rendered, _ALL),
    Style("module output", _output, _ALL),
    Style("through a module", _through, _ALL),
    Style("element", _element, _ALL),
    Style("concat", _concat, _LISTS),
    Style("toset", lambda module, value: f"toset({plain(module, value)})", _LISTS),
    Style("setunion", _union, _LISTS),
    Style("flatten", _flatten, _LISTS),
    Style("for with if", _filter, _LISTS),
    Style("splat", _pieces, _LISTS),
    Style("compact", _compact, _LISTS),
    Style("split", _split, _LISTS),
    Style("keys", _keys, _LISTS),
    Style("slice", _slice, _LISTS),
    Style("list of expressions", _each_expression, _LISTS),
    Style("template", _template, _TEXTS),
    Style("join", _join, _TEXTS),
    Style("format", _format, _TEXTS),
    Style("heredoc", _heredoc, _TEXTS),
    Style("coalesce", _coalesce, _TEXTS),
    Style("replace", _replace, _TEXTS),
    Style("arithmetic", _number, frozenset({"number"})),
    Style("sensitive variable", _sensitive, _ALL),
    Style("sensitive()", _sensitive_function, _ALL),
    Style("nonsensitive()", _nonsensitive, _ALL),
    Style("variable without value", _unset, _ALL, PLANNED, root_only=True),
    Style("known after apply", _applied, _ALL, APPLIED),
)
BY_NAME: Final = {style.name: style for style in STYLES}
_DECIDED = tuple(style for style in STYLES if style.known == ALWAYS)


def pick(module: Module, value: Value, *, open_share: float = 0.0) -> Style:
    """Return a style for the value in this module; with `open_share` one that some input cannot
    see.
    """
    if module.rng.random() < open_share:
        names = ["known after apply"]
        if not module.path:
            names.append("variable without value")
        return BY_NAME[module.rng.choice(names)]
    fitting = [
        style
        for style in _DECIDED
        if kind_of(value) in style.of and not (style.root_only and module.path)
    ]
    weights = [0.3 if "sensitive" in style.name else 1.0 for style in fitting]
    return module.rng.choices(fitting, weights)[0]
