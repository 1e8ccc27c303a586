"""The metrics of a program's text that a rubric may name (docs/how-to/analyse.md says what each is).

How far a program is from the references, and which is the nearest, is not among them: that is informative,
and nobody loses points for having had an idea of their own.
"""

METRICS = frozenset(
    {
        "bytes",
        "code_lines",
        "concurrency_sites",
        "cyclomatic_max",
        "cyclomatic_mean",
        "cyclomatic_total",
        "duplicated_lines",
        "error_handling_sites",
        "function_lines_max",
        "function_lines_mean",
        "functions",
        "functions_against_custom",
        "lines",
        "name_length_mean",
        "names",
        "parameters_max",
        "resource_management_sites",
        "single_letter_names",
        "syntax_depth_max",
        "syntax_nodes",
        "unreachable_blocks",
        "unused_functions",
    }
)
INFORMATIVE = frozenset({"nearest_reference", "structural_distance"})
