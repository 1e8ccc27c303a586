"""A test's arguments, from its package, on a command line. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from assay.judging.dialects import JuryFault
from assay.sandbox import Command

ARGUMENTS_MAX = 512  # of a package's; the sandbox takes as many again
ARGUMENT_BYTES_MAX = 32 << 10  # of them together: half of what fits into a request to the sandbox


def with_arguments(command: Command, arguments: Sequence[str], of: str) -> Command:
    """The command with more arguments. Raises `JuryFault`, naming `of`, for what no program can be given."""
    if len(arguments) > ARGUMENTS_MAX:
        raise JuryFault(f"{of} has {len(arguments)} arguments; at most {ARGUMENTS_MAX} can be given")
    if any("\0" in argument for argument in arguments):
        raise JuryFault(f"{of} has an argument with a NUL character, which none can have")
    try:
        size = sum(len(argument.encode()) for argument in arguments)
    except UnicodeEncodeError as error:
        raise JuryFault(f"{of} has an argument that is no text: {error.reason}") from error
    if size > ARGUMENT_BYTES_MAX:
        raise JuryFault(f"{of} has arguments of {size} bytes; at most {ARGUMENT_BYTES_MAX} can be given")
    return replace(command, argv=(*command.argv, *arguments)) if arguments else command
