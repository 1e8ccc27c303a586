"""The verb: which submissions share parts, and from where on that is worth a look."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from assay.analysis.similarity import candidates as choosing
from assay.analysis.similarity.clusters import clusters_of
from assay.analysis.similarity.grammars import GRAMMARS
from assay.analysis.similarity.kernel import Kernel, Tokens
from assay.analysis.similarity.nouns import Comparison, Pair, Skipped, Submission
from assay.analysis.similarity.parsing import Text, Tokenised, tokenised
from assay.analysis.similarity.sequences import (
    SHORTEST,
    STEPS_PER_TOKEN_MAX,
    Sequenced,
    joined,
    matches_of,
    without,
)
from assay.analysis.similarity.threshold import threshold_for
from assay.errors import UsageError

K, WINDOW = 8, 4  # every stretch of 11 tokens that two share gives both a fingerprint
TOKENS_MIN = 50  # of a submission: about ten lines, of which any two are alike
_PAIRS_AT_ONCE = 2_000
_SIMILARITY_DIGITS = 6

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What is to be compared: `submissions` with each other and with the `corpus`, which is not compared with
    itself. What `templates` have belongs to nobody. Names of submissions are distinct."""

    submissions: tuple[Submission, ...]
    corpus: tuple[Submission, ...] = ()
    templates: tuple[Submission, ...] = ()


def compare(material: Material, *, top: int, jobs: int, kernel: Kernel, tell: Tell) -> Comparison:
    """Compare all, and give the `top` most similar pairs. The result does not depend on the order of
    submissions, nor on `jobs`.

    `tell` hears what is being done, how much of it is done, and how much there is. Raises `Unavailable` when
    no process to parse in starts.
    """
    own, corpus, skipped = _sequences(material, jobs=jobs, kernel=kernel, tell=tell)
    everybody = [*own, *corpus]
    tell("fingerprints", 0, len(everybody))
    fingerprints = [kernel.fingerprints(each.tokens, k=K, window=WINDOW) for each in everybody]
    tell("candidates", 0, len(everybody))
    pairs = choosing.candidates(fingerprints, own=len(own))
    likeness, was_cut = _likeness(everybody, pairs, jobs=jobs, kernel=kernel, tell=tell)
    threshold = threshold_for(_best(likeness, pairs, len(own)))
    flagged = likeness >= (2.0 if threshold.value is None else threshold.value)
    # Pairs are in the order of names already, and a stable sort keeps it among equals.
    order = np.argsort(-likeness, kind="stable")[:top]
    names = [each.submission.name for each in everybody]
    return Comparison(
        pairs=tuple(
            _pair(
                everybody[int(pairs[at, 0])],
                everybody[int(pairs[at, 1])],
                kernel,
                similarity=float(likeness[at]),
                flagged=bool(flagged[at]),
                cut=bool(was_cut[at]),
            )
            for at in order
            if likeness[at] > 0
        ),
        flagged_count=int(flagged.sum()),
        threshold=threshold,
        clusters=clusters_of([(names[a], names[b]) for a, b in pairs[flagged].tolist()]),
        skipped=tuple(skipped),
        compared=len(own),
        compared_with=len(corpus),
        versions=versions(),
    )


def compare_two(a: Submission, b: Submission, *, templates: Sequence[Submission], kernel: Kernel) -> Pair:
    """Two submissions alone, however short: nothing is flagged, since nothing says what is usual.

    Raises `UsageError` when one cannot be parsed, or has nothing of its own.
    """
    skipped: list[Skipped] = []
    texts = _tokenised([a, b, *templates], jobs=1, tell=lambda _, __, ___: None)
    both = [_joined(each, texts, skipped) for each in (a, b)]
    taken_out = [_joined(each, texts, skipped).tokens for each in templates]
    first, second = (without(each, taken_out, kernel) for each in both)
    for each in (first, second):
        if each.size == 0:
            reasons = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped)
            raise UsageError(f"{each.submission.name}: {reasons or 'has nothing that no template has'}")
    pairs = np.array([[0, 1]], dtype=np.uint32)
    likeness, was_cut = _likeness([first, second], pairs, jobs=1, kernel=kernel, tell=lambda _, __, ___: None)
    return _pair(first, second, kernel, similarity=float(likeness[0]), flagged=False, cut=bool(was_cut[0]))


def versions() -> dict[str, str]:
    """What a similarity depends on beside the sources."""
    packages = ("tree-sitter", *(grammar.module.replace("_", "-") for grammar in GRAMMARS))
    return {"method": f"tokens/1 k={K} w={WINDOW} shortest={SHORTEST}"} | {
        name: version(name) for name in packages
    }


