"""Commands that take options from a configuration file.

A value on the command line wins over one of the target, then one of the whole file, then the
default. Click has three of these levels, so the values of a target are merged into the file's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import click
from click.core import ParameterSource

from toolkit.cli.options import OrderedCommand
from toolkit.cli.run import Run
from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from toolkit.configuration import Commit, ConfiguredTarget, Loaded
    from toolkit.model.report import Environment, Report
    from toolkit.workflows import Coverage

_F = TypeVar("_F", bound=Callable[..., Any])
_CHOSEN: Final = "toolkit.cli.configured"
_HCL: Final = (".tf", ".tf.json")


class Chosen(NamedTuple):
    """The configuration in force, and the chosen targets.

    If `is_whole`, no target was named and all are meant.
    """

    loaded: Loaded
    commit: Commit | None
    targets: tuple[ConfiguredTarget, ...]
    arguments: tuple[str, ...]
    is_whole: bool = False


def configuration_options(function: _F) -> _F:
    """Add `--config` and the options that choose targets, for a `ConfiguredCommand`."""
    options = (
        click.option(
            "--config",
            metavar="FILE",
            type=click.Path(),
            expose_value=False,
            help="The configuration. Default: the nearest recording-toolkit.toml, or table "
            "[tool.recording-toolkit] of a pyproject.toml, from the source up to the root of its "
            "repository.",
        ),
        click.option(
            "--config-ref",
            metavar="REF",
            expose_value=False,
            help="Take the configuration, and the policies, contracts, catalog and baseline that "
            "it or the command line names, from this commit of Git, so that a pull request cannot "
            "loosen its own check. Comments waive nothing then.",
        ),
        click.option(
            "--no-config", is_flag=True, expose_value=False, help="Read no configuration file."
        ),
        click.option(
            "--target",
            metavar="NAME",
            multiple=True,
            expose_value=False,
            help="Look at this target of the configuration, with its own variables. Repeatable.",
        ),
        click.option(
            "--all-targets", is_flag=True, expose_value=False, help="Look at every target."
        ),
        click.option(
            "--tag",
            metavar="TAG",
            multiple=True,
            expose_value=False,
            help="Look at the targets with this tag. Repeatable.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


class ConfiguredCommand(OrderedCommand):
    """A command with `configuration_options`. With `looks_at_all`, all targets are the default."""

    looks_at_all = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and ctx.default_map is None:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            help_option = self.get_help_option(ctx)
            if help_option is None or help_option.name not in given:
                try:
                    ctx.meta[_CHOSEN] = self._chosen(ctx, given, tuple(args))
                except ToolkitError as error:
                    # Raised after the formats are parsed, and reported in them.
                    ctx.meta[_CHOSEN] = error
        try:
            return super().parse_args(ctx, args)
        except (click.ClickException, click.exceptions.Exit, ToolkitError):
            # Click does not close the context of a command line that it rejects.
            ctx.close()
            raise

    def _chosen(
        self, ctx: click.Context, given: Mapping[str, Any], args: tuple[str, ...]
    ) -> Chosen | None:
        named, tags = given.get("target") or (), given.get("tag") or ()
        sources = _sources(given)
        asked = bool(named or tags or given.get("all_targets"))
        path = given.get("config")
        commit = None
        if (ref := given.get("config_ref")) is not None:
            from toolkit.configuration import files_of

            place = next(iter(_places(sources, given.get("source_dir")).values()), ".")
            commit = ctx.with_resource(files_of(ref, place))
            path = path and commit.path(path)
        if path is None and not given.get("no_config"):
            path = _found(sources, given.get("source_dir"), commit)
        if path is None:
            if asked:
                raise UsageError(
                    "there is no configuration, and so no target",
                    hint="Write recording-toolkit.toml at the root of the repository, or name one "
                    "with --config.",
                )
            if commit is None:
                return None
            from toolkit.configuration import Loaded

            return Chosen(Loaded(commit.ref, {}, (), (), is_there=False), commit, (), args)
        from toolkit.configuration import load_configuration

        try:
            loaded = load_configuration(path, commit)
        except ToolkitError as error:
            error.message = error.message if commit is None else commit.told(error.message)
            raise
        ctx.default_map = self.defaults(loaded.values)
        by_default = (
            self.looks_at_all
            and not sources
            and not loaded.values.get("sources")
            and bool(loaded.targets)
        )
        if not asked and not by_default:
            return Chosen(loaded, commit, (), args)
        targets = loaded.chosen(named, tags)
        if not targets:
            raise UsageError(
                f"{path}: no target is chosen", hint="Add [[targets]], or choose others."
            )
        if sources and len(targets) > 1:
            raise UsageError(
                "a SOURCE and several targets do not go together",
                hint="Name one target: the SOURCE takes the place of its root.",
            )
        return Chosen(loaded, commit, targets, args, is_whole=not (named or tags))

    def defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values for this command's parameters, by parameter name."""
        found: dict[str, Any] = {}
        for parameter in self.params:
            name = parameter.name
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                value = values.get(option.removeprefix("--"))
                # The one client of a probe is not a list of globs.
                if name is None or value is None or isinstance(value, list) > parameter.multiple:
                    continue
                found[name] = value
        return found


