"""How the C library hands out memory to this process."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST = 1 << 30


def keep_large_blocks() -> None:
    """Keep freed blocks for the next step instead of giving them back to the system each time.

    A training step frees and asks for the same large blocks over and over; fresh pages from the
    system must be zeroed first. Only glibc is asked; elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(M_MMAP_THRESHOLD, LARGEST)
    mallopt(M_TRIM_THRESHOLD, LARGEST)
