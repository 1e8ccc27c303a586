"""Drawing in this process, for tests."""

from assay.domain.problem import StatementFormat
from assay.statements.drawing import draw
from assay.statements.source import Drawing, Source

FILES = ("boat.png", "map.svg", "plan.pdf", "sub/net.jpg")
FILE_URL = "/problems/p/statement/"


def source(text: str, statement_format: StatementFormat, *, samples: int = 0, language: str = "en") -> Source:
    return Source(
        text=text,
        format=statement_format,
        language=language,
        files=FILES,
        file_url=FILE_URL,
        sample_count=samples,
    )


def tex(text: str, *, samples: int = 0, language: str = "en") -> Drawing:
    return draw(source(text, StatementFormat.TEX, samples=samples, language=language))


def markdown(text: str, *, samples: int = 0) -> Drawing:
    return draw(source(text, StatementFormat.MARKDOWN, samples=samples))
