"""The text of the files that `init` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

CONFIGURATION: Final = "recording-toolkit.toml"
POLICY: Final = "recording-policy.yaml"
POLICY_TEST: Final = "recording-policy.test.yaml"


class Kind(Struct, frozen=True):
    """The operations that a client of a contract needs, and scopes that allow them."""

    prefix: str
    title: str
    operations: tuple[str, ...]
    scopes: tuple[str, ...]


#: By the name of the shipped contract.
KINDS: Final[Mapping[str, Kind]] = {
    "recording-session": Kind(
        "REC",
        "Can start a recording session",
        ("startRecordingSession",),
        ("recording:session:write", "recordingSession"),
    ),
    "call-recording": Kind(
        "CALL",
        "Can start and stop the recording of a call",
        ("patchConversationsCallParticipant", "getConversationsCall"),
        ("conversations",),
    ),
}


class InitialTarget(Struct, frozen=True):
    """A root module, with its own variables file if it has one."""

    name: str
    root: str
    var_file: str | None = None


def configuration_text(targets: Sequence[InitialTarget]) -> str:
    """Return the configuration: one source for a single root without variants, else targets."""
    lines = [
        "# What every run of recording-toolkit takes in this repository.",
        f"policy = [{_text(POLICY)}]",
    ]
    if len(targets) == 1 and targets[0].var_file is None:
        lines.append(f"sources = [{_text(targets[0].root)}]")
    else:
        for target in targets:
            lines += ["", "[[targets]]", f"name = {_text(target.name)}"]
            lines.append(f"root = {_text(target.root)}")
            if target.var_file is not None:
                lines.append(f"var-file = {_text(target.var_file)}")
    return "\n".join(lines) + "\n"


def policy_text(clients: Mapping[str, Iterable[str]]) -> str:
    """Return the policy; `clients` are the addresses of clients that record, by contract."""
    return "\n".join(_policy(clients)) + "\n"


def _policy(clients: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield "version: 1"
    yield "name: recording"
    yield "description: The clients named here can record, and hold nothing that deletes."
    yield f"contracts: [{', '.join(clients)}]"
    yield "rules:"
    for contract, addresses in clients.items():
        kind = KINDS[contract]
        named = [f"        - {_text(address)}" for address in sorted(addresses)]
        yield f"  - id: {kind.prefix}001"
        yield f"    title: {kind.title}"
        yield "    severity: error"
        yield from ("    clients:", "      address:", *named)
        yield "    require:"
        yield f"      operations: [{', '.join(kind.operations)}]"
        yield "    why: Without it the platform refuses the call."
        yield f"  - id: {kind.prefix}002"
        yield "    title: Cannot delete recordings"
        yield "    severity: warning"
        yield from ("    clients:", "      address:", *named)
        yield "    forbid:"
        yield '      permissions: ["recording:*:delete"]'
        yield "    why: Recording needs no right to delete; a leaked secret should not have it."
        yield "    fix: Take the permission out of the role."


def policy_test_text(clients: Mapping[str, Iterable[str]]) -> str:
    """Return its test cases: for each contract, clients with and without the needed access."""
    lines = [f"# Run it with: recording-toolkit policy test {POLICY}", "version: 1", "cases:"]
    for contract, addresses in clients.items():
        kind = KINDS[contract]
        for how, scopes, verdict in (("with", kind.scopes, "pass"), ("without", (), "fail")):
            lines.append(f"  - name: {contract}, {how} what the calls need")
            lines.append("    clients:")
            for number, address in enumerate(sorted(addresses), 1):
                given = f"name: client {number}, grant_type: CODE, scopes: {json.dumps(scopes)}"
                lines.append(f"      - {{ {given}, address: {_text(address)} }}")
            lines.append("    expect:")
            lines += [
                f"      {_text(address)}: {{ {kind.prefix}001: {verdict} }}"
                for address in sorted(addresses)
            ]
    return "\n".join(lines) + "\n"


#: `-I` isolates Python, so that pip is not imported from the checkout.
_INSTALL: Final = 'python -I -m pip install "$RECORDING_TOOLKIT_PACKAGE"'

#: The path and the text of each CI system's pipeline file, by system. RECORDING_TOOLKIT_PACKAGE is
#: what pip installs: a wheel, or git+https with a tag.
PIPELINES: Final[Mapping[str, tuple[str, str]]] = {
    "github": (
        ".github/workflows/recording-clients.yml",
        f"""\
