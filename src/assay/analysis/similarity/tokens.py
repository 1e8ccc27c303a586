"""From a source text to its tokens, by tree-sitter. Bounded in nothing: for a child process.

A token is a number: the CRC-32 of what grammars.py makes of a leaf, so that any process on any machine gives
the same. Lists of literals become one literal: a table of a thousand numbers says nothing of who wrote it.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from zlib import crc32

from tree_sitter import Language, Node, Parser, Tree

from assay.analysis.similarity.grammars import LITERAL, Grammar

_KINDS = 1 << 16  # node kinds are 16-bit numbers; the last is that of errors
_DESCEND, _DROP = -1, 0
_ERROR_SHARE_MAX = 0.5  # of the tokens; more of them in no known syntax, and it is another language or none


@dataclass(frozen=True, kw_only=True)
class TokenText:
    """Tokens, and from which byte to which each is. `is_code` unless most of it makes no sense."""

    tokens: "array[int]"
    starts: "array[int]"
    ends: "array[int]"
    is_code: bool


class TokenReader:
    """Reads texts of one grammar."""

    def __init__(self, grammar: Grammar) -> None:
        module = import_module(grammar.module)
        language = Language(getattr(module, grammar.function)())
        self._parser = Parser(language)
        self._meanings = _meanings(grammar, language)
        self._literal = number_of(grammar.family, LITERAL)

    def read(self, content: bytes) -> TokenText:
        """The tokens of a text, whatever it is: what is not in the grammar's language has tokens, too."""
        tree = self._parser.parse(content)
        tokens, starts, ends = array("I"), array("I"), array("I")
        literal, last = self._literal, 0
        for token, start, end in _leaves(tree, self._meanings):
            if token == literal == last:
                ends[-1] = end
                continue
            last = token
            tokens.append(token)
            starts.append(start)
            ends.append(end)
        return TokenText(tokens=tokens, starts=starts, ends=ends, is_code=_is_code(tree))


def number_of(family: str, token: str) -> int:
    """A token's number, which is never 0: that stands for a break."""
    return crc32(f"{family} {token}".encode()) or 1


def _meanings(grammar: Grammar, language: Language) -> list[tuple[int, int]]:
    """For each kind of node: whether it is looked into, and its token as a leaf."""
    meanings = [(_DESCEND, number_of(grammar.family, "ERROR"))] * _KINDS
    for kind in range(language.node_kind_count):
        name = language.node_kind_for_id(kind) or ""
        if name in grammar.dropped:
            meanings[kind] = (_DROP, 0)
        elif name in grammar.atoms:
            token = number_of(grammar.family, grammar.atoms[name])
            meanings[kind] = (token, token)
        else:
            meanings[kind] = (_DESCEND, number_of(grammar.family, name))
    return meanings


def _leaves(tree: Tree, meanings: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Token, start and end of each leaf with text, in the order of the text. Any depth will do."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        assert node is not None  # noqa: S101  a cursor is always somewhere
        what, token = meanings[node.kind_id]
        if what == _DESCEND and cursor.goto_first_child():
            continue
        if what != _DROP:
            start, end = node.start_byte, node.end_byte
            if end > start:
                yield token, start, end
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_code(tree: Tree) -> bool:
    """Whether most leaves are where the grammar wants them. A slip leaves most of them intact."""
    if not tree.root_node.has_error:
        return True
    leaves = astray = 0
    cursor = tree.walk()
    parents: list[bool] = []  # whether each node above is an error

    def here() -> Node:
        node = cursor.node
        assert node is not None  # noqa: S101  a cursor is always somewhere
        return node

    while True:
        is_error = here().is_error
        if cursor.goto_first_child():
            parents.append(is_error)
            continue
        leaves += 1
        astray += is_error or parents[-1:] == [True]
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return astray <= leaves * _ERROR_SHARE_MAX
            parents.pop()
