"""The rules about the code, as a test: the imports of each package, and what it may contain.

Each rule is also run on a made-up module that breaks it, to notice a rule that no longer finds
anything.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "toolkit"

_BASE = {"bounds", "errors", "files", "lazily", "model", "threads"}
_LIBRARY = {
    *_BASE,
    "documents",
    "genesys",
    "contracts",
    "provision",
    "catalog",
    "policy",
    "sources",
    "changes",
    "provider",
    "checks",
    "judging",
    "probe",
}
#: The packages, and which others each may import. Its own modules and the version are always
#: allowed.
MAY_IMPORT: Mapping[str, set[str]] = {
    "errors": set(),
    "lazily": set(),
    "threads": set(),
    "bounds": {"errors"},
    "confinement": {"errors", "lazily", "files"},
    "files": {"errors", "lazily"},
    "model": {"errors", "lazily"},
    "documents": {"errors", "files", "lazily"},
    "configuration": {"errors", "lazily", "documents", "files"},
    "genesys": _BASE,
    "contracts": {*_BASE, "documents"},
    "provision": _BASE,
    "catalog": {*_BASE, "contracts"},
    "policy": {*_BASE, "documents", "contracts", "catalog"},
    "sources": {*_BASE, "genesys"},
    "changes": {*_BASE, "contracts", "catalog"},
    "provider": {*_BASE, "contracts", "catalog", "policy"},
    "judging": {*_BASE, "policy", "contracts", "catalog"},
    "checks": {*_BASE, "policy", "contracts", "catalog", "judging"},
    "probe": {*_BASE, "genesys", "contracts"},
    "mock": {*_BASE, "documents", "contracts"},
    "workflows": _LIBRARY,
    "reporters": {"lazily", "model"},
    "cli": {*_LIBRARY, "confinement", "configuration", "mock", "workflows", "reporters"},
    "__main__": {"cli"},
}
#: Libraries that define the purpose of a package, and the only packages that may import them.
ONLY_IN: Mapping[str, set[str]] = {
    "click": {"cli", "reporters"},
    "re2": {"sources", "policy"},
    "python_terraform": {"provision"},
}
#: The packages that all others depend on, and the libraries that they may import.
FEW_LIBRARIES: Mapping[str, set[str]] = {"errors": set(), "lazily": set(), "model": {"msgspec"}}
#: `json` would hide the standard library's module, and `utils` says nothing.
BANNED_NAMES = {"json", "utils", "util", "helpers", "common", "misc"}
#: Packages of data: the wheel has the shipped policies there.
DATA = {"policies"}
#: A function with a shorter dump of its syntax tree is too short to count as a copy.
_SHORT = 400
BOUNDARY = "toolkit.cli.boundary"
#: Modules that offer many names, and import only the one that is used.
FACADES = {
    "toolkit.lazily",
    "toolkit.policy.patterns",
    "toolkit.reporters.interface",
    "toolkit.sources.hcl.functions.library",
}


@dataclass(frozen=True)
class Import:
    """One imported module; `hidden` in a function, `typing` if only type checkers import it."""

    target: str
    line: int
    hidden: bool
    typing: bool


def imports_of(module: str, tree: ast.Module, modules: Mapping[str, str]) -> Iterator[Import]:
    def walk(node: ast.AST, *, hidden: bool, typing: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, hidden, typing)
            elif isinstance(child, ast.ImportFrom):
                base = _absolute(module, child, modules)
                for alias in child.names:
                    inner = f"{base}.{alias.name}"
                    target = inner if _is_module(inner, modules) else base
                    yield Import(target, child.lineno, hidden, typing)
            else:
                function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                guarded = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
                yield from walk(child, hidden=hidden or function, typing=typing or guarded)

    yield from walk(tree, hidden=False, typing=False)


def _is_module(name: str, modules: Mapping[str, str]) -> bool:
    return name in modules or any(known.startswith(f"{name}.") for known in modules)


def _absolute(module: str, node: ast.ImportFrom, modules: Mapping[str, str]) -> str:
    if not node.level:
        return node.module or ""
    is_package = any(known.startswith(f"{module}.") for known in modules)
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def room_of(module: str) -> str:
    """Return the package that a module is in; empty for the top level, which is only
    the version.
    """
    return module.split(".")[1] if "." in module else ""


def broken_rules(modules: Mapping[str, str]) -> list[str]:
    """Return what is wrong with these modules, given as source text by name."""
    problems: list[str] = []
    graph: dict[str, set[str]] = {}
    for module, source in sorted(modules.items()):
        tree = ast.parse(source)
        problems += _names(module)
        problems += _statements(module, tree)
        imports = list(imports_of(module, tree, modules))
        for found in imports:
            if module in FACADES and found.target.partition(".")[0] == "importlib":
                continue
            problems += [f"{module}:{found.line}: {p}" for p in _import(room_of(module), found)]
        graph[module] = {i.target for i in imports} & {*modules} - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        problems.append(f"import cycle: {' -> '.join(error.args[1])}")
    return [*problems, *_written_twice(modules)]


def _written_twice(modules: Mapping[str, str]) -> Iterator[str]:
    """Yield the functions that two modules have in common, under whatever name.

    A function that uses names of its own module may do something else there.
    """
    found: dict[str, str] = {}
    for module, source in sorted(modules.items()):
        tree = ast.parse(source)
        own = {name for node in tree.body for name in _defined(node)}
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            body = node.body[ast.get_docstring(node) is not None :]
            written = "".join(map(ast.dump, body))
            used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            if len(written) < _SHORT or own & used:
                continue
            where = f"{module}.{node.name}"
            if found.setdefault(written, where) != where:
                yield f"{where} is written a second time: {found[written]} is the same"


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (each.id for each in targets if isinstance(each, ast.Name))


def _names(module: str) -> Iterator[str]:
    if module.rpartition(".")[2] in BANNED_NAMES:
        yield f"{module}: no module may have this name"
    room = room_of(module)
    if room in DATA:
        yield f"{module}: {room} is data, not code"
    elif room and room not in MAY_IMPORT:
        yield f"{module}: the room {room} is not in the table"


def _import(room: str, found: Import) -> Iterator[str]:
    top = found.target.partition(".")[0]
    if found.hidden and room not in ("cli", "__main__"):
        yield f"{found.target} is imported inside a function"
    if top == "importlib" and room != "cli" and not found.target.startswith("importlib."):
        yield "importlib can hide an import"
    if top == PACKAGE:
        target = room_of(found.target)
        if target and target != room and target not in MAY_IMPORT.get(room, set()):
            yield f"{room or PACKAGE} may not import {target}"
        return
    if room not in ONLY_IN.get(top, {room}):
        yield f"{room or PACKAGE} may not know {top}"
    if top not in {*FEW_LIBRARIES.get(room, {top}), *sys.stdlib_module_names}:
        yield f"{room} may not know {top}"


def _statements(module: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        where = f"{module}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ExceptHandler) and module != BOUNDARY:
            caught = ast.unparse(node.type) if node.type is not None else "everything"
            if {"everything", "Exception", "BaseException"} & set(_words(caught)):
                yield f"{where}: only the error boundary may catch {caught}"
        if room_of(module) not in ("cli", "__main__"):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("sys.exit", "exit", "os._exit", "SystemExit"):
                yield f"{where}: only cli may end the process"
            if called == "__import__":
                yield f"{where}: __import__ can hide an import"


def _words(text: str) -> list[str]:
    return text.replace("(", " ").replace(")", " ").replace(",", " ").split()


def our_modules() -> dict[str, str]:
    modules = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = path.read_text(encoding="utf-8")
    return modules


def test_our_modules_keep_the_rules() -> None:
    modules = our_modules()
    assert {"toolkit.model.report", "toolkit.cli.boundary", "toolkit.errors"} <= set(modules)
    assert not broken_rules(modules)


def test_the_table_itself_goes_one_way() -> None:
    TopologicalSorter(MAY_IMPORT).prepare()


_COUNTED = """
def counted(number: int, noun: str) -> str:
    if number > 9:
        return few + noun
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
"""
GOOD = {
    "toolkit": "__version__ = '1'",
    "toolkit.errors": "from enum import IntEnum",
    "toolkit.model": "",
    "toolkit.model.report": "from toolkit import __version__\nfrom toolkit.errors import ExitCode",
    "toolkit.reporters.text": "import click\nfrom toolkit.model import report",
    "toolkit.sources.counts": _COUNTED,
    "toolkit.reporters.counts": f"few = 'few'\n{_COUNTED}",
    "toolkit.sources.hcl": "import re2\nfrom toolkit.model.report import Report",
    "toolkit.workflows.check": "from toolkit.sources import hcl",
    "toolkit.cli": "import click\ndef run():\n    from toolkit.workflows.check import check",
    "toolkit.cli.boundary": "try:\n    pass\nexcept Exception:\n    raise SystemExit",
    "toolkit.__main__": "import sys\nfrom toolkit.cli import main\nsys.exit(main())",
}


def test_a_good_example_is_accepted() -> None:
    assert broken_rules(GOOD) == []


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("toolkit.model.bad", "from toolkit.sources.hcl import x", "model may not import sources"),
        ("toolkit.model.bad", "from toolkit import sources", "model may not import sources"),
        ("toolkit.model.bad", "from ..sources import hcl", "model may not import sources"),
        ("toolkit.errors", "import toolkit.model", "errors may not import model"),
        ("toolkit.reporters.bad", "import toolkit.errors", "reporters may not import errors"),
        (
            "toolkit.workflows.bad",
            "import toolkit.reporters.text",
            "workflows may not import reporters",
        ),
        ("toolkit.checks.bad", "def f():\n  import toolkit.cli", "checks may not import cli"),
        (
            "toolkit.checks.bad",
            "if TYPE_CHECKING:\n  import toolkit.cli",
            "checks may not import cli",
        ),
        ("toolkit.checks.bad", "def f():\n  import json", "json is imported inside a function"),
        ("toolkit.checks.bad", "x = lambda: __import__('os')", "__import__ can hide an import"),
        ("toolkit.checks.bad", "import importlib", "importlib can hide an import"),
        ("toolkit.checks.bad", "import click", "checks may not know click"),
        ("toolkit.checks.bad", "from click.testing import x", "checks may not know click"),
        ("toolkit.cli.bad", "import re2", "cli may not know re2"),
        ("toolkit.model.bad", "import yaml", "model may not know yaml"),
        ("toolkit.checks.utils", "", "no module may have this name"),
        ("toolkit.reporters.json", "", "no module may have this name"),
        ("toolkit.policies.loader", "", "policies is data, not code"),
        ("toolkit.attic", "", "the room attic is not in the table"),
        ("toolkit.checks.bad", "try:\n  x\nexcept Exception:\n  y", "may catch Exception"),
        ("toolkit.cli.bad", "try:\n  x\nexcept (OSError, Exception):\n  y", "may catch"),
        ("toolkit.cli.bad", "try:\n  x\nexcept:\n  y", "may catch everything"),
        ("toolkit.checks.bad", "sys.exit(1)", "only cli may end the process"),
        ("toolkit.checks.bad", "raise SystemExit(1)", "only cli may end the process"),
        (
            "toolkit.workflows.bad",
            GOOD["toolkit.sources.counts"].replace("counted", "told"),
            "toolkit.workflows.bad.told is written a second time: toolkit.sources.counts.counted",
        ),
        ("toolkit.model", "from toolkit.model.report import x", ""),
        ("toolkit.sources.hcl", "from toolkit.sources import bad", ""),
    ],
)
def test_each_rule_sees_what_breaks_it(module: str, source: str, complaint: str) -> None:
    modules = {**GOOD, module: source}
    if not complaint:
        modules |= {
            "toolkit.sources.bad": "from toolkit.sources import hcl",
            "toolkit.model.report": "from toolkit.model import x",
        }
        complaint = "import cycle"
    assert [p for p in broken_rules(modules) if complaint in p]


@pytest.mark.parametrize(
    "back",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toolkit.cli.bad import x",
        "def f():\n    from toolkit.cli.bad import x",
    ],
    ids=["for types", "in a function"],
)
def test_a_cycle_is_seen_whatever_closes_it(back: str) -> None:
    modules = {**GOOD, "toolkit.cli.bad": "from toolkit.cli.worse import y"}
    assert not broken_rules({**modules, "toolkit.cli.worse": ""})
    (problem,) = broken_rules({**modules, "toolkit.cli.worse": back})
    assert problem.startswith("import cycle: ")
