"""Rules by which Terraform refuses modules before it evaluates them, checked on their text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from toolkit.errors import SourceError
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl.modules.file_access import ANYTHING
from toolkit.sources.hcl.modules.installed import MANIFEST
from toolkit.sources.hcl.modules.loading import Module, refused
from toolkit.sources.hcl.modules.providers import hold_passed, hold_providers, own_configurations
from toolkit.sources.hcl.modules.references import Reference, References
from toolkit.sources.hcl.modules.settings import hold_settings
from toolkit.sources.hcl.modules.targets import hold_statements, statements
from toolkit.sources.hcl.modules.tree import Called, ModuleTree, literal, local_source
from toolkit.sources.hcl.syntax.nodes import Block, Literal, ScopeTraversal

#: The most module calls in one root; each may have instances.
MOST_MODULES: Final = 10_000
#: The lock file, the state and its backup, and the files beside the program in a provider package.
_LEFT: Final = (
    ".terraform.lock.hcl",
    ".terraform.tfstate.lock.info",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    ".terraform/environment",
    ".terraform/terraform.tfstate",
    *(
        f".terraform/providers/host/name/type/version/system/{name}"
        for name in ("CHANGELOG.md", "LICENSE", "LICENSE.txt", "README.md", "terraform-provider-x")
    ),
)
#: A declaration in a called module.
_Node: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...]]"


class StaticRules:
    """The rules for the modules of one root that do not depend on values.

    `complete` is false if a program around Terraform generates some files; a reference to something
    undeclared is then no error. `unsure` says what the language table lacks.
    """

    def __init__(self, tree: ModuleTree, *, complete: bool) -> None:
        self._tree = tree
        self.complete = complete
        self._modules: dict[tuple[str, ...], Called] = {}
        self._references: dict[int, References] = {}
        self._children: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}
        self._calls: dict[tuple[str, ...], Block] = {}
        self.unsure: dict[Reason, None] = {}

    def hold(self, called: Called) -> None:
        """Check a module and all modules that it calls. Raises `SourceError`."""
        added = list(self._add(called))
        self._refuse_cycles(added)
        for each in added:
            self._refuse_removed(each)

    def _add(self, called: Called) -> Iterator[Called]:
        """Add a module and all that it calls; yield those that are new."""
        if self._modules.get(called.keys) is called:
            return
        yield called
        self._modules[called.keys] = called
        module = called.module
        if len(self._modules) > MOST_MODULES:
            raise SourceError(
                f"{module.sources[0].path}: is called in more ways than are looked at: "
                f"{MOST_MODULES:,} calls",
                hint="Calls that call each other multiply. Terraform may take it: check a plan.",
            )
        if id(module) not in self._references:
            self._references[id(module)] = self._checked(module, is_root=not called.keys)
        for name, call in module.calls.items():
            source = literal(call, "source")
            child = None if source is None else self._tree.called(called, call, source)
            if isinstance(child, Called):
                self._children[called.keys, name] = child.keys
                self._calls[child.keys] = call
                hold_passed(call, child.module)
                if next(own_configurations(child.module), None) is not None:
                    self._refuse_repeated(child)
                yield from self._add(child)

    def later_files(self) -> Sequence[str]:
        """Return the files that Terraform creates in the root module's folder before it evaluates.

        Modules that come from elsewhere may contain any file.
        """
        found = list(_LEFT)
        calls = [call for called in self._modules.values() for call in called.module.calls.values()]
        if calls:
            found.append(MANIFEST)
        if not all(map(local_source, calls)):
            found.append(f"{posixpath.dirname(MANIFEST)}/{ANYTHING}")
        return found

    def _checked(self, module: Module, *, is_root: bool) -> References:
        versions = self._tree.versions
        references = References(module)
        for feature in references.features:
            if not versions.has(feature.since):
                message = f"{versions.agreed[0]} does not have {feature.what}"
                raise refused(feature.source, feature.offset, message)
        hold_settings(module, versions)
        hold_statements(module, is_root=is_root)
        if self.complete:
            references.check()
            hold_providers(module, versions, is_root=is_root)
        self.unsure.update(dict.fromkeys(module.unsure))
        return references

    def _refuse_repeated(self, called: Called) -> None:
        """Refuse `count`, `for_each` and `depends_on` on calls of a module that configures a
        provider.
        """
        for length in range(1, len(called.keys) + 1):
            attributes = self._calls[called.keys[:length]].body.attributes
            for name in ("count", "for_each", "depends_on"):
                if name in attributes:
                    where = attributes[name].source, attributes[name].start
                    address = ".".join(f"module.{key}" for key in called.keys)
                    raise refused(*where, f"{address} configures a provider, so it takes no {name}")

    def _refuse_removed(self, called: Called) -> None:
        """Refuse a `removed` block for something that is still declared."""
        for block, target, _ in statements(called.module, "removed"):
            holder: Called | None = called
            path = [name for name, _ in target.path]
            last = path.pop() if target.resource is None else None
            for name in path:
                child = None if holder is None else self._children.get((holder.keys, name))
                holder = None if child is None else self._modules[child]
            if holder is not None and (
                last in holder.module.calls
                if last is not None
                else target.resource in holder.module.resources
            ):
                message = f"{target} is said to be removed, but it is still declared"
                raise refused(block.source, block.start, message)

    def _of(self, module: Module) -> References:
        return self._references[id(module)]

    def _refuse_cycles(self, added: Sequence[Called]) -> None:
        """Raise `SourceError` for a cycle through an added module, with the cycle's path."""
        done: set[_Node] = set()
        for called in added:
            for declaration in self._of(called.module).of:
                if (called.keys, declaration) not in done:
                    self._walk((called.keys, declaration), done)

    def _walk(self, start: _Node, done: set[_Node]) -> None:
        path: dict[_Node, Reference | None] = {start: None}
        waiting = [self._edges(start)]
        while waiting:
            node, reference = next(waiting[-1], (None, None))
            if node is None or reference is None:
                waiting.pop()
                done.add(path.popitem()[0])
            elif node in path:
                nodes = list(path)
                around = [*nodes[nodes.index(node) :], node]
                shown = " → ".join(map(_shown, around))
                raise refused(
                    reference.source, reference.node.start, f"this makes a cycle: {shown}"
                )
            elif node not in done:
                path[node] = reference
                waiting.append(self._edges(node))

    def _edges(self, node: _Node) -> Iterator[tuple[_Node, Reference]]:
        """Yield what a declaration depends on, with the reference that causes each dependency."""
        keys, declaration = node
        called = self._modules[keys]
        for reference in self._of(called.module).of.get(declaration, ()):
            for target in self._targets(keys, called.module, reference.node):
                yield target, reference
        if keys:
            # Everything in a module depends on the number of its instances.
            outer, name = keys[:-1], keys[-1]
            for reference in self._of(self._modules[outer].module).of.get(("module", name), ()):
                yield (outer, ("module", name)), reference

    def _targets(
        self, keys: tuple[str, ...], module: Module, node: ScopeTraversal
    ) -> Iterator[_Node]:
        root = node.root
        steps = [step for step in node.steps if isinstance(step, str)]
        first = steps[0] if steps else ""
        if root == "local":
            yield keys, ("local", first)
        elif root == "var" and keys:
            yield keys[:-1], ("module", keys[-1], first)
        elif root == "module":
            yield keys, ("module", first)
            child = self._children.get((keys, first))
            if child is not None:
                for output in self._outputs(child, node):
                    yield child, ("output", output)
        elif root in ("data", "ephemeral"):
            yield keys, (root, *steps[:2])
        elif root == "resource":
            yield keys, tuple(steps[:2])
        elif (root, first) in module.resources:
            yield keys, (root, first)

    def _outputs(self, child: tuple[str, ...], node: ScopeTraversal) -> Iterator[str]:
        """Yield the outputs that a reference to a module uses: the named one, or all."""
        behind = node.steps[1:]
        if behind and isinstance(behind[0], Literal):
            behind = behind[1:]
        if behind and isinstance(behind[0], str):
            yield behind[0]
        else:
            yield from self._modules[child].module.outputs


def _shown(node: _Node) -> str:
    keys, declaration = node
    if declaration[0] == "module" and len(declaration) == 3:
        keys, declaration = (*keys, declaration[1]), ("var", declaration[2])
    return ".".join([*(f"module.{key}" for key in keys), *declaration])
