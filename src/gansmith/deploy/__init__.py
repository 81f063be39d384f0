"""What a trained run is good for: loading, sampling, translating, exporting."""

from gansmith.deploy.export import Exported, export
from gansmith.deploy.inputs import read_inputs, write_translations
from gansmith.deploy.loaded import LoadedGenerator, choose_checkpoint, load
from gansmith.deploy.project import read_target, write_projected
from gansmith.deploy.translating import translate_content, translate_files
from gansmith.deploy.writers import Known, known_of, write_samples

__all__ = [
    "Exported",
    "Known",
    "LoadedGenerator",
    "choose_checkpoint",
    "export",
    "known_of",
    "load",
    "read_inputs",
    "read_target",
    "translate_content",
    "translate_files",
    "write_projected",
    "write_samples",
    "write_translations",
]
