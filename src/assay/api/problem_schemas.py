"""What the API says of problems."""

from pydantic import Field

from assay.api.schemas import Answer, LimitsAnswer


class FileAnswer(Answer):
    name: str
    url: str


class StatementAnswer(Answer):
    """A statement as its author wrote it. `url` has it as HTML."""

    language: str = Field(description="BCP 47")
    format: str
    text: str = Field(description="Empty for a PDF.")
    url: str
    pdf_url: str | None


class DrawnStatementAnswer(Answer):
    """A statement as HTML for the inside of a page: sanitized, formulas as MathML, no scripts and no styles.

    Images are loaded from this server. Where the statement places a sample itself, the HTML has
    `<div data-sample="N"></div>` for the N-th; those after `samples_placed` belong after the text.
    """

    language: str
    languages: list[str] = Field(description="All that there are.")
    direction: str = Field(description="`ltr` or `rtl`")
    format: str
    name: str
    title_html: str = Field(description="The name as the statement writes it; empty when it does not.")
    html: str = Field(description="Empty for a PDF.")
    text: str
    pdf_url: str | None
    samples_placed: int
    trouble: str = Field(description="Why the text itself is shown; empty when it was drawn.")
    remarks: list[str] = Field(description="For the setter: what was not understood.")


class SampleAnswer(Answer):
    """A sample as it is shown to people; long texts are cut, `files` are whole. null is what is not shown."""

    name: str
    input: str | None
    answer: str | None
    interaction: str | None = Field(
        description="A conversation: lines from the judge begin with `<`, from the program with `>`; `---` "
        "separates passes."
    )
    args: list[str]
    truncated: bool
    files: list[FileAnswer]


class CreditAnswer(Answer):
    role: str
    name: str
    language: str = Field(description="Of a translator; else empty.")


class ProblemSourceAnswer(Answer):
    name: str
    url: str


class TestGroupAnswer(Answer):
    """`requires` are the names of groups of which all tests must have been accepted before."""

    name: str
    test_count: int
    max_score: float | None
    requires: list[str]


class ScoringAnswer(Answer):
    """`groups` are empty where the problem does not show them."""

    max_score: float | None
    is_minimised: bool = Field(description="Less is better.")
    groups: list[TestGroupAnswer]


class ProblemAnswer(Answer):
    id: str
    name: str
    names: dict[str, str] = Field(description="By language.")
    version: str
    limits: LimitsAnswer
    statements: list[StatementAnswer]
    samples: list[SampleAnswer]
    attachments: list[FileAnswer]
    test_count: int
    is_interactive: bool
    passes_max: int = Field(description="How often the program may be run for one test.")
    takes_answers: bool = Field(description="A submission is the answers, not a program.")
    languages: list[str] | None = Field(description="Ids of those that may be used; null for all.")
    scoring: ScoringAnswer | None = Field(description="null for a pass-fail problem.")
    credits: list[CreditAnswer]
    sources: list[ProblemSourceAnswer]
    license: str
    rights_owner: str
    keywords: list[str]
    url: str