def _sequences(
    material: Material, *, jobs: int, kernel: Kernel, tell: Tell
) -> tuple[list[Sequenced], list[Sequenced], list[Skipped]]:
    """Submissions and corpus, each in the order of names, without what templates have; and who is out."""
    parts = [
        sorted(part, key=lambda each: each.name)
        for part in (material.submissions, material.corpus, material.templates)
    ]
    skipped: list[Skipped] = []
    texts = _tokenised([each for part in parts for each in part], jobs=jobs, tell=tell)
    sequenced = [[_joined(each, texts, skipped) for each in part] for part in parts]
    templates = [each.tokens for each in sequenced[2]]
    own, corpus = (
        list(_long_enough((without(each, templates, kernel) for each in part), skipped))
        for part in sequenced[:2]
    )
    return own, corpus, skipped


def _tokenised(submissions: Sequence[Submission], *, jobs: int, tell: Tell) -> "Iterable[Tokenised]":
    texts = [Text(content=file.content, grammar=file.grammar) for each in submissions for file in each.files]
    return iter(tokenised(texts, jobs=jobs, tell=lambda done: tell("parsing", done, len(texts))))


def _joined(submission: Submission, texts: "Iterable[Tokenised]", skipped: list[Skipped]) -> Sequenced:
    own = [text for _, text in zip(submission.files, texts, strict=False)]
    for file, text in zip(submission.files, own, strict=True):
        if text.why_not is not None:
            is_alone = len(own) == 1 and submission.name.endswith(file.name)
            shown = submission.name if is_alone else f"{submission.name}/{file.name}"
            skipped.append(Skipped(name=shown, reason=text.why_not))
    return joined(submission, own)


def _long_enough(sequences: Iterable[Sequenced], skipped: list[Skipped]) -> Iterable[Sequenced]:
    for each in sequences:
        if each.size >= TOKENS_MIN:
            yield each
        elif each.ends.any():  # else nothing of it was parsed, which has been said
            skipped.append(
                Skipped(
                    name=each.submission.name,
                    reason=f"too short to tell: {each.size} tokens of its own, and {TOKENS_MIN} are needed",
                )
            )


def _likeness(
    sequences: Sequence[Sequenced], pairs: NDArray[np.uint32], *, jobs: int, kernel: Kernel, tell: Tell
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """For each pair how much of the shorter one tiles cover, and whether the search was cut."""
    starts = np.zeros(len(sequences) + 1, dtype=np.uint64)
    np.cumsum([len(each.tokens) for each in sequences], out=starts[1:])
    tokens: Tokens = np.concatenate([each.tokens for each in sequences] or [np.zeros(1, dtype=np.uint32)])
    sizes = np.array([each.size for each in sequences], dtype=np.float64)
    covered = np.zeros(len(pairs), dtype=np.float64)
    was_cut = np.zeros(len(pairs), dtype=np.bool_)
    done = 0

    def work(start: int) -> int:
        part = slice(start, start + _PAIRS_AT_ONCE)
        covered[part], was_cut[part] = kernel.covered(
            tokens, starts, pairs[part], shortest=SHORTEST, steps_per_token_max=STEPS_PER_TOKEN_MAX
        )
        return len(pairs[part])

    with ThreadPoolExecutor(max_workers=max(jobs, 1)) as threads:
        for count in threads.map(work, range(0, len(pairs), _PAIRS_AT_ONCE)):
            done += count
            tell("matching", done, len(pairs))
    shorter = np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]]) if len(pairs) else covered
    return np.round(covered / np.maximum(shorter, 1), _SIMILARITY_DIGITS), was_cut


def _best(likeness: NDArray[np.float64], pairs: NDArray[np.uint32], own: int) -> NDArray[np.float64]:
    """For each submission of our own the likeness to the one that it is most like."""
    best = np.zeros(own, dtype=np.float64)
    for column in (0, 1):
        inside = pairs[:, column] < own
        np.maximum.at(best, pairs[inside, column], likeness[inside])
    return best


def _pair(a: Sequenced, b: Sequenced, kernel: Kernel, *, similarity: float, flagged: bool, cut: bool) -> Pair:
    bound = STEPS_PER_TOKEN_MAX * (len(a.tokens) + len(b.tokens))
    tiling = kernel.tiles(a.tokens, b.tokens, shortest=SHORTEST, steps_max=bound)
    return Pair(
        a=a.submission.name,
        b=b.submission.name,
        similarity=similarity,
        flagged=flagged,
        matches=matches_of(a, b, tiling.tiles),
        cut=cut,
    )
