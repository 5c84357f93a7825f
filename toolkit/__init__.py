"""Validation and verification of Genesys Cloud call recording, as code.

The library comes first: ``from toolkit.workflows import check`` does all that the command does.
"""

__version__ = "0.1.0"
