"""Write command output into the pages that show it: python -m tests.docs.regenerate [PAGE].

Look at the difference before you commit it: the test only checks that page and program agree.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.pages import pages, provisions, refreshed
from tests.standin_provider.install import install


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        provider = {"TF_CLI_CONFIG_FILE": str(install(Path(folder)))}
        for page in [Path(name) for name in sys.argv[1:]] or pages():
            before = page.read_text(encoding="utf-8")
            after = refreshed(before, provider if provisions(before) else {})
            if after != before:
                page.write_text(after, encoding="utf-8")
                sys.stdout.write(f"{page}\n")


if __name__ == "__main__":
    main()
