"""How things are called: lengths, and whether functions follow their language's custom. Pure.

Sources: PEP 8; Effective Go, "MixedCaps"; the Java Language Specification, 6.1; the Rust API guidelines,
C-CASE; .NET's "Capitalization conventions". JavaScript has only a custom. C++ has none.
"""

import re

from assay.analysis.languages import Grammar
from assay.analysis.syntax import Syntax

_SNAKE = re.compile(r"_*[a-z0-9]+(_[a-z0-9]+)*_*")
_CAMEL = re.compile(r"[_$]*[A-Za-z][A-Za-z0-9]*[_$]*")
_PASCAL = re.compile(r"_*[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_CUSTOMS = {
    Grammar.PYTHON: _SNAKE,
    Grammar.RUST: _SNAKE,
    Grammar.JAVASCRIPT: _CAMEL,
    Grammar.TYPESCRIPT: _CAMEL,
    Grammar.TSX: _CAMEL,
    Grammar.JAVA: _CAMEL,
    Grammar.GO: _CAMEL,
    Grammar.CSHARP: _PASCAL,
}
_FUNCTIONS = frozenset(
    {
        "function_definition",
        "function_declaration",
        "generator_function_declaration",
        "method_declaration",
        "method_definition",
        "function_item",
    }
)
_IDENTIFIERS = frozenset({"identifier", "field_identifier", "property_identifier", "type_identifier"})


def names(syntax: Syntax, grammar: Grammar) -> dict[str, float]:
    """Of all distinct names: how long they are, and how many are a single letter; of functions' names: how
    many are against the language's custom (absent for a language without one)."""
    found = {
        (step.node.text or b"").decode(errors="replace") for step in syntax.steps if step.kind in _IDENTIFIERS
    }
    metrics = {
        "names": float(len(found)),
        "name_length_mean": round(sum(map(len, found)) / len(found), 3) if found else 0.0,
        "single_letter_names": float(sum(len(name) == 1 for name in found)),
    }
    custom = _CUSTOMS.get(grammar)
    if custom is not None:
        metrics["functions_against_custom"] = float(
            sum(not custom.fullmatch(name) for name in _function_names(syntax))
        )
    return metrics


def _function_names(syntax: Syntax) -> set[str]:
    nodes = (step.node.child_by_field_name("name") for step in syntax.steps if step.kind in _FUNCTIONS)
    plain = (node for node in nodes if node is not None and node.type in _IDENTIFIERS)
    return {(node.text or b"").decode(errors="replace") for node in plain}
