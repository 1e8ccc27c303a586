"""The languages that a submission can be in."""

from fastapi import APIRouter

from assay.api.schemas import LanguageAnswer, Listed
from assay.api.services import ServicesOfApp

router = APIRouter(tags=["languages"])


@router.get("/api/v1/languages")
def list_languages(services: ServicesOfApp) -> Listed[LanguageAnswer]:
    """Every language that this server knows, and whether its toolchain is installed."""
    return Listed(
        items=[
            LanguageAnswer(
                id=language.id,
                name=language.name,
                extensions=list(language.extensions),
                available=services.is_available(language),
            )
            for language in services.languages.all()
        ],
        next=None,
    )