class TargetsCommand(ConfiguredCommand):
    """A command that only acts on targets that are named."""

    looks_at_all = False


def chosen(ctx: click.Context) -> Chosen | None:
    """Return the configuration of a command; None if there is none.

    Raises the error that reading the configuration or choosing targets caused.
    """
    found: Chosen | ToolkitError | None = ctx.meta.get(_CHOSEN)
    if isinstance(found, ToolkitError):
        raise found
    return found


def for_target(ctx: click.Context, of: Chosen, target: ConfiguredTarget) -> click.Context:
    """Return the context of the same command line with the values of a target."""
    command = cast("ConfiguredCommand", ctx.command)
    return command.make_context(
        ctx.info_name,
        list(of.arguments),
        parent=ctx.parent,
        default_map=command.defaults(target.values),
    )


def of_targets(
    ctx: click.Context, of: Chosen | None, sources: str
) -> list[tuple[Environment | None, click.Context]]:
    """Return each target with its own context; without targets, the command's own context.

    Without `sources`, a target's root is used. Raises `UsageError` if there is neither.
    """
    if of is None or not of.targets:
        if ctx.params[sources] is None:
            raise UsageError(
                f"no {_metavar(ctx, sources)} is given, and no target",
                hint="Name one, or give --target NAME or --all-targets.",
            )
        return [(None, ctx)]
    from toolkit.model.report import Environment

    found: list[tuple[Environment | None, click.Context]] = []
    for target in of.targets:
        inner = for_target(ctx, of, target)
        if inner.params[sources] is None:
            inner.params[sources] = target.root
        found.append((Environment(target.name, target.root, target.owner, target.org), inner))
    return found


def judged_by(
    ctx: click.Context, of: Chosen | None, judge: Callable[[click.Context], Report]
) -> Report:
    """Return the report of `judge`, with notes on the configuration.

    Files named on the command line are read from the configuration's commit, too.
    """
    policies = tuple(ctx.params["policies"])
    if not any(output.reporter.name == "sarif" for output in ctx.ensure_object(Run).outputs):
        return _judged_by(ctx, of, judge)
    from msgspec.structs import replace

    from toolkit.configuration.loading import is_file
    from toolkit.policy.places import rule_places

    report = _judged_by(ctx, of, judge)
    named = [each for each in policies if is_file("policy", each)]
    commit = None if of is None else of.commit
    if commit is not None:
        named = [commit.working(each) for each in named]
    there = of is not None and of.loaded.is_there
    configuration = of.loaded.path if of is not None and there else None
    if configuration is not None and commit is not None:
        configuration = os.path.relpath(
            os.path.join(commit.root, configuration.removeprefix(f"{commit.ref}:"))  # noqa: PTH118
        )
    return replace(report, rule_places=rule_places(named), configuration=configuration)