name: recording clients
on: pull_request
permissions: {{}}
jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write # to upload to code scanning
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
          fetch-depth: 0 # the base branch too, whose policies judge the pull request
      - uses: actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0
        with:
          python-version: "3.12"
      - run: {_INSTALL}
        env:
          RECORDING_TOOLKIT_PACKAGE: ${{{{ vars.RECORDING_TOOLKIT_PACKAGE }}}}
      - run: >-
          recording-toolkit check -f github -f sarif=recording-toolkit.sarif
          --config-ref "refs/remotes/origin/$GITHUB_BASE_REF"
      - uses: github/codeql-action/upload-sarif@5d4e8d1aca955e8d8589aabd499c5cae939e33c7 # v4.31.9
        if: always() && hashFiles('recording-toolkit.sarif') != ''
        with:
          sarif_file: recording-toolkit.sarif
""",
    ),
    "gitlab": (
        ".gitlab-ci.yml",
        f"""\
recording-toolkit:
  stage: test
  image: python:3.12 # the slim one has no git
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - {_INSTALL}
    # A merge request is judged by the configuration and the policies of its target branch.
    - |
      ref=""
      if [ -n "${{CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}}" ]; then
        ref="refs/remotes/origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
        branch="refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME:$ref"
        git fetch --quiet --no-tags --depth=1 origin "+$branch"
      fi
    - >-
      recording-toolkit check -f text
      -f gitlab=gl-code-quality-report.json -f junit=recording-toolkit.xml
      ${{ref:+--config-ref "$ref"}}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: recording-toolkit.xml
""",
    ),
    "atlantis": (
        "atlantis.yaml",
        """\
# recording-toolkit must be on the PATH of the Atlantis server, which must allow custom workflows.
version: 3
projects:
  - dir: .
    workflow: recording
workflows:
  recording:
    plan:
      steps:
        - init
        - plan
        - show
        # By the configuration and the policies of the base branch.
        - run: >-
            git fetch --quiet --no-tags --depth=1 origin
            "+refs/heads/$BASE_BRANCH_NAME:refs/remotes/origin/$BASE_BRANCH_NAME" &&
            recording-toolkit check "$SHOWFILE" --source-dir .
            --config-ref "refs/remotes/origin/$BASE_BRANCH_NAME"
""",
    ),
    "azure": (
        "azure-pipelines.yml",
        f"""\
trigger: none
pr: ["*"]
pool:
  vmImage: ubuntu-latest
steps:
  - checkout: self
    fetchDepth: "0" # the base branch too, whose policies judge the pull request
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.12"
  - script: {_INSTALL}
    displayName: Install recording-toolkit
  - script: >-
      recording-toolkit check -f text -f junit=recording-toolkit.xml
      ${{SYSTEM_PULLREQUEST_TARGETBRANCH:+--config-ref
      "refs/remotes/origin/${{SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}}"}}
    displayName: Check
  - task: PublishTestResults@2
    condition: always()
    inputs:
      testResultsFormat: JUnit
      testResultsFiles: recording-toolkit.xml
""",
    ),
    "pre-commit": (
        ".pre-commit-config.yaml",
        """\
repos:
  - repo: local
    hooks:
      - id: recording-toolkit
        name: Check OAuth clients that record
        entry: recording-toolkit check
        language: system
        pass_filenames: false
        files: \\.(tf|tfvars)(\\.json)?$
""",
    ),
}


def _text(value: str) -> str:
    """Return a double-quoted string that TOML and YAML both read."""
    return json.dumps(value, ensure_ascii=False)
