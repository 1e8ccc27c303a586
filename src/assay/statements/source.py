"""What goes into a drawing and what comes out."""

from dataclasses import asdict, dataclass
import hashlib
import json

from assay.domain.problem import StatementFormat

TEXT_BYTES_MAX = 1024 * 1024  # of a statement; the longest in public archives have some dozen KiB
COMMAND_SLOT = '<div data-slot="{}"></div>'
"""While drawing: where the text asks for the "next" sample or for all "remaining" ones."""
SAMPLE_SLOT = '<div data-sample="{}"></div>'
"""Where a sample belongs, counted from 1, if the text says so by itself (`\\nextsample`)."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text in Markdown or TeX.

    `file_url` begins the address of the statement's own files, of which `files` are the names. Nothing else
    is loaded, so images of other names are left out. `sample_count` is how many samples there are to place.
    """

    text: str
    format: StatementFormat
    language: str
    files: tuple[str, ...]
    file_url: str
    sample_count: int

    def __post_init__(self) -> None:
        if self.format is StatementFormat.PDF:
            raise ValueError("a PDF is shown as it is")

    def encoded(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """Names what comes out: the same for the same."""
        return hashlib.sha256(self.encoded()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A statement as HTML for the inside of a page.

    `title` is the problem's name as the text writes it, as HTML; "" when it does not. Samples up to
    `samples_placed` have a SAMPLE_SLOT each; the others belong after the text. `trouble` says why the text
    itself is shown, "" when it was drawn. `remarks` are for the setter: what was not understood.
    """

    html: str
    title: str = ""
    samples_placed: int = 0
    trouble: str = ""
    remarks: tuple[str, ...] = ()


class TooComplex(Exception):
    """The text is nested too deeply, or its macros expand without end. The message says which."""
