"""What a look at samples finds that are no images: vectors, series, rows of tables."""

import numpy as np

from gansmith.data.audit.findings import copies, guessed_kind, too_few
from gansmith.data.audit.range_findings import far_numbers
from gansmith.data.audit.report import AuditReport
from gansmith.data.audit.tables import audit_table
from gansmith.data.audit.texts import audit_texts
from gansmith.data.source import Values
from gansmith.finding import most_serious_first
from gansmith.kinds.tables.columns import TABLE


def audit_numbers(source: Values) -> AuditReport:
    """Look at samples that are no images: number, range, copies."""
    if source.kind.discrete:
        return audit_texts(source)
    values = source.values
    if TABLE in source.facts:
        return audit_table(source.name, values, source.facts)
    twice = len(source) - len(np.unique(values.reshape(len(values), -1), axis=0))
    facts = {
        "found": len(source),
        "dimensions": values[0].size,
        "kind": f"{source.kind.users.form}, {' x '.join(map(str, values.shape[1:]))}",
        "range": [float(values.min()), float(values.max())],
    }
    reach = None if source.kind.fit else far_numbers(*facts["range"])
    few = too_few(len(source), source.kind.name) if len(source) < 2 else None
    found = [few, reach, copies(twice, ()) if twice else None, guessed_kind(source)]
    return AuditReport(source.name, facts, most_serious_first(found))
