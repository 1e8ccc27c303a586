"""Files into the slot, compiler over them. The first half of every judging."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.judging.budget import compile_command
from assay.judging.capture import memory_file, null_device
from assay.judging.classify import Ruling, classify_compilation
from assay.judging.lexing import read_at
from assay.judging.ports import SandboxSlot
from assay.judging.words import TEXT_BYTES_MAX
from assay.languages.commands import compile_argv, named_as_required
from assay.sandbox import Facts, RunLimits


@dataclass(frozen=True, kw_only=True)
class Compilation:
    """How it went. `facts` is `None` when the language has nothing to compile; `output` is what the compiler
    wrote to both its outputs, in the order written, at most one byte more than is ever shown."""

    facts: Facts | None
    ruling: Ruling
    output: bytes


async def prepare(
    slot: SandboxSlot, files: Sequence[SourceFile], language: Language, limits: RunLimits
) -> Compilation:
    """Make the program ready to run in `slot`. Raises `SandboxError` when the sandbox itself fails."""
    files = named_as_required(language, files)
    for file in files:
        await slot.put(file.name, file.content)
    if language.compile is None:
        return Compilation(facts=None, ruling=Ruling(verdict=None, message=""), output=b"")
    argv = compile_argv(language, files, limits.memory_bytes)
    command = compile_command(language.compile, argv, limits)
    # One file for both outputs: the descriptors share its position, so the compiler's lines keep their order.
    with null_device() as stdin, memory_file("compiler-output") as output:
        facts = await slot.run(command, stdin=stdin, stdout=output, stderr=output)
        return Compilation(
            facts=facts,
            ruling=classify_compilation(facts, command),
            output=read_at(output, 0, TEXT_BYTES_MAX + 1),
        )
