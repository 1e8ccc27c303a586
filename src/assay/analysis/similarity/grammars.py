"""Which grammar reads which language, and what of its syntax is a token of similarity.

A token is what stays when a program is made to look different without being written anew: names become I,
types T, literals L; comments, imports, modifiers and punctuation that only groups are dropped. Everything
else (keywords, operators, kinds of brackets that mean something) is itself. Grammars are named by their node
kinds, as their node-types.json lists them; tests/unit/analysis/similarity holds each kind to the grammar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

NAME, TYPE, LITERAL = "I", "T", "L"

_GROUPING = frozenset({";", ",", "(", ")", "{", "}", "::"})
_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "html_comment"})


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """A tree-sitter grammar: the module and function that give it, and what its nodes count as.

    Tokens of one `family` can be equal; those of different ones never are: across languages likeness says
    nothing (docs/decisions/0032). `dropped` and `atoms` are kinds of nodes: the first are left out with all
    that is inside, the second are one token. All other leaves with text are tokens by themselves.
    """

    name: str
    family: str
    module: str
    function: str = "language"
    languages: frozenset[str]
    dropped: frozenset[str]
    atoms: Mapping[str, str] = field(default_factory=dict)


def _atoms(*, names: str = "", types: str = "", literals: str = "") -> dict[str, str]:
    kinds = ((NAME, names), (TYPE, types), (LITERAL, literals))
    return {kind: token for token, listed in kinds for kind in listed.split()}


def _dropped(more: str = "") -> frozenset[str]:
    return _GROUPING | _COMMENTS | frozenset(more.split())


_SCRIPT_NAMES = (
    "identifier property_identifier private_property_identifier shorthand_property_identifier "
    "shorthand_property_identifier_pattern statement_identifier"
)
_SCRIPT_LITERALS = "string template_string number regex true false null undefined"

GRAMMARS: tuple[Grammar, ...] = (
    Grammar(
        name="python",
        family="python",
        module="tree_sitter_python",
        languages=frozenset({"python3", "pypy3"}),
        dropped=_dropped("import_statement import_from_statement future_import_statement type ->"),
        atoms=_atoms(names="identifier", literals="string concatenated_string integer float true false none"),
    ),
    Grammar(
        name="javascript",
        family="script",
        module="tree_sitter_javascript",
        languages=frozenset({"javascript"}),
        dropped=_dropped("import_statement"),
        atoms=_atoms(names=_SCRIPT_NAMES, literals=_SCRIPT_LITERALS),
    ),
    Grammar(
        name="typescript",
        family="script",
        module="tree_sitter_typescript",
        function="language_typescript",
        languages=frozenset({"typescript"}),
        dropped=_dropped(
            "import_statement import_alias accessibility_modifier override_modifier readonly abstract "
            "type_annotation type_arguments type_parameters"
        ),
        atoms=_atoms(names=_SCRIPT_NAMES, types="type_identifier predefined_type", literals=_SCRIPT_LITERALS),
    ),
    Grammar(
        name="java",
        family="java",
        module="tree_sitter_java",
        languages=frozenset({"java", "java11"}),
        dropped=_dropped("import_declaration package_declaration modifiers type_arguments"),
        atoms=_atoms(
            names="identifier",
            types="type_identifier scoped_type_identifier integral_type floating_point_type boolean_type "
            "void_type",
            literals="string_literal character_literal decimal_integer_literal hex_integer_literal "
            "octal_integer_literal binary_integer_literal decimal_floating_point_literal "
            "hex_floating_point_literal true false null_literal",
        ),
    ),
    Grammar(
        name="go",
        family="go",
        module="tree_sitter_go",
        languages=frozenset({"go", "go_latest"}),
        dropped=_dropped("import_declaration package_clause"),
        atoms=_atoms(
            names="identifier field_identifier package_identifier blank_identifier",
            types="type_identifier",
            literals="interpreted_string_literal raw_string_literal rune_literal int_literal float_literal "
            "imaginary_literal true false nil iota",
        ),
    ),
    Grammar(
        name="cpp",
        family="cpp",
        module="tree_sitter_cpp",
        languages=frozenset({"c", "c11", "cpp", "cpp17", "cpp23"}),
        dropped=_dropped(
            "preproc_include using_declaration namespace_identifier type_qualifier storage_class_specifier "
            "access_specifier attribute_declaration attribute_specifier explicit_function_specifier "
            "template_argument_list"
        ),
        atoms=_atoms(
            names="identifier field_identifier statement_identifier",
            types="type_identifier primitive_type sized_type_specifier placeholder_type_specifier",
            literals="string_literal raw_string_literal concatenated_string char_literal number_literal true "
            "false null user_defined_literal",
        ),
    ),
    Grammar(
        name="c-sharp",
        family="c-sharp",
        module="tree_sitter_c_sharp",
        languages=frozenset({"csharp"}),
        dropped=_dropped("using_directive extern_alias_directive modifier attribute_list type_argument_list"),
        atoms=_atoms(
            names="identifier",
            types="predefined_type implicit_type",
            literals="string_literal verbatim_string_literal raw_string_literal "
            "interpolated_string_expression character_literal integer_literal real_literal "
            "boolean_literal null_literal",
        ),
    ),
    Grammar(
        name="rust",
        family="rust",
        module="tree_sitter_rust",
        languages=frozenset({"rust"}),
        dropped=_dropped(
            "use_declaration extern_crate_declaration attribute_item inner_attribute_item "
            "visibility_modifier mutable_specifier type_arguments lifetime"
        ),
        atoms=_atoms(
            names="identifier field_identifier shorthand_field_identifier",
            types="type_identifier primitive_type",
            literals="string_literal raw_string_literal char_literal integer_literal float_literal "
            "boolean_literal",
        ),
    ),
)

BY_LANGUAGE: Mapping[str, Grammar] = {
    language: grammar for grammar in GRAMMARS for language in grammar.languages
}
