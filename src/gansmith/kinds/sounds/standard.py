"""What is chosen of a spectrogram where nobody says: 16 ms from frame to frame, 64 bands."""

from gansmith.kinds.sounds.mel import MelGrid

STEP = 0.016  # seconds from one frame to the next: 128 values at 8 kHz, 256 at 16 kHz
BANDS = 64
MULTIPLE, MOST = 8, 256  # frames of a clip: halved three times, and as wide as images may be
FEW = 5_000  # clips, below which D soon memorises them


def hop_at(rate: int) -> int:
    """Return the values from one frame to the next at a rate."""
    return max(1, round(STEP * rate))


def whole_length(seconds: float, rate: int) -> int:
    """Return the length of clips in values: a multiple of 8 frames, at least so many seconds."""
    a_piece = MULTIPLE * hop_at(rate)
    pieces = -(-round(seconds * rate) // a_piece)
    return a_piece * min(max(pieces, 1), MOST // MULTIPLE)


def longest(rate: int) -> float:
    """Return the seconds of the longest clips that networks are given: 256 frames."""
    return MOST * hop_at(rate) / rate


def grid_for(rate: int, length: int) -> MelGrid:
    """Return the usual spectrogram of clips: frames of 16 ms, fewer where they would be too many.

    Args:
        rate: of the clips, in hertz.
        length: of a clip, in values.
    """
    return MelGrid(rate, max(hop_at(rate), -(-length // MOST)), BANDS)
