"""`mock`: serve a mock of Genesys Cloud."""

from __future__ import annotations

import importlib.util
import sys

import click

from toolkit.cli.run import Run
from toolkit.errors import ExitCode, UsageError

_DEFAULT = ("ready",)
#: The port in an example, if the real one is not known yet.
_PORT = 8080
#: The packages of the extra `recording-toolkit[mock]`.
_SERVER_PACKAGES = ("starlette", "uvicorn", "jsonschema")


@click.command(
    "mock",
    short_help="Serve a mock Genesys Cloud.",
    epilog="""\b
Examples:
  recording-toolkit mock --list
  recording-toolkit mock --list --scenario scope-misleading
  recording-toolkit mock --port 8080 --scenario scope-misleading
  recording-toolkit mock --scenario scope-missing --scenario session-pending
  recording-toolkit mock --scenario our-org.yaml
""",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Port to listen on. Default: one that the system chooses.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Address to listen on. Default: 127.0.0.1; a container needs 0.0.0.0.",
)
@click.option(
    "--scenario",
    "scenarios",
    metavar="NAME|FILE",
    multiple=True,
    help="The scenario to serve. Repeatable: each overlays those before it. Default: ready.",
)
@click.option(
    "--list",
    "list_only",
    is_flag=True,
    help="List the scenarios and end; with --scenario, how to probe that one.",
)
@click.pass_obj
def command(run: Run, port: int, host: str, scenarios: tuple[str, ...], list_only: bool) -> int:
    """Serve a mock Genesys Cloud.

    It enforces what the real one would, from the same contracts. The first line on stdout is
    {"url": "http://127.0.0.1:PORT"}; GET /__mock__/requests lists the requests that it received. On
    a terminal it also says how to probe it. It ends on Ctrl-C.
    """
    from toolkit.mock.scenarios import load_scenario
    from toolkit.mock.usage import how_to_probe, url_of

    if list_only:
        run.write(_list(scenarios, url_of(host, port or _PORT)))
        return ExitCode.OK.value
    require_server()
    from toolkit.mock.server import serve

    scenario = load_scenario(*(scenarios or _DEFAULT))

    def say(url: str) -> None:
        if sys.stderr.isatty():
            click.echo(how_to_probe(scenario, url), err=True)

    serve(scenario, port, host, ready=say)
    return ExitCode.OK.value


def _list(names: tuple[str, ...], url: str) -> str:
    from toolkit.mock.scenarios import list_scenarios, load_scenario
    from toolkit.mock.usage import how_to_probe, needs
    from toolkit.reporters.terminal import wrapped

    if names:
        return how_to_probe(load_scenario(*names), url)
    lines = []
    for item in list_scenarios():
        extra = "; ".join(needs(load_scenario(item.name)))
        found = ", ".join(item.causes) + (f" ({extra})" if extra else "")
        lines += [item.name, *wrapped(item.description, first="  ", rest="  ")]
        lines += wrapped(found, first="  -> ", rest="     ")
    return "\n".join(lines) + "\n"


def require_server() -> None:
    """Raise UsageError if the packages that serve the mock are not installed."""
    missing = [name for name in _SERVER_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise UsageError(
            f"the mock needs {' and '.join(missing)}, which {are} not installed",
            hint="Install the extra 'mock': pip install '.[mock]' in a clone, or 'THE-WHEEL[mock]'",
        )
