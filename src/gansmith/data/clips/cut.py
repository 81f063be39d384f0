"""Sounds of any length as clips of one: long ones in pieces, short ones with silence after."""

import numpy as np

LOUD = 0.9  # of full scale: the peak of clips that are made equally loud
SILENT = 1e-4  # of full scale, -80 dB: a sound whose peak is lower is silent
QUIET = 1e-2  # of its file's peak, -40 dB: a piece whose own peak is lower is left out


def levelled(values: np.ndarray) -> np.ndarray:
    """Return a sound with a peak of 0.9; a silent one as it is."""
    peak = float(np.abs(values).max(initial=0.0))
    return values * np.float32(LOUD / peak) if peak >= SILENT else values


def pieces(values: np.ndarray, length: int) -> list[np.ndarray]:
    """Return a sound as clips of one length.

    A sound of twice the length or more is cut into pieces one after the other, of which silent ones
    and a rest of less than half are left out; of a shorter one the loudest stretch is kept; what is
    missing at the end becomes silence.

    Args:
        values: of a sound, [time].
        length: of a clip, in values.
    """
    if len(values) < 2 * length:
        return [_padded(loudest(values, length), length)]
    starts = range(0, len(values) - length // 2, length)
    found = [values[start : start + length] for start in starts]
    least = QUIET * float(np.abs(values).max())
    heard = [piece for piece in found if np.abs(piece).max() >= least]
    return [_padded(piece, length) for piece in heard or found[:1]]


def loudest(values: np.ndarray, length: int) -> np.ndarray:
    """Return the stretch of so many values that holds most energy; all where there are no more."""
    if len(values) <= length:
        return values
    energy = np.concatenate([[0.0], np.cumsum(np.square(values, dtype=np.float64))])
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return values[start : start + length]


def _padded(values: np.ndarray, length: int) -> np.ndarray:
    return np.pad(values.astype(np.float32), (0, length - len(values)))
