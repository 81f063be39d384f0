"""Data: any folder, archive, array or built-in name in; bytes, labels and facts out.

``open_data`` opens a set to train on, ``Stream`` reads it by position, ``to_unit`` is the one place
where bytes become numbers in [-1, 1], ``read_samples`` reads a whole set to evaluate with,
``audit`` finds what is wrong, ``look_over`` does so quickly before training.
"""

from gansmith.data.audit.findings import DataFinding
from gansmith.data.audit.full import audit
from gansmith.data.audit.quick import look_over
from gansmith.data.audit.report import AuditReport
from gansmith.data.in_memory import as_source
from gansmith.data.loading.stream import Stream
from gansmith.data.open import open_data
from gansmith.data.read import read_samples
from gansmith.data.samples import Data, Rows, Samples
from gansmith.kinds.units import to_bytes, to_unit

__all__ = [
    "AuditReport",
    "Data",
    "DataFinding",
    "Rows",
    "Samples",
    "Stream",
    "as_source",
    "audit",
    "look_over",
    "open_data",
    "read_samples",
    "to_bytes",
    "to_unit",
]
