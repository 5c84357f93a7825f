"""The configuration file: the options that a repository sets for every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.configuration.commit import Commit as Commit
    from toolkit.configuration.commit import files_of as files_of
    from toolkit.configuration.document import Configuration as Configuration
    from toolkit.configuration.document import Target as Target
    from toolkit.configuration.finding import find_configuration as find_configuration
    from toolkit.configuration.finding import in_repository as in_repository
    from toolkit.configuration.loading import ConfiguredTarget as ConfiguredTarget
    from toolkit.configuration.loading import Loaded as Loaded
    from toolkit.configuration.loading import load_configuration as load_configuration

__getattr__ = lazily(
    __name__,
    {
        "Commit": "commit",
        "Configuration": "document",
        "Target": "document",
        "files_of": "commit",
        "find_configuration": "finding",
        "ConfiguredTarget": "loading",
        "in_repository": "finding",
        "Loaded": "loading",
        "load_configuration": "loading",
    },
)
