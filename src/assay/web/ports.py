"""What the pages read. The HTTP door's services fit."""

from collections.abc import Callable
from typing import Protocol

from assay.domain.language import Language
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.ports import BlobStore, ProblemStore
from assay.statements.renderer import StatementRenderer
from assay.verdicts.ports import SubmissionReader


class PageSources(Protocol):
    @property
    def reader(self) -> SubmissionReader: ...

    @property
    def problems(self) -> ProblemStore: ...

    @property
    def blobs(self) -> BlobStore: ...

    @property
    def statements(self) -> StatementRenderer: ...

    @property
    def languages(self) -> LanguageCatalogue: ...

    @property
    def is_available(self) -> Callable[[Language], bool]: ...
