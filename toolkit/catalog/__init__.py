"""Every published Genesys Cloud operation with the scopes and permissions it needs, compiled.

A catalog is created from bytes and returns operations in the form of contracts; workflows decide
where the bytes come from. The shipped catalog is ``catalog.jsonl.gz`` in this folder.
"""
