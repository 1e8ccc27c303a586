"""The jury's programs that are asked about a whole submission or group: static validators and graders.

A static validator is the one program of the jury's that has files of a stranger's beside it. What is in its
/box:

    <the submission>     the validator's working folder
    .validator/          its own files: no interpreter looks for modules in its working folder, so none of
                         the submission's is ever taken for one of the validator's
    feedback/            as for every validator
"""

from collections.abc import Sequence
import os

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.capture import memory_file, null_device
from assay.judging.dialects import FEEDBACK, FEEDBACK_PATH, Judged, JuryFault, understand
from assay.judging.grading import Outcome
from assay.judging.jury import MESSAGE_BYTES_MAX, Validator
from assay.judging.lexing import read_at
from assay.judging.scoring import read_grade
from assay.judging.with_room import run_with_room
from assay.languages.commands import main_file
from assay.sandbox import RequestRefused

STATIC_FOLDER = ".validator"


async def look_at_sources(
    validator: Validator, files: Sequence[SourceFile], language: Language, args: Sequence[str]
) -> Judged:
    """Let a static validator, which is in `STATIC_FOLDER`, judge the sources. Raises `JuryFault`.

    Source: package format, "Static validator". A file that would replace one of the validator's own cannot be
    looked at, and is refused as wrong.
    """
    for file in files:
        if file.name.partition("/")[0] in (*validator.own, FEEDBACK):
            return Judged(verdict=Verdict.WA, team_message=f"no file may be named {file.name} here")
        try:
            await validator.slot.put(file.name, file.content)
        except RequestRefused as refusal:
            raise JuryFault(
                f"{validator.program.name} leaves no place for {file.name}: {refusal}"
            ) from refusal
    await validator.clear()
    entry = main_file(language, files).name
    arguments = (language.id, entry, FEEDBACK_PATH, *args)
    with null_device() as null, memory_file("said") as said:
        command = validator.command(arguments)
        facts, _ = await run_with_room(validator.slot, command, stdin=null, stdout=null, stderr=said)
        words = read_at(said, 0, MESSAGE_BYTES_MAX)
    program = validator.program
    return understand(program.name, program.dialect, facts, words, await validator.feedback())


async def ask_grader(validator: Validator, args: Sequence[str], lines: Sequence[str]) -> Outcome:
    """Let a grader aggregate a group (legacy, "Graders"). Raises `JuryFault`."""
    with null_device() as null, memory_file("results") as results, memory_file("grade") as grade:
        os.write(results, "".join(f"{line}\n" for line in lines).encode())
        os.lseek(results, 0, os.SEEK_SET)
        command = validator.command(args)
        facts, _ = await run_with_room(validator.slot, command, stdin=results, stdout=grade, stderr=null)
        answer = read_at(grade, 0, MESSAGE_BYTES_MAX)
    return read_grade(validator.program.name, facts, answer)
