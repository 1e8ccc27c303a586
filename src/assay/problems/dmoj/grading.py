"""From batches and points to the tree of groups.

    ""                     the sum of
      secret               the sum of
        secret/<test>      single cases
        secret/batch<n>    the worst of its cases, each worth all of the batch's points
        secret/pretest<n>  cases worth nothing; after a failure, nothing that follows is run
        secret/part<n>     the single cases behind a pretest

A batch runs when those that it depends on were passed. After a failed case the rest of its batch is not run.
"""

from collections.abc import Mapping, Sequence

from assay.domain.grading import Aggregation, GroupVerdict, TestGroup
from assay.problems.dmoj.cases import Batch, Case
from assay.problems.trees import SECRET, numbered


def named_tree(batches: Sequence[Batch], *, short_circuit: bool) -> tuple[TestGroup, tuple[str, ...]]:
    """The tree, and the names of all cases in their order. `short_circuit`: the first failure ends all."""
    return _Tree(batches, short_circuit=short_circuit).build()


class _Tree:
    def __init__(self, batches: Sequence[Batch], *, short_circuit: bool) -> None:
        self._batches = batches
        self._short_circuit = short_circuit
        self._count = sum(len(batch.cases) for batch in batches)
        self._next = 1
        self._groups = len(batches)
        self._scores: dict[str, float] = {}

    def build(self) -> tuple[TestGroup, tuple[str, ...]]:
        members: list[TestGroup | str] = []
        gates: list[str] = []  # groups that must have been passed for anything more to be run
        batch_names: dict[int, str] = {}
        for run in self._runs():
            first = run[0]
            number = numbered(len(members) + 1, self._groups)
            if first.number is not None:
                name = f"{SECRET}/{number}-batch{first.number}"
                batch_names[first.number] = name
                members.append(self._batch(name, first, [*gates, *_names_of(first, batch_names)]))
                if not first.points:
                    gates.append(name)
            elif not first.points:
                name = f"{SECRET}/{number}-pretest"
                members.append(self._pretest(name, run, gates))
                gates.append(name)
            elif gates:
                name = f"{SECRET}/{number}-part"
                members.append(self._part(name, run, gates))
            else:
                members += [self._case(SECRET, each.cases[0]) for each in run]
        total = sum(
            member.max_score or 0.0 if isinstance(member, TestGroup) else self._scores[member]
            for member in members
        )
        secret = self._group(SECRET, members, Aggregation.SUM, total, stops=self._short_circuit)
        return self._group("", [secret], Aggregation.SUM, total, stops=False), tuple(self._scores)

    def _runs(self) -> list[list[Batch]]:
        """Batches each for itself; single cases of which all, or none, are worth nothing, together."""
        runs: list[list[Batch]] = []
        for batch in self._batches:
            last = runs[-1][-1] if runs else None
            together = (
                last is not None
                and last.number is None
                and batch.number is None
                and bool(last.points) == bool(batch.points)
            )
            if together:
                runs[-1].append(batch)
            else:
                runs.append([batch])
        return runs

    def _batch(self, name: str, batch: Batch, requires: Sequence[str]) -> TestGroup:
        members = [self._case(name, case) for case in batch.cases]
        return self._group(name, members, Aggregation.MIN, batch.points, stops=True, requires=requires)

    def _pretest(self, name: str, run: Sequence[Batch], gates: Sequence[str]) -> TestGroup:
        members = [self._case(name, batch.cases[0]) for batch in run]
        return self._group(name, members, Aggregation.SUM, 0.0, stops=True, requires=gates)

    def _part(self, name: str, run: Sequence[Batch], gates: Sequence[str]) -> TestGroup:
        members = [self._case(name, batch.cases[0]) for batch in run]
        points = sum(batch.points for batch in run)
        return self._group(name, members, Aggregation.SUM, points, stops=self._short_circuit, requires=gates)

    def _case(self, folder: str, case: Case) -> str:
        name = f"{folder}/{numbered(self._next, self._count)}"
        self._next += 1
        self._scores[name] = case.points
        return name

    def _group(
        self,
        name: str,
        members: Sequence[TestGroup | str],
        aggregation: Aggregation,
        max_score: float,
        *,
        stops: bool,
        requires: Sequence[str] = (),
    ) -> TestGroup:
        return TestGroup(
            name=name,
            members=tuple(members),
            aggregation=aggregation,
            verdict=GroupVerdict.WORST_ERROR,
            stops_at_rejection=stops,
            requires=tuple(dict.fromkeys(requires)),
            max_score=max_score,
        )


def _names_of(batch: Batch, names: Mapping[int, str]) -> list[str]:
    return [names[number] for number in batch.requires if number in names]
