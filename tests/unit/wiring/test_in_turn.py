"""Whoever scores several submissions at once holds one thread of those that judging needs, and no more."""

import asyncio

from assay.domain.finding import Analysis
from assay.wiring.scoring import InTurn


class Parser:
    """Notes how many wait for it."""

    def __init__(self) -> None:
        self.inside = 0
        self.inside_max = 0

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        self.inside += 1
        self.inside_max = max(self.inside_max, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        return Analysis(language=language, findings=(), metrics={}, parsed=False, why_not=path, versions={})


async def test_texts_are_looked_at_one_after_the_other() -> None:
    parser = Parser()
    in_turn = InTurn(parser)
    paths = [str(number) for number in range(4)]
    found = await asyncio.gather(*(in_turn.analysed(b"", language="c", path=path) for path in paths))
    assert [each.why_not for each in found] == paths
    assert parser.inside_max == 1
