"""Validates and verifies Genesys Cloud call recording as code.

The package is a library first: ``from toolkit.workflows import check`` does all that the command
does.
"""

__version__ = "0.1.0"

#: The garbage collection threshold for processes that we own. The inputs become many small objects
#: that stay alive; with Python's default, scanning them takes up to a fifth of the run time.
GARBAGE_EVERY = 500_000
