"""Who is thanked, where a problem comes from, and whose it is: what no verdict depends on.

Specification 2025-09: "Credits", "Source", "License", "Rights owner", "Problem publication embargo"; legacy:
"Author", "Source", "License".
"""

import re

from assay.domain.problem import About, Credit, Source
from assay.problems.documents import Value
from assay.problems.fields import Fields
from assay.problems.standard import LANGUAGE_TAG

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PERSON = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<\s*(?P<email>[^<>\s]+)\s*>)?\s*")
_ORCID = re.compile(r"(\d{4}-){3}\d{3}[\dX]")
_EMBARGO = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")
_LICENSES = ("unknown", "public domain", "cc0", "cc by", "cc by-sa", "educational", "permission")
_UNOWNED = ("unknown", "public domain")
_ROLES = ("authors", "contributors", "testers", "translators", "packagers", "acknowledgements")


def read_people(fields: Fields, field: str, *, role: str, language: str = "") -> tuple[Credit, ...]:
    """A person or a list of persons, each `Name <email>` or a mapping; what is wrong is reported."""
    people = (_read_person(fields, field, item, role, language) for item in fields.items(field) or ())
    return tuple(person for person in people if person is not None)


def read_standard_about(fields: Fields) -> About:
    """What problem.yaml of 2025-09 says."""
    return About(
        uuid=_read_uuid(fields, required=True),
        revision=fields.text("version") or "",
        credits=_read_credits(fields),
        sources=_read_sources(fields),
        keywords=_read_keywords(fields),
        embargo_until=_read_embargo(fields),
        license=_read_license(fields),
        rights_owner=fields.text("rights_owner") or "",
    )


def _read_keywords(fields: Fields) -> tuple[str, ...]:
    found = fields.value("keywords")
    if found is not None and found.text is not None:
        fields.warn("keywords", f"must be a list; [{found.text[:40]}] is taken for it")
    return fields.texts("keywords") or ()


def read_legacy_about(fields: Fields) -> About:
    """What problem.yaml of the legacy dialect says."""
    source, url = fields.text("source") or "", fields.text("source_url") or ""
    if url and not source:
        fields.warn("source_url", "must not be given without source, which it belongs to")
    authors = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", (fields.text("author") or "").strip())
    people = (_PERSON.fullmatch(author) for author in authors if author)
    return About(
        uuid=_read_uuid(fields, required=False),
        credits=tuple(
            Credit(role="authors", name=person["name"], email=person["email"] or "")
            for person in people
            if person is not None and person["name"]
        ),
        sources=(Source(name=source, url=url),) if source else (),
        # A string by the specification; problemtools takes a list as well.
        keywords=tuple(word for text in fields.texts("keywords") or () for word in text.split()),
        license=_read_license(fields),
        rights_owner=fields.text("rights_owner") or "",
    )


def check_rights(fields: Fields, about: About) -> None:
    """Whose the problem is must be clear, unless it is nobody's. Never more than a warning."""
    if about.license == "public domain" and about.rights_owner:
        fields.warn("rights_owner", "must not be set when the license is 'public domain'")
    owned = about.rights_owner or about.sources or any(each.role == "authors" for each in about.credits)
    if about.license not in _UNOWNED and not owned:
        fields.warn(
            "license",
            f"{about.license!r} needs an owner: give rights_owner, an author or a source",
        )


def _read_person(fields: Fields, field: str, item: Value, role: str, language: str) -> Credit | None:
    if item.text is not None:
        found = _PERSON.fullmatch(item.text)
        if found is None or not found["name"]:
            fields.error_at(field, item.line, f"must be 'Name' or 'Name <email>', not {item.text[:60]!r}")
            return None
        return Credit(role=role, name=found["name"], email=found["email"] or "", language=language)
    person = fields.inner(field, item)
    if person is None:
        fields.error_at(field, item.line, "must be a person: 'Name <email>', or a mapping with a name")
        return None
    name = person.text("name")
    if not name:
        fields.error_at(field, item.line, "is a person without a name; give one")
    orcid = person.text("orcid") or ""
    if orcid and not _ORCID.fullmatch(orcid):
        person.warn("orcid", f"{orcid[:40]!r} is no ORCID such as 0000-0001-2345-6789")
    credit = Credit(
        role=role,
        name=name or "",
        email=person.text("email") or "",
        language=language,
        orcid=orcid,
        kattis=person.text("kattis") or "",
    )
    person.finish(what="key of a person")
    return credit


def _read_credits(fields: Fields) -> tuple[Credit, ...]:
    given = fields.value("credits")
    if given is None:
        return ()
    if given.text is not None:
        return read_people(fields, "credits", role="authors")
    by_role = fields.fields("credits")
    if by_role is None:
        return ()
    found: list[Credit] = []
    for role in _ROLES:
        if role == "translators":
            found.extend(_read_translators(by_role))
        else:
            found.extend(read_people(by_role, role, role=role))
    by_role.finish(what="kind of credit")
    return tuple(found)


def _read_translators(by_role: Fields) -> list[Credit]:
    by_language = by_role.fields("translators")
    found: list[Credit] = []
    for tag in by_language.names() if by_language is not None else ():
        if by_language is not None:
            if not LANGUAGE_TAG.fullmatch(tag):
                by_language.error(tag, "is not a language code such as en or pt-BR")
            found.extend(read_people(by_language, tag, role="translators", language=tag))
    return found


def _read_sources(fields: Fields) -> tuple[Source, ...]:
    found = []
    for item in fields.items("source") or ():
        if item.text is not None:
            found.append(Source(name=item.text))
            continue
        entry = fields.inner("source", item)
        if entry is None:
            fields.error_at("source", item.line, "must be a name, or a mapping with a name and a url")
            continue
        name = entry.text("name")
        if not name:
            fields.error_at("source", item.line, "is a source without a name; give one")
        found.append(Source(name=name or "", url=entry.text("url") or ""))
        entry.finish(what="key of a source")
    return tuple(found)


def _read_license(fields: Fields) -> str:
    name = fields.text("license") or "unknown"
    if name not in _LICENSES:
        fields.warn("license", f"{name!r} is none of: {', '.join(_LICENSES)}")
    return name


def _read_embargo(fields: Fields) -> str:
    text = fields.text("embargo_until") or ""
    if text and not _EMBARGO.fullmatch(text):
        fields.error("embargo_until", "must be a day, or a time in UTC: 2030-01-31 or 2030-01-31T08:00:00Z")
    return text


def _read_uuid(fields: Fields, *, required: bool) -> str:
    uuid = fields.text("uuid")
    if uuid is None:
        if required:
            fields.warn("uuid", "is missing, which the specification does not allow; Assay does not need it")
        return ""
    if not _UUID.fullmatch(uuid):
        fields.warn("uuid", f"{uuid[:40]!r} is not a UUID")
    return uuid
