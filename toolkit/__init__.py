"""Validation and verification of Genesys Cloud call recording, as code.

The library comes first: ``from toolkit.workflows import check`` does all that the command does.
"""

__version__ = "0.1.0"

#: Allocations between two looks for garbage, in the processes that are ours. What is read is many
#: small values that stay: at Python's own pace up to a fifth of the time would go into looking
#: through them.
GARBAGE_EVERY = 500_000
