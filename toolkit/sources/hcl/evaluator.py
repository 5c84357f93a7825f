"""Runs tfparse on one folder, as a program of its own: native code that crashes, hangs or logs does
it here, where nothing is lost.

Arguments are the folder, and the path of a tfvars file as seen from there or nothing. Prints one
JSON object, ``{"loaded": …}`` or ``{"refused": MESSAGE}``.
"""

import json
import sys

import tfparse


def main() -> None:
    folder, variables = sys.argv[1:]
    try:
        loaded = tfparse.load_from_path(
            folder,
            stop_on_hcl_error=True,
            allow_downloads=False,
            vars_paths=[variables] if variables else [],
        )
        answer = {"loaded": loaded}
    except tfparse.ParseError as error:
        answer = {"refused": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
