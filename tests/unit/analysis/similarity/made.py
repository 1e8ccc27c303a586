"""Submissions for the tests, without disks."""

from array import array
from collections.abc import Mapping

import numpy as np

from assay.analysis.similarity.compare import Material, compare
from assay.analysis.similarity.grammars import BY_LANGUAGE
from assay.analysis.similarity.kernel import Kernel, Tokens
from assay.analysis.similarity.nouns import Comparison, SourceText, Submission
from assay.analysis.similarity.tokens import TokenReader

# Two ways to say the same, of which nothing but tokens is left.
COUNTING = """
def count_words(text, words):
    found = {}
    for word in text.split():
        if word in words and len(word) > 3:
            found[word] = found.get(word, 0) + 1
        elif word not in found:
            found[word] = 0
    total = 0
    for word in sorted(found, key=found.get):
        print(word, found[word])
        total += found[word]
    return total
"""
SIEVE = """
def primes(limit):
    crossed = [False] * (limit + 1)
    number = 2
    while number * number <= limit:
        if not crossed[number]:
            for multiple in range(number * number, limit + 1, number):
                crossed[multiple] = True
        number += 1
    return [each for each in range(2, limit + 1) if not crossed[each]]

print(len(primes(int(input()))), max(primes(100)), min(primes(50)), sum(primes(1000)) % 1000)
"""


def of(name: str, text: str | bytes, language: str = "python3") -> Submission:
    content = text if isinstance(text, bytes) else text.encode()
    return Submission(
        name=name, files=(SourceText(name="a", content=content, grammar=BY_LANGUAGE[language]),)
    )


def folder(name: str, files: Mapping[str, str]) -> Submission:
    return Submission(
        name=name,
        files=tuple(
            SourceText(name=file, content=text.encode(), grammar=BY_LANGUAGE["python3"])
            for file, text in files.items()
        ),
    )


def compared(*submissions: Submission, **more: tuple[Submission, ...]) -> Comparison:
    return compare(
        Material(submissions=submissions, **more),
        top=1000,
        jobs=1,
        kernel=Kernel(),
        tell=lambda _, __, ___: None,
    )


def tokens_of(text: str, language: str = "python3") -> "array[int]":
    return TokenReader(BY_LANGUAGE[language]).read(text.encode()).tokens


def numbers(*values: int) -> Tokens:
    return np.array(values, dtype=np.uint32)
