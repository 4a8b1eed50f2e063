"""The memory of a worker process: a limit, and blocks given back to the system."""

from __future__ import annotations

import ctypes
import mmap

try:
    import resource
except ImportError:  # no such module on this system: there is no limit either
    resource = None  # type: ignore[assignment]

MB = 1024 * 1024
SPARE_MB = 32  # what loading a library may take at once
_MMAP_THRESHOLD = -3  # mallopt's M_MMAP_THRESHOLD


def limit_memory(megabytes: int) -> None:
    """No more address space than this: a letter that wants more fails, the machine doesn't."""
    if not megabytes:
        return
    if resource is None:  # no such limit on this system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * MB
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def give_back_memory() -> None:
    """Blocks as large as a font's copy go back to the system once they are free: glibc learns from
    them to keep such blocks, some 25 MB a process."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # glibc; any other C library is left alone
        mallopt(_MMAP_THRESHOLD, MB)


def is_memory_short() -> bool:
    """Whether hardly any address space is left under the limit."""
    try:
        mmap.mmap(-1, SPARE_MB * MB).close()
    except OSError:
        return True
    return False
