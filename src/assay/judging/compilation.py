"""Files into the slot, compiler over them. The first half of every judging."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.judging.budget import compile_command
from assay.judging.capture import memory_file, null_device
from assay.judging.classify import Ruling, classify_compilation
from assay.judging.compile_cache import Memory, put_back, take_out
from assay.judging.lexing import read_at
from assay.judging.ports import SandboxSlot
from assay.judging.with_room import run_with_room
from assay.judging.words import TEXT_BYTES_MAX
from assay.languages.commands import compile_argv, named_as_required
from assay.sandbox import Command, Facts, RunLimits


@dataclass(frozen=True, kw_only=True)
class Compilation:
    """How it went. `facts` is `None` when nothing was compiled; `output` is what the compiler wrote to both
    its outputs, in the order written, at most one byte more than is ever shown. `digest` is for the evidence:
    "sha256:…" of what was made, the same whether it was made now or kept from the last time; "" if unknown.
    """

    facts: Facts | None
    ruling: Ruling
    output: bytes
    digest: str = ""


NOTHING_WRONG = Ruling(verdict=None, message="")


async def prepare(
    slot: SandboxSlot,
    files: Sequence[SourceFile],
    language: Language,
    limits: RunLimits,
    *,
    memory: Memory | None = None,
) -> Compilation:
    """Make the program ready to run in `slot`: compiled, or as `memory` has it from the last time.

    Raises `SandboxError` when the sandbox itself fails.
    """
    files = named_as_required(language, files)
    for file in files:
        await slot.put(file.name, file.content)
    step = language.compile
    if step is None:
        return Compilation(facts=None, ruling=NOTHING_WRONG, output=b"")
    command = compile_command(step, compile_argv(language, files, limits.memory_bytes), limits)
    if memory is None or step.artefacts is None:
        return await _compile(slot, command)
    key = await asyncio.to_thread(memory.key, files, language, command)
    kept = await asyncio.to_thread(memory.cache.find, key)
    if kept is not None and await put_back(slot, kept):
        digest = f"sha256:{kept.sha256}"
        return Compilation(facts=None, ruling=NOTHING_WRONG, output=kept.output, digest=digest)
    compilation = await _compile(slot, command)
    if compilation.ruling.verdict is None:
        compiled = await take_out(slot, step, compilation.output)
        if compiled is not None:
            await asyncio.to_thread(memory.cache.keep, key, compiled)
            return replace(compilation, digest=f"sha256:{compiled.sha256}")
    return compilation


async def _compile(slot: SandboxSlot, command: Command) -> Compilation:
    # One file for both outputs: the descriptors share its position, so the compiler's lines keep their order.
    with null_device() as stdin, memory_file("compiler-output") as output:
        facts, ran = await run_with_room(slot, command, stdin=stdin, stdout=output, stderr=output)
        return Compilation(
            facts=facts,
            ruling=classify_compilation(facts, ran),
            output=read_at(output, 0, TEXT_BYTES_MAX + 1),
        )
