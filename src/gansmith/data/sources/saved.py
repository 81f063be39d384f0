"""Hugging Face data sets saved on disk, and Parquet files."""

from pathlib import Path

from gansmith.data.source import Pictures
from gansmith.data.sources.hugging_face import library, pictures_of
from gansmith.errors import DataError
from gansmith.reading import special
from gansmith.registry import sources


def is_saved(path: Path) -> bool:
    """True for what ``Dataset.save_to_disk`` wrote, and for Parquet files."""
    return (path / "dataset_info.json").is_file() or path.suffix.lower() == ".parquet"


@sources.add(accepts=is_saved, kinds=("image",))
def saved(path: Path, labels: bool = True) -> Pictures:
    """Read a Hugging Face data set from the disk: ``save_to_disk``, or a Parquet file.

    Needs the extra ``data``.

    Args:
        path: the folder that it was saved to, or the file.
        labels: read the labels, if there are any.

    Raises:
        DataError: the extra is missing, the files are damaged, or there is no column of images.
    """
    datasets = library()
    _refuse_special(path)
    try:
        if path.is_dir():
            found = datasets.load_from_disk(str(path))
        else:
            found = datasets.Dataset.from_parquet(str(path))
    except Exception as error:  # a damaged file can fail in any way
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} is not a usable data set: {said}") from error
    return pictures_of(found, path.resolve().name, labels)


def _refuse_special(folder: Path) -> None:
    odd = next((place for place in folder.rglob("*") if special(place)), None)
    if odd is not None:
        raise DataError(f"{odd} is {special(odd)} and not a file; remove it or save the set anew")
