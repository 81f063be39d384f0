"""The rate and length of clips where nobody says: those of most files, within limits."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gansmith.data.clips.sound_files import Header
from gansmith.errors import DataError
from gansmith.kinds.sounds.standard import longest, whole_length

RATES = (1_000, 192_000)  # hertz
USUAL = 16_000  # hertz: speech is clear, and a second has few values
SECONDS = 1.0  # of clips where nobody says
MOST = 95  # percent of files that need not be cut


class Form(NamedTuple):
    """Rate and length of clips, each with the reason."""

    rate: int
    length: int
    why_rate: str
    why_length: str


def choose_form(headers: Sequence[Header], rate: int | None, seconds: float | None) -> Form:
    """Return the form of clips.

    Args:
        headers: of all files.
        rate: in hertz, as asked for; None: that of most files, 16,000 at most.
        seconds: as asked for; None: as long as 95 % of the files, a second at most.

    Raises:
        DataError: the rate or the length is out of range.
    """
    rate, why_rate = (rate, "as asked") if rate else _rate(headers)
    if not RATES[0] <= rate <= RATES[1]:
        raise DataError(f"data.rate must be {RATES[0]:,} to {RATES[1]:,} Hz but is {rate:,}")
    wanted, why_length = (seconds, "as asked") if seconds else _seconds(headers)
    if wanted > longest(rate):
        raise DataError(
            f"data.seconds must be at most {longest(rate):.3g} at {rate:,} Hz, 256 frames of a "
            f"spectrogram, but is {wanted:g}; longer files are cut into clips"
        )
    return Form(rate, whole_length(wanted, rate), why_rate, why_length)


def _rate(headers: Sequence[Header]) -> tuple[int, str]:
    counts = Counter(header.rate for header in headers)
    most = max(counts.values())
    common = min(rate for rate, count in counts.items() if count == most)
    share = "all files" if len(counts) == 1 else f"{most} of {len(headers)} files"
    if common > USUAL:
        return USUAL, f"{share} have {common:,}; more makes nets slow, --set data.rate=N says it"
    return common, f"that of {share}"


def _seconds(headers: Sequence[Header]) -> tuple[float, str]:
    lasting = [header.seconds for header in headers]
    usual = float(np.percentile(lasting, MOST))
    if usual <= SECONDS:
        return usual, f"{MOST} % of the files are no longer, in whole frames"
    return SECONDS, "a second, in whole frames; longer files are cut, --set data.seconds=N says it"
