"""``python -m toolkit``: the same as the command `recording-toolkit`."""

import sys

from toolkit.cli import main

sys.exit(main())
