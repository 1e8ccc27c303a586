"""bpf(2) and perf_event_open(2), as far as counting needs them. Descriptors are close-on-exec, the caller's.

Sources: linux/bpf.h, linux/perf_event.h; what is passed is the beginning of their unions, the rest is zero.
"""

import ctypes
import errno
import fcntl
import os
import platform
import struct

_NUMBERS = {"x86_64": (321, 298), "aarch64": (280, 241)}  # of bpf and perf_event_open
_MAP_CREATE, _PROG_LOAD, _RAW_TRACEPOINT_OPEN = 0, 5, 17
_MAP_TYPE_ARRAY = 2
_CAN_BE_MAPPED = 1 << 10  # BPF_F_MMAPABLE, Linux 5.5
PERF_EVENT_PROGRAM, RAW_TRACEPOINT_PROGRAM = 7, 17
_LICENSE = b"Apache-2.0"  # we call no helper that is for GPL programs alone
_LOG_BYTES = 1 << 16
_ATTRIBUTE_BYTES = 144
_SOFTWARE_EVENT, _PAGE_FAULTS = 1, 2
_FLAG_DISABLED = 1
_FLAG_CLOSE_ON_EXEC = 8
_SET_BPF, _ENABLE = 0x40042408, 0x2400  # ioctl(2)
_EVENT_BYTES = 128
_libc = ctypes.CDLL(None, use_errno=True)


def make_array(*, entries: int, entry_bytes: int) -> int:
    """A map that can be mapped into memory. Raises `OSError`."""
    return _bpf(_MAP_CREATE, struct.pack("<5I", _MAP_TYPE_ARRAY, 4, entry_bytes, entries, _CAN_BE_MAPPED))


def load_program(code: bytes, kind: int) -> int:
    """A program that the kernel has found harmless. Raises `OSError`, with the reason if it has not."""
    buffer, license_ = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(_LICENSE)
    log = ctypes.create_string_buffer(_LOG_BYTES)
    addresses = ctypes.addressof(buffer), ctypes.addressof(license_)
    attributes = struct.pack(
        "<IIQQIIQ", kind, len(code) // 8, *addresses, 1, _LOG_BYTES, ctypes.addressof(log)
    )
    try:
        return _bpf(_PROG_LOAD, attributes)
    except OSError as error:
        said = log.value.decode("utf-8", "replace").strip()
        raise OSError(error.errno, f"{error.strerror}; {said}" if said else error.strerror) from None


def attach_to_tracepoint(name: str, program: int) -> int:
    """The program runs at each passing of the tracepoint while this descriptor is open. Raises `OSError`."""
    buffer = ctypes.create_string_buffer(name.encode())
    return _bpf(_RAW_TRACEPOINT_OPEN, struct.pack("<QI", ctypes.addressof(buffer), program))


def attach_to_page_faults(core: int, program: int) -> int:
    """The same for each page fault on a core. Raises `OSError`."""
    event = struct.pack(
        "<IIQQQQQ", _SOFTWARE_EVENT, _EVENT_BYTES, _PAGE_FAULTS, 1, 0, 0, _FLAG_DISABLED
    ).ljust(_EVENT_BYTES, b"\0")
    fd = _call(
        _numbers()[1], ctypes.create_string_buffer(event, len(event)), -1, core, -1, _FLAG_CLOSE_ON_EXEC
    )
    try:
        fcntl.ioctl(fd, _SET_BPF, program)
        fcntl.ioctl(fd, _ENABLE, 0)
    except OSError:
        os.close(fd)
        raise
    return fd


def _bpf(command: int, attributes: bytes) -> int:
    attributes = attributes.ljust(_ATTRIBUTE_BYTES, b"\0")
    return _call(
        _numbers()[0], command, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes)
    )


def _numbers() -> tuple[int, int]:
    known = _NUMBERS.get(platform.machine())
    if known is None:
        raise OSError(errno.ENOSYS, f"not known how to count on {platform.machine()}")
    return known


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