def _judged_by(
    ctx: click.Context, of: Chosen | None, judge: Callable[[click.Context], Report]
) -> Report:
    if of is None:
        return judge(ctx)
    from msgspec.structs import replace

    from toolkit.model.inventory import Note

    notes = {Note(code, text) for code, text in in_force(ctx, of)}
    commit = of.commit
    if commit is None:
        report = judge(ctx)
        return replace(report, notes=tuple(sorted({*report.notes, *notes})))
    from toolkit.configuration.loading import is_file

    for name in ("baseline", "catalog", "contract"):
        named = ctx.params.get(name)
        if named and is_file(name, named):
            ctx.params[name] = commit.path(named)
    ctx.params["policies"] = tuple(
        commit.path(each) if is_file("policy", each) else each for each in ctx.params["policies"]
    )
    try:
        report = judge(ctx)
    except ToolkitError as error:
        error.message = commit.told(error.message)
        raise
    told = {replace(note, message=commit.told(note.message)) for note in report.notes}
    return replace(report, notes=tuple(sorted({*told, *notes})))


def coverage(of: Chosen | None) -> Coverage | None:
    """Return what the targets of a commit's configuration cover.

    None without a commit or without targets.
    """
    return None if of is None or of.commit is None else covered(of)


def covered(of: Chosen) -> Coverage | None:
    """Return what the targets of a configuration cover; None without targets."""
    if not of.loaded.targets:
        return None
    from toolkit.workflows import Coverage

    return Coverage(of.loaded.path, [target.root for target in of.loaded.targets])


def refuse_several_orgs(of: Chosen | None, ctx: click.Context) -> None:
    """Raise `UsageError` if one org would be queried for targets of different orgs."""
    orgs = sorted({each.org for each in of.targets}) if of is not None else []
    if len(orgs) > 1 and ctx.params["live"]:
        named = ", ".join(org or "none" for org in orgs)
        raise UsageError(
            f"--live reads one org, and the targets are in several: {named}",
            hint="Choose those of one org: --target NAME, or --tag TAG.",
        )


def _metavar(ctx: click.Context, name: str) -> str:
    found = next(each for each in ctx.command.params if each.name == name)
    return (found.metavar or name).strip("[]")


def in_force(ctx: click.Context, of: Chosen) -> Iterator[tuple[str, str]]:
    """Yield code and text of the notes on the configuration."""
    if not of.loaded.is_there:
        yield "configuration", f"{of.loaded.path} has no configuration: the defaults are in force"
        return
    told = []
    for parameter in ctx.command.params:
        name = parameter.name or ""
        if ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
            option = max(parameter.opts, key=len).removeprefix("--")
            given = (ctx.default_map or {})[name]
            values = given if isinstance(given, list) else [given]
            if option == "var":  # A value may be a secret.
                values = [value.partition("=")[0] for value in values]
            if option != "format":
                told.append(f"{option} {', '.join(map(str, values))}")
    what = f": {'; '.join(told)}" if told else ""
    message = f"{of.loaded.path} is in force{what}"
    yield "configuration", message if of.commit is None else of.commit.told(message)
    for each in of.loaded.ignored:
        yield "configuration-ignored", each


def _sources(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the inputs that the command line names, for any command."""
    found: list[str] = []
    for name in ("sources", "directory", "state", "head"):
        value = given.get(name)  # For a missing argument, this is Click's own "unset".
        found += (
            [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
        )
    return (*found, *(given.get("saved_plans") or ()))


def _found(sources: Iterable[str], source_dir: str | None, commit: Commit | None) -> str | None:
    """Return the configuration of the sources. Raises `UsageError` if they have several."""
    from toolkit.configuration import find_configuration

    found: dict[str | None, str] = {}
    for source, place in _places(sources, source_dir).items():
        with suppress(ValueError):  # A name that no file can have is reported later.
            path = find_configuration(place) if commit is None else commit.find(place)
            found.setdefault(path, source)
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise UsageError(
            f"{first} and {second} have different configurations: {one or 'none'} and "
            f"{other or 'none'}",
            hint="Check them one after the other, or name one with --config.",
        )
    return next(iter(found), None)


def _places(sources: Iterable[str], source_dir: str | None) -> dict[str, str]:
    """Return the path from which each source's configuration is searched."""
    from toolkit.configuration import in_repository

    places: dict[str, str] = {}
    for source in sources or (".",):
        place = source
        # Files that a pipeline writes to a temporary folder come from Terraform elsewhere.
        if source_dir is not None:
            place = source_dir
        elif source == "-" or not (
            os.path.isdir(source) or source.endswith(_HCL) or in_repository(source)  # noqa: PTH112
        ):
            place = "."
        places[source] = place
    return places
