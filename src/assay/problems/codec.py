"""Problem as JSON and back, exactly; and the digest that is a problem's version. Pure."""

from dataclasses import asdict
import hashlib
import json
from typing import Any

from assay.domain.limits import Limits
from assay.domain.problem import (
    DataRef,
    OutputComparison,
    Problem,
    Statement,
    StatementFormat,
    TestCase,
)

FORMAT = 1  # of the stored document; a reader refuses what it does not know


class DocumentInvalid(ValueError):
    """A stored problem cannot be read back: it was damaged, or a later release wrote it."""


def encode_problem(problem: Problem) -> str:
    """The problem as a JSON document. `decode_problem` gives back an equal one."""
    return _canonical({"format": FORMAT, "problem": asdict(problem)})


def decode_problem(document: str) -> Problem:
    """The problem that `encode_problem` wrote. Raises DocumentInvalid."""
    try:
        outer = json.loads(document)
        if outer["format"] != FORMAT:
            raise DocumentInvalid(f"format {outer['format']!r} is not {FORMAT}")
        return _decode(outer["problem"])
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentInvalid(f"not a stored problem: {error!r}") from error


def version_of(limits: Limits, tests: tuple[tuple[TestCase, str, str], ...]) -> str:
    """SHA-256 (hex) over all that a verdict depends on: limits, and of each test its name, the digests (hex)
    of its input and answer, and how outputs are compared. Statement and name are not in it."""
    return hashlib.sha256(
        _canonical(
            {
                "format": FORMAT,
                "limits": asdict(limits),
                "tests": [
                    {
                        "name": test.name,
                        "input": given,
                        "answer": answer,
                        "comparison": asdict(test.comparison),
                    }
                    for test, given, answer in tests
                ],
            }
        ).encode()
    ).hexdigest()


def _decode(fields: dict[str, Any]) -> Problem:
    return Problem(
        id=fields["id"],
        version=fields["version"],
        name=fields["name"],
        limits=Limits(**fields["limits"]),
        tests=tuple(_decode_test(test) for test in fields["tests"]),
        statements=tuple(
            Statement(
                language=statement["language"],
                format=StatementFormat(statement["format"]),
                text=statement["text"],
            )
            for statement in fields["statements"]
        ),
    )


def _decode_test(fields: dict[str, Any]) -> TestCase:
    return TestCase(
        name=fields["name"],
        input=DataRef(fields["input"]),
        answer=DataRef(fields["answer"]),
        is_sample=fields["is_sample"],
        comparison=OutputComparison(**fields["comparison"]),
    )


def _canonical(value: object) -> str:
    """One text for one value: keys sorted, no spaces, floats in shortest exact form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
