"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from toolkit.bounds import hold
from toolkit.cli.progress import watching
from toolkit.cli.run import Output, Run
from toolkit.errors import UsageError
from toolkit.model.findings import Severity
from toolkit.reporters.interface import REPORTERS, reporter

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from toolkit.workflows import OrgConnection

    _ParamType = click.ParamType[Output]
else:  # Generic only since Click 8.4.
    _ParamType = click.ParamType

_F = TypeVar("_F", bound=Callable[..., Any])
_FORMATS = tuple(entry.name for entry in REPORTERS)
NEVER = "never"
#: The parameters of `api_options`.
HOST_OPTIONS = ("region", "api_url", "login_url", "ca_bundle", "allow_http")
_ORDERED = "toolkit.cli.options.ordered"
#: The largest accepted limits, in MiB and in seconds.
_MOST = 1 << 30
_WEEK = 7 * 86_400
_BOUNDS = "toolkit.cli.options.bounds"


class _Format(_ParamType):
    """One of the formats `names`, and its output file."""

    name = "format"

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Output:
        name, equals, path = str(value).partition("=")
        found = reporter(name) if name in self.names else None
        if found is None:
            from toolkit.documents.wording import nearest

            near = nearest(name, self.names)
            hint = f"Did you mean {near}? " if near else ""
            raise UsageError(
                f"there is no format '{name}'", hint=f"{hint}Formats: {', '.join(self.names)}."
            )
        if equals and not path:
            raise UsageError(
                f"--format {name}= names no file", hint=f"Write {name}=FILE, or {name} for stdout."
            )
        return Output(found, Path(path) if path not in ("", "-") else None)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(entry.name, help=entry.summary)
            for entry in REPORTERS
            if entry.name in self.names and entry.name.startswith(incomplete)
        ]


def written_path(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Validate the path of a file that will be written, as an option callback."""
    if value:
        _refuse_link(Path(value))
    return value


def _refuse_link(path: Path) -> None:
    """Refuse a link at the path of a report before anything is judged.

    The link may be a stranger's.
    """
    from toolkit.files.writing import refuse_link

    try:
        refuse_link(path)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}", hint="Name a file; remove the link if it is not yours."
        ) from None


def _formats(
    ctx: click.Context, _param: click.Parameter, outputs: tuple[Output, ...]
) -> tuple[Output, ...]:
    """Tell the run where its report goes, so that failures are reported there too."""
    paths = [output.path for output in outputs]
    for path in paths:
        if paths.count(path) > 1:
            where = "stdout" if path is None else str(path)
            raise UsageError(
                f"two formats go to {where}", hint="Give one of them a file: -f FORMAT=PATH."
            )
        if path is not None:
            _refuse_link(path)
    run = ctx.ensure_object(Run)
    run.command = ctx.info_name or run.command
    run.outputs = outputs
    return outputs


def formats_option(*names: str) -> Callable[[_F], _F]:
    """Return the `-f/--format` option of a command with the formats `names`.

    The option is eager, because the errors of other options use the formats too.
    """
    return click.option(
        "-f",
        "--format",
        "formats",
        type=_Format(names),
        metavar="FORMAT[=PATH]",
        multiple=True,
        default=("text",),
        is_eager=True,
        expose_value=False,
        callback=_formats,
        help=f"How to report: {', '.join(names[:-1])} or {names[-1]}; on stdout, or into a file. "
        "Repeatable; one of them on stdout. Default: text.",
    )


def format_option(function: _F) -> _F:
    """Add `-f/--format` to a command that ends with a report."""
    return formats_option(*_FORMATS)(function)


def formats_in(args: Sequence[str]) -> tuple[Output, ...]:
    """Return the formats that a command line with parse errors asks for."""
    found: list[Output] = []
    for before, word in zip(("", *args), args, strict=False):
        if before in ("-f", "--format"):
            value = word
        elif word.startswith("--format="):
            value = word.removeprefix("--format=")
        else:
            value = word.removeprefix("-f") if word.startswith("-f") else ""
        try:
            output = _Format(_FORMATS).convert(value, None, None)
        except UsageError:
            continue
        if output.path not in [other.path for other in found]:
            found.append(output)
    return tuple(found)


def catalog_option(function: _F) -> _F:
    """Add `--catalog`: a newer catalog of the published API."""
    return click.option(
        "--catalog",
        metavar="FILE",
        type=click.Path(),
        help="A newer catalog of the published API, made by 'catalog compile'.",
    )(function)


def policy_option(function: _F) -> _F:
    """Add `-p/--policy`: the policies that judge the clients."""
    return click.option(
        "-p",
        "--policy",
        "policies",
        metavar="NAME|FILE",
        multiple=True,
        default=("recording-session",),
        help="A policy that ships, or a file. Repeatable. Default: recording-session.",
    )(function)


def counting_options(function: _F) -> _F:
    """Add `--fail-on` and `--unknown`: what counts towards the exit status."""
    options = (
        click.option(
            "--fail-on",
            type=click.Choice([*(severity.value for severity in Severity), NEVER]),
            default=Severity.ERROR.value,
            show_default=True,
            help="Count failures and unknowns of this severity or above towards the exit status.",
        ),
        click.option(
            "--unknown",
            type=click.Choice(["fail", "report"]),
            help="Count what is unknown (fail) or only list it (report), whatever its rule says.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def least_severity(fail_on: str) -> Severity | None:
    """Return the severity that `--fail-on` means; None if nothing counts."""
    return None if fail_on == NEVER else Severity(fail_on)


def day(_ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Parse a date, as an option callback."""
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    # Python also parses other forms of ISO dates, which a policy does not accept.
    if found is None or found.isoformat() != value:
        raise UsageError(f"{param.opts[0]} {value}: not a date", hint="Write it as YYYY-MM-DD.")
    return found


def verbose_option(function: _F) -> _F:
    """Add ``-v`` to a command with brief text output."""
    return click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="Text: also the steps, what was ruled out, and why the rest was not.",
    )(function)


