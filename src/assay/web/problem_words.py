"""What a problem's page says about a problem, in words. Pure."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from assay.domain.problem import About, Credit, Problem

_LANGUAGES = {
    "ar": "العربية", "bg": "Български", "bn": "বাংলা", "cs": "Čeština", "da": "Dansk", "de": "Deutsch",
    "el": "Ελληνικά", "en": "English", "eo": "Esperanto", "es": "Español", "et": "Eesti", "fa": "فارسی",
    "fi": "Suomi", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar",
    "id": "Indonesia", "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ka": "ქართული", "kk": "Қазақ",
    "ko": "한국어", "lt": "Lietuvių", "lv": "Latviešu", "mn": "Монгол", "nb": "Norsk", "nl": "Nederlands",
    "nn": "Nynorsk", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский",
    "sk": "Slovenčina", "sl": "Slovenščina", "sr": "Српски", "sv": "Svenska", "th": "ไทย", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
# Source: package format 2025-09, "License".
_LICENSES = {
    "public domain": ("Public domain", "https://creativecommons.org/about/pdm"),
    "cc0": ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "cc by": ("CC BY", "https://creativecommons.org/licenses/by/4.0/"),
    "cc by-sa": ("CC BY-SA", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "educational": ("Free for educational purposes", ""),
    "permission": ("Used with permission", ""),
}
_ROLES = {
    "authors": "Written by",
    "contributors": "Prepared by",
    "testers": "Tested by",
    "translators": "Translated by",
    "packagers": "Packaged by",
    "acknowledgements": "Thanks to",
}
_SECRET = "secret"  # noqa: S105 - the format's word for tests that are not shown


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A test group in the table of points. `requires` are other groups' names."""

    name: str
    tests: int
    points: float | None
    requires: tuple[str, ...]


def language_name(tag: str) -> str:
    """A natural language in its own words; the tag where we have none. A region is told apart."""
    language, _, region = tag.partition("-")
    name = _LANGUAGES.get(language, language)
    return f"{name} ({region})" if region else name


def notes_on(problem: Problem) -> tuple[str, ...]:
    """What is unusual about how submissions are judged."""
    notes: list[str] = []
    validation = problem.validation
    if problem.takes_answers:
        notes.append("Submit the answers to the tests, not a program.")
    if validation is not None and validation.interactor is not None:
        notes.append(
            "This problem is interactive: your program talks with the judge's while it runs. Flush your "
            "output after each message, or both wait forever."
        )
    if validation is not None and validation.passes_max > 1:
        notes.append(
            f"Your program is run up to {validation.passes_max} times on each test. The judge makes the "
            "input of each pass after the first, and nothing else is kept in between."
        )
    if problem.output_file:
        notes.append(f"Your program writes its output to the file {problem.output_file}.")
    if problem.scoring is not None:
        best = f" up to {problem.scoring.max_score:g} points" if problem.scoring.max_score is not None else ""
        less = ", and less is better" if problem.scoring.is_minimised else ""
        notes.append(f"Submissions are scored{best}{less}.")
    return tuple(notes)


def groups_of(problem: Problem) -> tuple[GroupRow, ...]:
    """The groups below data/secret, in order; none where they are not to be shown or there is but one."""
    if problem.grading is None or problem.scoring is None or not problem.scoring.shows_groups:
        return ()
    return tuple(
        GroupRow(
            name=_short(group.name),
            tests=sum(1 for _ in group.tests()),
            points=group.max_score,
            requires=tuple(_short(name) for name in group.requires),
        )
        for group in problem.grading.groups()
        if group.name.startswith(f"{_SECRET}/")
    )


def license_of(about: About) -> tuple[str, str] | None:
    """Its name and address ("" without one); None when it is not known."""
    return None if about.license == "unknown" else _LICENSES.get(about.license, (about.license, ""))


def credits_by_role(about: About) -> tuple[tuple[str, tuple[Credit, ...]], ...]:
    """Who is thanked, in the order of the specification."""
    order = {role: number for number, role in enumerate(_ROLES)}
    thanked = sorted(about.credits, key=lambda credit: order.get(credit.role, len(order)))
    return tuple(
        (_ROLES.get(role, role.capitalize()), tuple(people))
        for role, people in groupby(thanked, key=lambda credit: credit.role)
    )


def safe_link(url: str) -> str:
    """An address that a link may have; "" for what is none of the web's."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _short(name: str) -> str:
    return name.removeprefix(f"{_SECRET}/")
