"""The reading process: reads sources for the program that started it, one request after another.

Terraform's text goes through native code, tree-sitter and tfparse. Should that crash or hang, it is
this process that ends, and the other one says so. Requests and answers are pickles, each behind its
length, on stdin and stdout; nobody but the parent process holds the other ends.
"""

from __future__ import annotations

import pickle
import sys
from typing import IO

from toolkit.errors import ToolkitError
from toolkit.sources.hcl.declarations import read_declarations
from toolkit.sources.hcl.tree import CyclicModuleError, ModuleCache
from toolkit.sources.reading import read_source
from toolkit.sources.requests import Answer, Declare, Discover, Read, receive, send
from toolkit.sources.roots import find_roots


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    cache: ModuleCache = {}
    while (request := receive(requests)) is not None:
        answer = _answer(request, cache)
        send(answers, answer)
        if answer.last:
            return


def _answer(request: object, cache: ModuleCache) -> Answer:
    try:
        match request:
            case Discover():
                return Answer(roots=find_roots(request, cache))
            case Declare(path):
                return Answer(declarations=read_declarations(path))
            case Read():
                return Answer(inventory=read_source(request, cache))
    except CyclicModuleError as error:
        # tfparse may have begun to follow the calls, and would never come back.
        return Answer(error=error, last=True)
    except ToolkitError as error:
        return Answer(error=error)
    raise pickle.UnpicklingError(f"no such request: {type(request).__name__}")


def main() -> None:
    serve(sys.stdin.buffer, sys.stdout.buffer)
