"""Statements that nothing reaches, and functions that nothing calls. Pure.

Only what is sure: a statement behind another that leaves the same block; a function that no other file can
call, whose name is nowhere else in this one.
"""

from collections import Counter
from collections.abc import Iterator
import re

from tree_sitter import Node

from assay.analysis.languages import Grammar
from assay.analysis.measures.measured_rules import UNREACHABLE_CODE, UNUSED_FUNCTION
from assay.analysis.syntax import COMMENTS, Step, Syntax
from assay.domain.finding import Finding

_LEAVING = frozenset(
    {
        "return_statement",
        "raise_statement",
        "throw_statement",
        "break_statement",
        "continue_statement",
        "return_expression",
        "break_expression",
        "continue_expression",
    }
)
_BLOCKS = frozenset({"block", "statement_block", "compound_statement", "constructor_body", "statement_list"})
# Declarations hold in the whole block wherever they are; a label is jumped to; a preprocessor decides which
# of the lines is there at all.
_HARMLESS = re.compile(
    r"comment|.*_declaration|.*_definition|labeled_statement|preproc.*|#.*|.*_item|empty_statement|"
    r"local_function_statement|macro_definition|attribute_item|case_statement|;"
)
_DECLARES_AND_RUNS = re.compile(r"(lexical|variable|local_variable|var|short_var|let|const)_declaration")
_FUNCTIONS = frozenset({"function_definition", "function_declaration", "method_declaration"})
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
# Java's serialization calls these by their names.
_CALLED_BY_NAME = frozenset(
    {b"readObject", b"writeObject", b"readResolve", b"writeReplace", b"readObjectNoData"}
)


def dead_code(syntax: Syntax, grammar: Grammar, *, path: str) -> tuple[dict[str, float], list[Finding]]:
    """How many statements are never reached and functions never called, and where."""
    unreachable = [_told(node, last, path) for node, last in _behind_exits(syntax)]
    unused = [
        UNUSED_FUNCTION.finding(path=path, start_line=node.start_point.row + 1, end_line=_last_line(node))
        for node in _never_called(syntax, grammar)
    ]
    metrics = {"unreachable_blocks": float(len(unreachable)), "unused_functions": float(len(unused))}
    return metrics, unreachable + unused


def _told(first: Node, last: Node, path: str) -> Finding:
    return UNREACHABLE_CODE.finding(
        path=path, start_line=first.start_point.row + 1, end_line=_last_line(last)
    )


def _last_line(node: Node) -> int:
    end = node.end_point
    return max(node.start_point.row + 1, end.row + (end.column > 0))


def _behind_exits(syntax: Syntax) -> Iterator[tuple[Node, Node]]:
    """The first and the last statement of each passage that is never reached."""
    for step in syntax.steps:
        if step.kind not in _LEAVING:
            continue
        statement = _as_statement(step)
        block = None if statement is None else statement.parent
        if statement is None or block is None or block.type not in _BLOCKS:
            continue
        if any(child.type.startswith(("preproc", "#")) for child in block.children):
            continue
        if (first := _next_that_runs(statement)) is not None:
            last = [child for child in block.named_children if child.type not in COMMENTS][-1]
            yield first, last


def _as_statement(step: Step) -> Node | None:
    """Rust's exits are expressions: only one that is a whole statement leaves the block for sure."""
    if not step.kind.endswith("_expression"):
        return step.node
    parent = step.node.parent
    return parent if parent is not None and parent.type == "expression_statement" else None


def _next_that_runs(statement: Node) -> Node | None:
    node = statement.next_named_sibling
    while node is not None and _is_harmless(node):
        node = node.next_named_sibling
    if node is None or _has_yield(node):
        return None
    return node


def _is_harmless(node: Node) -> bool:
    return bool(_HARMLESS.fullmatch(node.type)) and not _runs(node)


def _runs(node: Node) -> bool:
    """A declaration with a value computes something; `var x;` alone is there for its name."""
    return bool(_DECLARES_AND_RUNS.fullmatch(node.type)) and b"=" in (node.text or b"")


def _has_yield(node: Node) -> bool:
    """In Python, a yield that is never reached still makes a generator of the function."""
    return b"yield" in (node.text or b"")


def _never_called(syntax: Syntax, grammar: Grammar) -> Iterator[Node]:
    words: Counter[bytes] | None = None
    for step in syntax.steps:
        if step.kind not in _FUNCTIONS or not _is_out_of_reach(step.node, grammar):
            continue
        name = step.node.child_by_field_name("name")
        if name is None or name.text is None or name.text in _CALLED_BY_NAME or name.text.startswith(b"__"):
            continue
        if words is None:
            words = Counter(_WORD.findall(syntax.text))  # texts, too: what is looked up by name counts
        if words[name.text] == 1:
            yield step.node


def _is_out_of_reach(node: Node, grammar: Grammar) -> bool:
    """Whether no other file can call this function, and no framework that is told of it by a decoration."""
    match grammar:
        case Grammar.PYTHON:
            return node.type == "function_definition" and _is_local(
                node, "function_definition", "class_definition"
            )
        case Grammar.JAVASCRIPT | Grammar.TYPESCRIPT | Grammar.TSX:
            return node.type == "function_declaration" and _is_local(node, "function_declaration", "program")
        case Grammar.JAVA | Grammar.CSHARP:
            return node.type == "method_declaration" and _is_private(node)
        case _:
            return False


def _is_local(node: Node, function: str, other: str) -> bool:
    """Directly inside another function: blocks apart, that is the nearest thing around it."""
    around = node.parent
    while around is not None and around.type not in {function, other}:
        if around.type in {"decorated_definition", "export_statement"}:
            return False
        around = around.parent
    return around is not None and around.type == function


def _is_private(node: Node) -> bool:
    modifiers = b" ".join(
        child.text or b""
        for child in node.children
        if child.type in {"modifiers", "modifier", "attribute_list"}
    )
    return b"private" in modifiers and b"@" not in modifiers and b"[" not in modifiers
