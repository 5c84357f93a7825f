"""The schema of a configuration file.

These types are the schema, as in a policy. Each key has the name of the command-line option that it
sets. Options that a pull request must not be able to change have no key.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
Texts = Text | tuple[Text, ...]
Path = Annotated[str, Meta(min_length=1, pattern=r"^[^\x00]+$")]
Paths = Path | tuple[Path, ...]

#: Options that send credentials, start a program, write a file or trust content.
ONLY_COMMAND_LINE: Final = frozenset(
    {
        "region",
        "api-url",
        "login-url",
        "ca-bundle",
        "terraform-bin",
        "write-baseline",
        "yes",
        "live",
        "as-operator",
        "saved-plan",
        "trust-installed-modules",
        "allow-http",
        "timeout",
        "max-memory",
        "fix",
        "unsafe-fixes",
        "fix-only",
        "diff",
        "operator",
    }
)


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Defaults for the options of `check`, `plan`, `apply` and `verify`."""

    policy: Annotated[
        Paths, Meta(description="Policies that ship, by name, or files of this folder.")
    ] = ()
    var: Annotated[
        tuple[Text, ...] | dict[Text, Any],
        Meta(description="Values of Terraform variables: a table, or a list of NAME=VALUE."),
    ] = ()
    var_file: Annotated[Paths, Meta(description="Files of values; the last one wins.")] = ()
    exclude: Annotated[
        Texts,
        Meta(description="Folders that are not searched for root modules; only * is a wildcard."),
    ] = ()
    source_dir: Annotated[Path, Meta(description="The Terraform that a plan was made from.")] = ""
    workspace: Annotated[Text, Meta(description="The workspace in use.")] = ""
    terraform_version: Annotated[Text, Meta(description="Judge as this version runs it.")] = ""
    tofu_version: Annotated[Text, Meta(description="The same for OpenTofu.")] = ""
    max_size: Annotated[
        int, Meta(ge=1, description="MiB that a plan, a state or a file may have.")
    ] = 1024
    client: Annotated[Texts, Meta(description="Globs over the clients to check.")] = ()
    select: Annotated[Texts, Meta(description="The only rules and checks to run, by id.")] = ()
    ignore: Annotated[Texts, Meta(description="Rules and checks to leave out, by id.")] = ()
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"],
        Meta(description="The least severity that counts towards the exit status."),
    ] = "error"
    unknown: Annotated[
        Literal["fail", "report"] | None,
        Meta(description="Count what is unknown, or only list it."),
    ] = None
    baseline: Annotated[Path, Meta(description="Findings that are known.")] = ""
    catalog: Annotated[Path, Meta(description="A catalog of the published API.")] = ""
    format: Annotated[
        Annotated[Text, Meta(pattern="^[a-z]+$")],
        Meta(description="How to report on stdout: the name of a format, without a file."),
    ] = "text"
    contract: Annotated[Path, Meta(description="The contract that verify probes by.")] = ""
    backend_config: Annotated[
        Texts,
        Meta(description="Backend configuration for terraform init: KEY=VALUE, or a file."),
    ] = ()
    allow_no_clients: Annotated[
        bool, Meta(description="Apply roles even if there is no OAuth client.")
    ] = False
    settle: Annotated[
        float, Meta(ge=0, description="Seconds that verify waits for the org to match the state.")
    ] = 0.0


class Target(Options, frozen=True, kw_only=True):
    """An environment: one root module with its own variables, policies and org."""

    name: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            description="Its name: letters, digits, dots, underscores and dashes.",
        ),
    ]
    root: Annotated[Path, Meta(description="Its root module, or a plan or state of it.")]
    tags: Annotated[Texts, Meta(description="Words by which --tag selects targets.")] = ()
    owner: Annotated[Text, Meta(description="Who to ask about it.")] = ""
    org: Annotated[Text, Meta(description="The org that it is applied to.")] = ""


class Configuration(Options, frozen=True, kw_only=True):
    """The whole file."""

    sources: Annotated[Paths, Meta(description="What check reads if no SOURCE is given.")] = ()
    targets: Annotated[tuple[Target, ...], Meta(description="The environments.")] = ()


#: Keys with paths as values, relative to the folder of the configuration.
PATHS: Final = frozenset(
    {"sources", "root", "policy", "var-file", "source-dir", "baseline", "catalog", "contract"}
)
#: Keys of a target that are not options.
ABOUT_TARGETS: Final = frozenset({"name", "root", "tags", "owner", "org"})


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a configuration file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of recording-toolkit",
        **msgspec.json.schema(Configuration),
    }