def contract_option(function: _F) -> _F:
    """Add `--contract`: which operations start and read recordings."""
    return click.option(
        "--contract",
        metavar="NAME|FILE",
        default="recording-session",
        help="recording-session (the default), call-recording (the published API), or an OpenAPI "
        "document.",
    )(function)


def connection(options: dict[str, Any]) -> OrgConnection:
    """Remove the `api_options` from the options and return them as a connection."""
    from toolkit.workflows import OrgConnection

    where = {name: options.pop(name) for name in HOST_OPTIONS}
    return OrgConnection(**where, environ=os.environ)


def api_options(function: _F) -> _F:
    """Add the options for the API's hosts and for TLS."""
    options = (
        click.option("--region", metavar="REGION", help="The org's region, such as us-east-1."),
        click.option("--api-url", metavar="URL", help="The API's URL, instead of the region's."),
        click.option(
            "--login-url",
            metavar="URL",
            help="The log-in's URL, instead of the region's. Default: --api-url, if given.",
        ),
        click.option(
            "--ca-bundle",
            metavar="FILE",
            type=click.Path(),
            help="CA certificates to trust (PEM), instead of the usual ones.",
        ),
        click.option(
            "--allow-http",
            is_flag=True,
            help="Send secrets and tokens to another machine over http, where others can read "
            "them. Loopback needs no option.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _assignment(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    for value in values:
        name, equals, _ = value.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"--var {name} has no value" if name else "--var names no variable",
                hint="Write --var NAME=VALUE.",
            )
    return values


def _ids(_ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Parse ids, repeated or separated by commas."""
    ids = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    if values and not ids:
        raise UsageError(f"--{param.name} names no rule", hint="Write the ids of rules or checks.")
    return ids


def client_globs(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Validate globs of clients; an empty one is a pipeline variable that was not set."""
    if not all(value.strip() for value in values):
        raise UsageError("--client names no client", hint="Write a name, an address or a glob.")
    return values


def variable_options(function: _F) -> _F:
    """Add `--var` and `--var-file` to an `OrderedCommand`."""
    var = click.option(
        "--var",
        "var",
        metavar="NAME=VALUE",
        multiple=True,
        callback=_assignment,
        help="Value of a Terraform variable. Repeatable.",
    )
    var_file = click.option(
        "--var-file",
        "var_file",
        metavar="FILE",
        multiple=True,
        type=click.Path(),
        help="Values of Terraform variables. Repeatable; the last of --var and --var-file wins.",
    )
    return var(var_file(function))


def workspace_option(function: _F) -> _F:
    """Add `--workspace`."""
    return click.option(
        "--workspace",
        metavar="NAME",
        default="",
        help="The workspace in use. Default: TF_WORKSPACE, or what terraform workspace selected.",
    )(function)


def baseline_option(function: _F) -> _F:
    """Add `--baseline`: known findings."""
    return click.option(
        "--baseline",
        metavar="FILE",
        type=click.Path(),
        help="Report only what this file does not know; check --write-baseline makes it.",
    )(function)


def no_clients_option(function: _F) -> _F:
    """Add `--allow-no-clients`: accept an input that only has roles."""
    return click.option(
        "--allow-no-clients",
        is_flag=True,
        help="Accept Terraform that has roles but no OAuth client: no rule then requires one.",
    )(function)


def execution_options(function: _F) -> _F:
    """Add the options for the tool that will run the Terraform, and its workspace."""
    terraform = click.option(
        "--terraform-version",
        metavar="VERSION",
        default="",
        help="Judge as this version of Terraform runs it, such as 1.11.4. Default: what "
        ".terraform-version, .tool-versions or required_version says, else every one.",
    )
    tofu = click.option(
        "--tofu-version",
        metavar="VERSION",
        default="",
        help="The same for OpenTofu, which also reads .tofu files.",
    )
    trusting = click.option(
        "--trust-installed-modules",
        "trusts_installed",
        is_flag=True,
        help="Believe what lies in .terraform although Git tracks it, or no Git index says that it "
        "does not. For those who keep modules in Git on purpose.",
    )
    return workspace_option(terraform(tofu(trusting(function))))


class _Seconds(click.FloatRange):
    """A number of seconds for a timer. Click accepts "nan" as a number."""

    def __init__(self) -> None:
        super().__init__(0, _WEEK, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found: float = super().convert(value, param, ctx)
        if found != found:
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return found


def _bound(ctx: click.Context, param: click.Parameter, value: float) -> None:
    """Set the limits once both options are parsed."""
    given: dict[str | None, float] = ctx.meta.setdefault(_BOUNDS, {})
    given[param.name] = value
    if len(given) == 2 and not ctx.resilient_parsing:
        hold(given["timeout"], int(given["max_memory"]) << 20, watching())


def bounding_options(function: _F) -> _F:
    """Add `--timeout` and `--max-memory` to a command that reads untrusted input.

    They are processed after the formats, in which exceeded limits are reported, and before all
    else.
    """
    memory = click.option(
        "--max-memory",
        metavar="MIB",
        type=click.IntRange(64, _MOST),
        default=4096,
        show_default=True,
        is_eager=True,
        expose_value=False,
        callback=_bound,
        help="Use no more memory for reading and judging; in MiB.",
    )
    timeout = click.option(
        "--timeout",
        metavar="SECONDS",
        type=_Seconds(),
        default=600,
        show_default=True,
        is_eager=True,
        expose_value=False,
        callback=_bound,
        help="Take no longer for reading and judging. Terraform's own plan and apply do not count.",
    )
    return memory(timeout(function))


def reading_options(function: _F) -> _F:
    """Add `--exclude` and `--max-size`: what is left out of the sources."""
    exclude = click.option(
        "--exclude",
        metavar="GLOB",
        multiple=True,
        help="Do not search these folders for root modules. Repeatable; only * is a wildcard.",
    )
    max_size = click.option(
        "--max-size",
        metavar="MIB",
        type=click.IntRange(1, _MOST),
        default=1024,
        show_default=True,
        help="Refuse a larger plan, state, stdin or file of Terraform; in MiB.",
    )
    return exclude(max_size(bounding_options(function)))


def today_option(function: _F) -> _F:
    """Add `--today`."""
    return click.option(
        "--today",
        metavar="DATE",
        callback=day,
        help="The day on which waivers must hold. Default: today in UTC.",
    )(function)


def rule_options(function: _F) -> _F:
    """Add `--select` and `--ignore`: which rules run."""
    select = click.option(
        "--select",
        metavar="ID",
        multiple=True,
        callback=_ids,
        help="Run only these rules and built-in checks. Repeatable, or with commas.",
    )
    ignore = click.option(
        "--ignore",
        metavar="ID",
        multiple=True,
        callback=_ids,
        help="Skip these rules and built-in checks. Repeatable, or with commas.",
    )
    return select(ignore(function))


class OrderedCommand(click.Command):
    """A command that knows the order in which different options were given.

    Click groups the values by option, but in Terraform the last of --var and --var-file wins,
    whichever of the two it is.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        left = {name: iter(given) for name, given in values.items() if isinstance(given, list)}
        ctx.meta[_ORDERED] = [
            (parameter.name, next(left[parameter.name]))
            for parameter in order
            if parameter.name in left
        ]
        return super().parse_args(ctx, args)


def in_order(ctx: click.Context, **names: str) -> list[tuple[str, str]]:
    """Return the values of these options in the given order, each with the name in `names`.

    Values of a configuration file come first, files before single values.
    """
    given: list[tuple[str, str]] = ctx.meta[_ORDERED]
    configured = [
        (names[option], value)
        for option in sorted(names, reverse=True)
        if ctx.get_parameter_source(option) is ParameterSource.DEFAULT_MAP
        for value in ctx.params[option]
    ]
    return configured + [(names[option], value) for option, value in given if option in names]
