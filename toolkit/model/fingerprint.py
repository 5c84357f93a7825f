"""The fingerprint of a finding. A separate module, since text reports need no digests."""

from __future__ import annotations

import hashlib

from toolkit.model.findings import Result
from toolkit.model.names import text_of


def fingerprint_of(result: Result) -> str:
    """Return a hash that identifies the finding by its subject, so that moved lines keep it.

    The hash changes if anything further is missing, so a baseline does not hide that.
    """
    parts = [result.rule, result.root or "", result.address or ""]
    if result.environment is not None:
        parts.append(f"in:{result.environment}")
    parts += sorted(f"-{m.kind}:{'|'.join(m.any_of)}@{m.division or ''}" for m in result.missing)
    parts += sorted(f"+{h.kind}:{h.held}:{h.pattern}@{h.role or ''}" for h in result.forbidden)
    parts += sorted(f"?{reason.reference}" for reason in result.reasons)
    if result.setting is not None:
        parts.append(f"={result.setting.name}:{result.setting.actual}")
    return hashlib.sha256(text_of("\0".join(parts)).encode()).hexdigest()[:32]
