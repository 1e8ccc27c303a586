"""A file that a command writes at its end, when it is an ordinary user already."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assay.cli.keeper import keeper_of
from assay.errors import UsageError


@contextmanager
def writer_of(path: Path | None, option: str) -> Iterator[Callable[[bytes], None]]:
    """What writes `path`, in the name of whoever typed the command; what is there is replaced. Without a path
    it writes nothing. Raises `UsageError` at once where no file can be."""
    if path is None:
        yield lambda _: None
        return
    if path.is_dir() or not path.name:
        raise UsageError(f"{option}: {path} is a folder; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"{option}: {path.parent}: no such folder")
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(keeper_of(path.parent))
        except OSError as error:
            raise UsageError(f"{option}: {path.parent}: {(error.strerror or str(error)).lower()}") from error
        yield lambda content: keeper.put(path.name, content, replaces=True)
