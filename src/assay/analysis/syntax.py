"""A program's syntax tree, by tree-sitter: bounded in size and depth, and only of a program that is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

from tree_sitter import Language, Node, Parser, Tree

from assay.analysis.languages import Grammar

NODES_MAX = 200_000  # some 20,000 lines; beyond, it is data, or was generated
DEPTH_MAX = 1_000  # people nest 60 deep at the most; asking a node for its parent costs time by its depth

_PACKAGES = {
    Grammar.PYTHON: ("tree_sitter_python", "language"),
    Grammar.JAVASCRIPT: ("tree_sitter_javascript", "language"),
    Grammar.TYPESCRIPT: ("tree_sitter_typescript", "language_typescript"),
    Grammar.TSX: ("tree_sitter_typescript", "language_tsx"),
    Grammar.JAVA: ("tree_sitter_java", "language"),
    Grammar.GO: ("tree_sitter_go", "language"),
    Grammar.CPP: ("tree_sitter_cpp", "language"),
    Grammar.CSHARP: ("tree_sitter_c_sharp", "language"),
    Grammar.RUST: ("tree_sitter_rust", "language"),
}
COMMENTS = frozenset({"comment", "line_comment", "block_comment", "html_comment"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node on the way through a tree, parents before children, and how deep it is."""

    node: Node
    kind: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class Syntax:
    """A whole program. `text` is what the nodes' offsets count in."""

    text: bytes
    tree: Tree
    steps: tuple[Step, ...]


class NotUnderstood(Exception):
    """The program cannot be read; `why` says so in words. It becomes part of a result."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Grammars:
    """The grammars' parsers, each made once, and their versions."""

    def __init__(self) -> None:
        self._parsers = {grammar: _parser(grammar) for grammar in Grammar}
        self._versions = {grammar: version(_distribution(grammar)) for grammar in Grammar}
        self._engine = version("tree-sitter")

    def parse(self, content: bytes, grammar: Grammar) -> Tree:
        """The program as a tree. Raises `NotUnderstood` where the grammar does not know what it sees."""
        tree = self._parsers[grammar].parse(content)
        if tree.root_node.has_error:
            line = first_error_line(tree.root_node)
            raise NotUnderstood(f"line {line} is not understood by the grammar of {grammar}")
        return tree

    def read(self, text: str, grammar: Grammar) -> Syntax:
        """The program with all its nodes. Raises `NotUnderstood` for what is too much, or is no program."""
        content = text.encode()
        tree = self.parse(content, grammar)
        if tree.root_node.descendant_count > NODES_MAX:
            raise NotUnderstood(f"its syntax is larger than {NODES_MAX} nodes")
        steps = tuple(_walk(tree))
        if all(step.kind in COMMENTS for step in steps[1:]):
            raise NotUnderstood("there is no code in it")
        return Syntax(text=content, tree=tree, steps=steps)

    def versions(self, grammar: Grammar) -> dict[str, str]:
        """Of the grammar and of the engine that runs it, by the packages' names."""
        return {"tree-sitter": self._engine, _distribution(grammar): self._versions[grammar]}


def _parser(grammar: Grammar) -> Parser:
    module, function = _PACKAGES[grammar]
    return Parser(Language(getattr(import_module(module), function)()))


def _distribution(grammar: Grammar) -> str:
    return _PACKAGES[grammar][0].replace("_", "-")


def _walk(tree: Tree) -> Iterator[Step]:
    """All nodes, by one cursor: recursion would end where the nesting is deep."""
    cursor, depth = tree.walk(), 0
    while (node := cursor.node) is not None:
        if depth > DEPTH_MAX:
            raise NotUnderstood(f"its syntax is nested deeper than {DEPTH_MAX}")
        yield Step(node=node, kind=node.type, depth=depth)
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def first_error_line(root: Node) -> int:
    """The line (from 1) of the first node that is wrong or missing, found without recursion."""
    node = root
    while True:
        child = next((each for each in node.children if each.has_error or each.is_missing), None)
        if child is None or child.is_error or child.is_missing:
            return (child or node).start_point.row + 1
        node = child
