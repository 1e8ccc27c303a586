"""Groups of submissions that flagged pairs join. Pure."""

from collections.abc import Iterable


def clusters_of(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The connected components of a graph by its edges: the largest first, names in order."""
    parents: dict[str, str] = {}

    def root_of(name: str) -> str:
        root = name
        while parents.setdefault(root, root) != root:
            root = parents[root]
        while parents[name] != root:  # the next way is short
            parents[name], name = root, parents[name]
        return root

    for a, b in pairs:
        parents[root_of(a)] = root_of(b)
    members: dict[str, list[str]] = {}
    for name in sorted(parents):
        members.setdefault(root_of(name), []).append(name)
    return tuple(sorted((tuple(names) for names in members.values()), key=lambda names: (-len(names), names)))
