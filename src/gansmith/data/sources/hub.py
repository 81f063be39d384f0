"""Hugging Face data sets by name from the hub."""

from gansmith.data.source import Pictures
from gansmith.data.sources.hugging_face import library, pictures_of
from gansmith.errors import DataError
from gansmith.registry import sources


@sources.add(word="name", kinds=("image",))
def hub(name: str, split: str = "train", labels: bool = True) -> Pictures:
    """A data set of the Hugging Face hub, by its name: ``hub:ylecun/mnist``.

    Needs the extra ``data``. A column of images is trained on; a column ``label`` gives the
    classes, a column ``caption`` or ``text`` one sentence for each.

    Args:
        name: as on the hub, `owner/name`.
        split: which part of it.
        labels: read the labels, if there are any.

    Raises:
        DataError: the extra is missing, or there is no such data set, split, or column.
    """
    try:
        found = library().load_dataset(name, split=split)
    except DataError:
        raise
    except Exception as error:  # the hub, the network or the set itself may fail in any way
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"the data set {name} (split {split}) cannot be opened: {said}") from error
    return pictures_of(found, name, labels)
