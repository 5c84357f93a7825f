"""The entry of the installed command: sees whose `toolkit` Python would import, and runs ours.

It stands outside that package. A foreign `toolkit` that comes first on the path would otherwise end
the command as it likes, with exit 1 too, which means a violation.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from typing import NoReturn

#: The exit status of a bug; `toolkit.errors.ExitCode` cannot be asked yet.
_BUG = 70


def shadowed_by() -> str | None:
    """Where another `toolkit` is that Python would import in place of ours; None for ours."""
    ours = os.path.join(os.path.dirname(os.path.realpath(__file__)), "toolkit", "__init__.py")  # noqa: PTH118, PTH120
    spec = PathFinder.find_spec("toolkit")
    if spec is None:
        return "nothing: the package is not installed"
    found = spec.origin or next(iter(spec.submodule_search_locations or ()), "")
    return None if os.path.realpath(found) == ours else found


def main() -> NoReturn:
    """Run the command line; never returns."""
    other = shadowed_by()
    if other is not None:
        sys.stderr.write(
            f"error: recording-toolkit cannot run: Python finds {other} in place of its own "
            "package toolkit\n"
            "hint: Take the folder above it out of PYTHONPATH and of the path of this Python, or "
            "rename it.\n"
        )
        sys.exit(_BUG)
    from toolkit.__main__ import run_and_leave

    run_and_leave()
