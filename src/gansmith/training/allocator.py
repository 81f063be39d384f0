"""How the C library hands out memory to this process."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST = 1 << 30
KEPT = 32 << 20  # kept larger blocks leave holes: a residual pair's peak grew by a fifth


def keep_large_blocks() -> None:
    """Keep freed blocks for the next step instead of giving them back to the system each time.

    A training step frees and asks for the same large blocks over and over; fresh pages from the
    system must be zeroed first. Blocks of 32 MB and more still come and go: that costs some percent
    of the time and keeps the peak below a plain loop's. Only glibc is tuned; otherwise nothing
    happens.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(M_MMAP_THRESHOLD, KEPT)
    mallopt(M_TRIM_THRESHOLD, LARGEST)
