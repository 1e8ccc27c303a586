"""Where each test goes: folders below data/ whose names say the order of running.

Names are kept where they are such as the package format has them and give the right order; else all tests are
numbered anew. Tests that 2025-09 cannot have beside groups get groups of their own, and so do those that
are worth more or less than the others of their group, which neither dialect has.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
import re

from assay.domain.grading import Aggregation, TestGroup
from assay.domain.problem import Problem, TestCase
from assay.problems.folder import NAME, path_order
from assay.problems.package import PackageFormat
from assay.problems.trees import SAMPLE, SECRET, numbered, plain_names

_NUMBER_AND_DASH = re.compile(r"^\d+-")


@dataclass(kw_only=True)
class Folder:
    """A folder below data/, with its tests and inner folders in the order of running. `group` is None where
    the folder means nothing for scores. `path` is settled by `arrange`."""

    name: str
    group: TestGroup | None
    members: list["Folder | TestCase"] = field(default_factory=list)
    path: str = ""

    def folders(self) -> Iterator["Folder"]:
        """This one and all below."""
        yield self
        for member in self.members:
            if isinstance(member, Folder):
                yield from member.folders()

    def tests(self) -> Iterator[TestCase]:
        for member in self.members:
            if isinstance(member, Folder):
                yield from member.tests()
            else:
                yield member


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The whole of data/. `names` are the tests' new names by their old ones, `groups` those of groups.

    `root` is the group around both. `gathered` are tests that were beside groups, `parted` those that are
    worth more or less than others of their group. `copied` are samples that are written twice: to be shown,
    to be scored.
    """

    sample: Folder
    secret: Folder
    root: TestGroup | None
    names: dict[str, str]
    groups: dict[str, str]
    gathered: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()

    def folders(self) -> Iterator[Folder]:
        yield from self.sample.folders()
        yield from self.secret.folders()

    def folder_of(self, test: TestCase) -> Folder:
        """The folder that a test is directly in."""
        return next(each for each in self.folders() if any(member is test for member in each.members))


def arrange(problem: Problem, dialect: PackageFormat) -> Arrangement:
    """Find a place for every test."""
    tests = {test.name: test for test in problem.tests}
    root = problem.grading
    if root is None:
        sample = Folder(name=SAMPLE, group=None, members=[test for test in problem.tests if test.is_sample])
        secret = Folder(
            name=SECRET, group=None, members=[test for test in problem.tests if not test.is_sample]
        )
        return _settle(sample, secret, None)
    sample_group, secret_members, secret_group = _split(root)
    sample = _folder(SAMPLE, sample_group, () if sample_group is None else sample_group.members, tests)
    secret = _folder(SECRET, secret_group, secret_members, tests)
    gathered: list[str] = []
    parted: list[str] = []
    if problem.scoring is not None and dialect is PackageFormat.LEGACY:
        for folder in (*sample.folders(), *secret.folders()):
            parted += _part(folder)
    elif problem.scoring is not None:
        gathered = _gather(secret)
        parted = _part(secret)
    copied = [test for test in secret.tests() if test.is_sample and problem.scoring is not None]
    if copied and dialect is not PackageFormat.LEGACY:
        sample.members += [replace(test, name=f"{SAMPLE}/{test.name}") for test in copied]
    arranged = _settle(sample, secret, root)
    return replace(
        arranged,
        gathered=tuple(gathered),
        parted=tuple(parted),
        copied=tuple(test.name for test in copied),
    )


def _split(
    root: TestGroup,
) -> tuple[TestGroup | None, tuple[TestGroup | str, ...], TestGroup | None]:
    """The group of samples, and what is secret: the members of the group of that name, else all others."""
    sample = next(
        (each for each in root.members if isinstance(each, TestGroup) and each.name == SAMPLE), None
    )
    others = tuple(each for each in root.members if each is not sample)
    if len(others) == 1 and isinstance(others[0], TestGroup) and others[0].name == SECRET:
        return sample, others[0].members, others[0]
    return sample, others, None


def _folder(
    name: str,
    group: TestGroup | None,
    members: Iterable[TestGroup | str],
    tests: dict[str, TestCase],
) -> Folder:
    folder = Folder(name=name, group=group)
    for member in members:
        if isinstance(member, TestGroup):
            folder.members.append(_folder(member.name, member, member.members, tests))
        else:
            folder.members.append(tests[member])
    return folder


