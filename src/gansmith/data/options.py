"""How data are to be read, and refusals of what does not fit them, as training has them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gansmith.data.held_out import divide
from gansmith.data.open import check_moves, refuse_range
from gansmith.data.prepare.arrays import check_values, choose_span, within
from gansmith.data.prepare.defaults import check_channels, check_crop, check_shares, read_size
from gansmith.data.prepare.image_files import check_alpha
from gansmith.data.prepare.threads import Progress
from gansmith.data.source import Photographs, Pictures, Source, Values
from gansmith.data.stored_range import Part, Range, Span, check_span
from gansmith.kinds.kind import kind_named


@dataclass(frozen=True)
class Options:
    """Options of ``open_data`` by which data are read as for training.

    Args:
        size: pixels, or (height, width); absent: the largest that at least half of them can fill.
        channels: 1, 3 or 4; absent: as found.
        held_out: share that would be held out.
        seed: of the split.
        allow_corrupt: share of the files that may be unreadable.
        labels: whether labels become classes.
        crop: what is done with images of another shape.
        flip: whether training mirrors them.
        turn: whether training turns them.
        range: the stored values of black and white, or "auto".
        largest: pixels that an image file may have; absent: as many as Pillow lets.
        kind: what a sample is; absent: as the source says.
        columns: names of the columns of a table of series, or types of those of a table of rows.
        rows: rows of a table that are read at most.
        target: the column of a table that metrics predict.
        tokens: what a token of text is.
        windows: how long series are cut into windows.
        rate: of clips of sound, in hertz.
        seconds: length of clips of sound.
        loudness: whether sound files are made equally loud.
    """

    size: int | tuple[int, int] | None = None
    channels: int | None = None
    held_out: float = 0.1
    seed: int = 0
    allow_corrupt: float = 0.01
    labels: bool = True
    crop: str = "centre"
    flip: bool = False
    turn: bool = False
    range: Range = None
    largest: int | None = None
    kind: str | None = None
    columns: Mapping[str, Any] | None = None
    rows: int | None = None
    target: str | None = None
    tokens: Mapping[str, Any] | None = None
    windows: Mapping[str, int | None] | None = None
    rate: int | None = None
    seconds: float | None = None
    loudness: str = "peak"

    @property
    def side(self) -> int | None:
        """The shorter side that was requested, in pixels."""
        return None if self.size is None else min(read_size(self.size))

    @property
    def asked(self) -> dict[str, Any]:
        """What a source is asked with."""
        names = ("seed", "labels", "kind", "columns", "rows", "target", "tokens", "windows")
        sound = ("rate", "seconds", "loudness", "allow_corrupt")
        return {name: getattr(self, name) for name in (*names, *sound)}

    def check(self) -> None:
        """Refuse values that fit no data.

        Raises:
            DataError: says which.
        """
        check_shares(self.held_out, self.allow_corrupt)
        check_crop(self.crop)
        check_span(self.range)
        if self.size is not None:
            read_size(self.size)

    def held(self, contents: np.ndarray) -> np.ndarray:
        """Return which samples with these content hashes would be held out."""
        rows = np.zeros(len(contents), bool)
        rows[divide(contents, self.held_out, self.seed)[1]] = True
        return rows

    def fit(self, source: Source, progress: Progress | None) -> tuple[Source, Span | None]:
        """Return the source as its range has it, and the span of stored values for its files.

        Raises:
            DataError: an option does not fit data of this kind.
        """
        if isinstance(source, Photographs):
            refuse_range(check_span(self.range), source.name)
            check_channels(self.channels)
            return source, None
        part = Part(self.held_out, self.seed)
        span = choose_span(source, check_span(self.range), part, progress)
        if isinstance(source, Pictures):
            check_channels(self.channels, files=True)
            check_alpha(self.channels, span)
            shape = (3, *read_size(self.size or 64))
            check_moves(source.name, kind_named("image"), shape, self.flip, self.turn)
            return source, span
        return self._array(source, span), None

    def _array(self, source: Values, span: Span | None) -> Values:
        check_values(source, self.size, self.channels, self.crop)
        shape = source.values.shape[1:]
        if source.kind.pixels:
            sides = source.border_to or shape[1:]
            shape = (shape[0], *(sides if self.size is None else read_size(self.size)))
        check_moves(source.name, source.kind, shape, self.flip, self.turn)
        found, told, _ = within(source, span)
        return replace(found, facts={**found.facts, **told})


AS_USUAL = Options()
