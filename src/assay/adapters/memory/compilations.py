"""Compilations in memory, as many bytes as are allowed, the longest unused given up first."""

from collections import OrderedDict
import threading

from assay.judging.compile_cache import Compiled


class MemoryCompileCache:
    """The `CompileCache` port."""

    def __init__(self, *, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._entries: OrderedDict[str, Compiled] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: str) -> Compiled | None:
        with self._lock:
            compiled = self._entries.get(key)
            if compiled is not None:
                self._entries.move_to_end(key)
            return compiled

    def keep(self, key: str, compiled: Compiled) -> None:
        if _size(compiled) > self._bytes_max:
            return
        with self._lock:
            self._entries[key] = compiled
            self._entries.move_to_end(key)
            while sum(map(_size, self._entries.values())) > self._bytes_max:
                self._entries.popitem(last=False)


def _size(compiled: Compiled) -> int:
    return len(compiled.output) + sum(len(each.content) for each in compiled.artefacts)
