"""The glob patterns of submissions.yaml. Pure.

Specification 2025-09, "Glob patterns": `*` matches within one name, braces enumerate, and nothing else is
special; `**` and `[…]` are not supported. A match of a folder matches everything below it.
"""

import re

_EXPANSIONS_MAX = 256


class PatternInvalid(ValueError):
    """The pattern uses what the format does not have."""


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """What fully matches a path if the path or a folder above it fits the pattern. Raises PatternInvalid."""
    if "**" in pattern:
        raise PatternInvalid("'**' is not supported; name each level with '*'")
    if "[" in pattern or "]" in pattern:
        raise PatternInvalid("'[…]' is not supported; use braces: {a,b}")
    alternatives = "|".join(_translate(each) for each in _expand(pattern.strip("/")))
    return re.compile(f"(?:{alternatives})(?:/.*)?", re.DOTALL)


def _expand(pattern: str) -> list[str]:
    """Brace expansion, the innermost braces first."""
    pending, done = [pattern], []
    while pending:
        each = pending.pop(0)
        braces = re.search(r"\{([^{}]*)\}", each)
        if braces is None:
            if "{" in each or "}" in each:
                raise PatternInvalid("braces do not match")
            done.append(each)
        else:
            start, end = braces.span()
            pending.extend(f"{each[:start]}{choice}{each[end:]}" for choice in braces[1].split(","))
        if len(pending) + len(done) > _EXPANSIONS_MAX:
            raise PatternInvalid(f"stands for more than {_EXPANSIONS_MAX} patterns")
    return done


def _translate(pattern: str) -> str:
    return "[^/]*".join(re.escape(part) for part in pattern.split("*"))
