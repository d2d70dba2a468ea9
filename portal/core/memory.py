"""Memory of processes through which files pass all day, piece by piece."""

import ctypes

# Names of glibc's malloc.h, which Python does not give.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
# Larger than a piece of a file with what is put around it; below that, memory that was
# given back is used again.
_PIECES = 4 * 1024 * 1024  # bytes
_KEPT = 16 * 1024 * 1024  # bytes of each arena


def keep_for_pieces() -> None:
    """Keep the memory of a piece for the next one, instead of giving it back each time.

    glibc asks the kernel for every megabyte anew, and the kernel clears it page by
    page: that was a quarter of what a small file costs. Without glibc nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _PIECES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
