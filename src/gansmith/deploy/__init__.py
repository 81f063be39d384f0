"""What a trained run is good for: loading, sampling, translating, exporting."""

from gansmith.deploy.export import Exported, export
from gansmith.deploy.inputs import read_inputs, write_translations
from gansmith.deploy.loaded import LoadedGenerator, choose_checkpoint, load
from gansmith.deploy.writers import Known, write_samples

__all__ = [
    "Exported",
    "Known",
    "LoadedGenerator",
    "choose_checkpoint",
    "export",
    "load",
    "read_inputs",
    "write_samples",
    "write_translations",
]
