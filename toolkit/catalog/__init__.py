"""Every published Genesys Cloud operation with the scopes and permissions it needs, compiled.

A catalog is given bytes and gives operations in the form that contracts have; where the bytes come
from is for a workflow to know. The one that ships is ``catalog.jsonl.gz`` beside this file.
"""
