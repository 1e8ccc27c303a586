"""submissions/: folders whose names say what to expect, and submissions.yaml for what they cannot say."""

from assay.domain.answers import ANSWERS
from assay.domain.problem import Credit
from assay.domain.verdict import Verdict
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.expectations import FORMAT_VERDICTS, Expectation, Rule, finer
from assay.problems.export.folders import Arrangement
from assay.problems.export.losses import Losses
from assay.problems.export.tests import Writing
from assay.problems.package import PackageFormat, PackageSubmission

_FOLDER = "submissions"
_MIXED = "mixed"  # says nothing by its name
_AC, _WA, _TLE, _RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE
# What folders say, the narrowest first: a submission goes into the first that admits all that it may come to.
_FOLDERS = (
    ("accepted", frozenset({_AC})),
    ("wrong_answer", finer({_WA})),
    ("time_limit_exceeded", frozenset({_TLE})),
    ("run_time_error", finer({_RTE})),
)
_REJECTED = finer(FORMAT_VERDICTS - {_AC})


def write_submissions(writing: Writing, languages: LanguageCatalogue) -> dict[str, str]:
    """Every submission, and what is expected of each. Returns their new paths by their old ones."""
    document: dict[str, object] = {}
    places: dict[str, str] = {}
    for submission in writing.package.submissions:
        path = _place(submission, writing.dialect, frozenset(places.values()))
        places[submission.path] = path
        is_folder = len(submission.files) > 1 or submission.files[0].name != path.rpartition("/")[2]
        for file in submission.files:
            writing.target.write(f"{path}/{file.name}" if is_folder else path, file.content)
        entry = _entry(submission, path, writing.arrangement, languages, writing.losses)
        if entry:
            document[path.removeprefix(f"{_FOLDER}/")] = entry
    writing.target.write_yaml(f"{_FOLDER}/{_FOLDER}.yaml", document)
    return places


def _place(submission: PackageSubmission, dialect: PackageFormat, taken: frozenset[str]) -> str:
    """Where it was, if that is in the format's folders; else a folder by what is expected of it."""
    if submission.path.startswith(f"{_FOLDER}/") and submission.path.count("/") >= 2:
        return submission.path
    name = submission.path.rpartition("/")[2]
    folder = _folder_for(submission.expectation, dialect)
    path, count = f"{_FOLDER}/{folder}/{name}", 2
    while path in taken:
        stem, dot, ending = name.rpartition(".")
        path = f"{_FOLDER}/{folder}/{stem or name}-{count}{dot}{ending if stem else ''}"
        count += 1
    return path


def _folder_for(expectation: Expectation, dialect: PackageFormat) -> str:
    verdicts = frozenset(expectation.verdicts)
    for folder, admitted in _FOLDERS:
        if verdicts and verdicts <= admitted:
            return folder
    is_standard = dialect is not PackageFormat.LEGACY
    return "rejected" if is_standard and verdicts and verdicts - {Verdict.CE} <= _REJECTED else _MIXED


def _entry(
    submission: PackageSubmission,
    path: str,
    arrangement: Arrangement,
    languages: LanguageCatalogue,
    losses: Losses,
) -> dict[str, object]:
    """What submissions.yaml says of one. Where the folder says enough, nothing."""
    entry: dict[str, object] = {}
    if submission.language_id not in (None, ANSWERS):
        found = languages.for_files(submission.files)
        if found is None or found.id != submission.language_id:
            entry["language"] = submission.language_id
    if submission.authors:
        entry["authors"] = [_person(author) for author in submission.authors]
    if submission.is_model:
        entry["model_solution"] = True
    folder = path.split("/")[1]
    expectation = submission.expectation
    whole = [rule for rule in expectation.rules if rule.tests is None and rule.origin]
    verdicts = _of_format(frozenset(expectation.verdicts))
    if folder == _MIXED and verdicts and not whole and path != submission.path:
        entry["permitted"] = [str(each) for each in sorted(verdicts | {_AC})]
        entry["required"] = [str(each) for each in sorted(verdicts)]
    for rule in whole:
        entry |= _rule(rule)
    for rule in expectation.rules:
        if rule.tests is not None:
            where = arrangement.groups.get(rule.where) or arrangement.names.get(rule.where) or rule.where
            entry[where] = _rule(rule)
    if expectation.scores and not any(rule.score for rule in whole):
        lowest, highest = expectation.scores[0]
        entry["score"] = lowest if lowest == highest else [lowest, highest]
        if len(expectation.scores) > 1:
            losses.note(path, "the package format expects one score, or a range of them")
    return entry


def _rule(rule: Rule) -> dict[str, object]:
    found: dict[str, object] = {}
    if rule.permitted != FORMAT_VERDICTS:
        found["permitted"] = [str(each) for each in sorted(rule.permitted)]
    if rule.required != FORMAT_VERDICTS:
        found["required"] = [str(each) for each in sorted(rule.required)]
    if rule.score is not None:
        lowest, highest = rule.score
        found["score"] = lowest if lowest == highest else [lowest, highest]
    if rule.message:
        found["message"] = rule.message
    if rule.time_use is None and _is_of_use(rule):
        found["use_for_time_limit"] = False
    return found


def _is_of_use(rule: Rule) -> bool:
    """Whether the format would have it bound the time limit ("Timelimit inference")."""
    constrains = rule.permitted != FORMAT_VERDICTS or rule.required != FORMAT_VERDICTS
    return constrains and (rule.required == {_TLE} or _TLE not in rule.permitted)


def _of_format(verdicts: frozenset[Verdict]) -> frozenset[Verdict]:
    return frozenset(each for each in FORMAT_VERDICTS if not finer({each}).isdisjoint(verdicts))


def _person(person: Credit) -> dict[str, str]:
    extras = {"email": person.email, "orcid": person.orcid, "kattis": person.kattis}
    return {"name": person.name, **{key: value for key, value in extras.items() if value}}