def _gather(secret: Folder) -> list[str]:
    """Put tests that are beside groups into groups, by what they are worth; flatten groups in groups.

    Returns the names of the tests that were gathered.
    """
    if not any(isinstance(member, Folder) for member in secret.members):
        return []
    gathered: list[str] = []
    members: list[Folder | TestCase] = []
    for member in secret.members:
        if isinstance(member, Folder):
            member.members = list(member.tests())
            members.append(member)
            continue
        gathered.append(member.name)
        last = members[-1] if members else None
        if isinstance(last, Folder) and last.group is not None and last.name.startswith("single-"):
            first = last.members[0]
            if isinstance(first, TestCase) and first.accept_score == member.accept_score:
                last.members.append(member)
                points = (last.group.max_score or 0.0) + (member.accept_score or 0.0)
                last.group = replace(last.group, members=(*last.group.members, member.name), max_score=points)
                continue
        group = TestGroup(
            name=f"single-{len(members) + 1}",
            members=(member.name,),
            aggregation=Aggregation.SUM,
            stops_at_rejection=False,
            max_score=member.accept_score or 0.0,
        )
        members.append(Folder(name=group.name, group=group, members=[member]))
    secret.members = members
    return gathered


def _part(folder: Folder) -> list[str]:
    """Where the scores of tests of different worth are added up, put those of the same into groups.

    Returns the names of these tests; none when all are worth the same.
    """
    tests = [member for member in folder.members if isinstance(member, TestCase)]
    if folder.group is None or folder.group.aggregation is not Aggregation.SUM:
        return []
    if len({_worth(test) for test in tests}) < 2:
        return []
    members: list[Folder | TestCase] = []
    for member in folder.members:
        last = members[-1] if members else None
        if isinstance(member, TestCase):
            if isinstance(last, Folder) and last.name.startswith(_PARTED):
                first = last.members[0]
                if isinstance(first, TestCase) and _worth(first) == _worth(member):
                    last.members.append(member)
                    continue
            members.append(Folder(name=f"{_PARTED}{len(members) + 1}", group=None, members=[member]))
        else:
            members.append(member)
    for inner in members:
        if isinstance(inner, Folder) and inner.name.startswith(_PARTED):
            inner.group = _group_of(inner, folder.group)
    folder.members = members
    return [test.name for test in tests]


_PARTED = "worth-"  # no group of a problem is named so: theirs are paths below data/


def _worth(test: TestCase) -> tuple[float | None, float]:
    return test.accept_score, test.reject_score


def _group_of(folder: Folder, around: TestGroup) -> TestGroup:
    """The group of tests that were directly in another, which adds up and goes on as that one does."""
    tests = [member for member in folder.members if isinstance(member, TestCase)]
    return TestGroup(
        name=folder.name,
        members=tuple(test.name for test in tests),
        aggregation=around.aggregation,
        verdict=around.verdict,
        stops_at_rejection=around.stops_at_rejection,
        max_score=None if around.max_score is None else sum(test.accept_score or 0.0 for test in tests),
    )


def _settle(sample: Folder, secret: Folder, root: TestGroup | None) -> Arrangement:
    """Give every folder its path and every test its name."""
    names: dict[str, str] = {}
    if _has_usable_names(sample) and _has_usable_names(secret):
        for folder in (*sample.folders(), *secret.folders()):
            folder.path = folder.name
            names |= {member.name: member.name for member in folder.members if isinstance(member, TestCase)}
    else:
        for top in (sample, secret):
            top.path = top.name
            _number(top, names)
    groups = {
        folder.group.name: folder.path
        for folder in (*sample.folders(), *secret.folders())
        if folder.group is not None
    }
    return Arrangement(sample=sample, secret=secret, root=root, names=names, groups=groups)


def _has_usable_names(top: Folder) -> bool:
    """Whether the names are such as the format has them, below their folders, and in order."""
    names = [test.name for test in top.tests()]
    if names != sorted(names, key=path_order) or len(set(names)) != len(names):
        return False
    for folder in top.folders():
        inside = [member.name for member in folder.members]
        if folder.group is None and folder is not top:
            return False
        if inside != sorted(inside, key=path_order):
            return False
        for name in inside:
            below = name.removeprefix(f"{folder.name}/")
            if below == name or not all(NAME.fullmatch(part) for part in below.split("/")):
                return False
    folders = {folder.name for folder in top.folders()}
    return folders.isdisjoint(names) and not any(
        name.startswith(f"{other}/") for name in names for other in names if other != name
    )


def _number(folder: Folder, names: dict[str, str]) -> None:
    """Names by number, in the order of the members; groups keep their words behind their numbers."""
    inner = [member for member in folder.members if isinstance(member, Folder)]
    words = plain_names(_NUMBER_AND_DASH.sub("", each.name.rpartition("/")[2]) for each in inner)
    count = len(folder.members)
    for number, member in enumerate(folder.members, start=1):
        if isinstance(member, Folder):
            word = words[_NUMBER_AND_DASH.sub("", member.name.rpartition("/")[2])]
            member.path = f"{folder.path}/{numbered(number, count)}-{word}"
            _number(member, names)
        else:
            names[member.name] = f"{folder.path}/{numbered(number, count)}"
