"""A class: honest submissions of one problem, and copies of some of them."""

from dataclasses import dataclass
from random import Random

from assay.analysis.similarity.grammars import BY_LANGUAGE
from assay.analysis.similarity.nouns import SourceText, Submission
from benchmarks.similarity.authors import ENDINGS, honest, layout, problem, written
from benchmarks.similarity.disguises import disguised

TASKS = 7  # of a problem: programs of some 140 lines; 5 give 100


@dataclass(frozen=True, kw_only=True)
class Copy:
    """Who copied from whom, and how it was disguised."""

    origin: str
    copy: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Class:
    """The submissions; `copies` says which of them are none of their authors' own."""

    submissions: tuple[Submission, ...]
    copies: tuple[Copy, ...]

    @property
    def honest(self) -> frozenset[str]:
        """Who neither copied nor was copied from."""
        involved = {name for each in self.copies for name in (each.origin, each.copy)}
        return frozenset(each.name for each in self.submissions) - involved


def a_class(
    language: str,
    seed: str,
    *,
    authors: int,
    hows: tuple[str, ...],
    copies_each: int,
    tasks: int = TASKS,
    problem_seed: str | None = None,
) -> Class:
    """`authors` honest submissions, and of the first ones as many copies in each disguise. Classes with the
    same `problem_seed` are of the same problem."""
    chance = Random(f"{language} {seed}")  # noqa: S311  no secret
    wanted = problem(Random(problem_seed or seed), tasks=tasks)  # noqa: S311
    programs = [honest(wanted, chance) for _ in range(authors)]
    submissions = [
        submission(f"author{number:05}", written(program, language, layout(chance)), language)
        for number, program in enumerate(programs)
    ]
    copies: list[Copy] = []
    for how in hows:
        for turn in range(copies_each):
            number = len(copies) % authors
            name = f"copy-{how}-{turn:04}"
            content = disguised(programs[number], wanted, language, how, chance)
            submissions.append(submission(name, content, language))
            copies.append(Copy(origin=submissions[number].name, copy=name, how=how))
    return Class(submissions=tuple(submissions), copies=tuple(copies))


def submission(name: str, content: bytes, language: str) -> Submission:
    file = SourceText(name=f"main.{ENDINGS[language]}", content=content, grammar=BY_LANGUAGE[language])
    return Submission(name=name, files=(file,))
