"""Read clients and roles from Terraform files, plans, states and the live org.

Names are loaded on first use: a check of a plan does not import the HCL reader, and a check of HCL
does not import the plan reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.beside import Beside as Beside
    from toolkit.sources.beside import state_beside as state_beside
    from toolkit.sources.folders import Folders as Folders
    from toolkit.sources.json_input import plan_run as plan_run
    from toolkit.sources.json_input import read_json as read_json
    from toolkit.sources.json_input import read_json_objects as read_json_objects
    from toolkit.sources.json_input import read_pair as read_pair
    from toolkit.sources.roots import listed as listed
    from toolkit.sources.second_source import joined_with_states as joined_with_states
    from toolkit.sources.source_map import by_reference as by_reference
    from toolkit.sources.source_map import completed as completed
    from toolkit.sources.source_map import needs_source as needs_source

__getattr__ = lazily(
    __name__,
    {
        "Beside": "beside",
        "Folders": "folders",
        "by_reference": "source_map",
        "completed": "source_map",
        "listed": "roots",
        "joined_with_states": "second_source",
        "needs_source": "source_map",
        "plan_run": "json_input",
        "read_json": "json_input",
        "read_json_objects": "json_input",
        "read_pair": "json_input",
        "state_beside": "beside",
    },
)
