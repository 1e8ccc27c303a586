r"""The `constants` of problem.yaml, and their places in other files: {{name}} and {{name.variant}}.

Specification 2025-09, "Constants". They are replaced once, as soon as problem.yaml has been read, in the
package's overlay (folder.py), so that whoever reads a file afterwards finds the values: in Markdown and LaTeX
statements (there as \constant{name}), validators, included files, submissions and test_group.yaml; never in
test data nor in problem.yaml itself. What names no constant stays as it is: {{nextsample}} means something
else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
import re

from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder

TEXT_BYTES_MAX = (
    1024 * 1024
)  # of a file in which constants are looked for; submissions and statements are less
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_SEQUENCE = re.compile(rb"\{\{([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)?)\}\}")
_TEX_COMMAND = re.compile(rb"\\constant\{([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)?)\}")
_FOLDERS = ("input_validators", "output_validator", "answer_validators", "include", "submissions")
_STATEMENTS = "statement"
_VALUE = "value"


@dataclass(frozen=True, kw_only=True)
class Constants:
    """Values as written, by `name` and by `name.variant`."""

    values: Mapping[str, str] = field(default_factory=dict)

    def replaced(self, content: bytes) -> bytes:
        """The text with each {{name}} of a constant replaced."""
        return _SEQUENCE.sub(self._value, content)

    def replaced_in_tex(self, content: bytes) -> bytes:
        r"""The LaTeX text with each \constant{name} replaced."""
        return _TEX_COMMAND.sub(self._value, content)

    def _value(self, found: re.Match[bytes]) -> bytes:
        value = self.values.get(found[1].decode())
        return found[0] if value is None else value.encode()


def read_constants(fields: Fields) -> Constants:
    """The `constants` of problem.yaml; what is wrong with them is reported."""
    given = fields.fields("constants")
    if given is None:
        return Constants()
    values: dict[str, str] = {}
    for name in given.names():
        if not _NAME.fullmatch(name):
            given.error(name, "must be letters, digits and '_', and not begin with a digit")
        elif given.holds_mapping(name):
            variants = given.fields(name)
            values |= {} if variants is None else dict(_read_variants(name, variants))
        else:
            value = _read_value(given, name)
            if value is None:
                if given.value(name) is None:
                    given.error(name, "has no value; give a number or a text")
                continue
            values[name] = values[f"{name}.{_VALUE}"] = value
    return Constants(values=values)


def _read_variants(name: str, variants: Fields) -> Iterator[tuple[str, str]]:
    value = _read_value(variants, _VALUE)
    if value is None:
        variants.error(_VALUE, "is missing; a constant with variants has a value, too")
        return
    yield name, value
    for variant in variants.names():
        text = _read_value(variants, variant)
        if not _NAME.fullmatch(variant):
            variants.error(variant, "must be letters, digits and '_', and not begin with a digit")
        elif text is not None:
            if _differs(value, text):
                variants.warn(variant, f"{text[:40]!r} seems to be another number than {value[:40]!r}")
            yield f"{name}.{variant}", text


def _read_value(fields: Fields, name: str) -> str | None:
    """A number or a text, as written. What YAML takes for a truth value may have been meant as a text."""
    found = fields.value(name)
    if found is not None and isinstance(found.data, bool):
        fields.warn(name, f"is a truth value in YAML; write '{found.text}' in quotes, as the text is meant")
    return fields.text(name)


def _differs(value: str, text: str) -> bool:
    """Whether two ways to write a whole number have other digits, as far as that can be told: powers and
    products are not worked out."""
    digits, others = (re.sub(r"(?<=\d)[,_ ](?=\d)|\\,|\{,\}", "", each) for each in (value, text))
    return digits.isdecimal() and others.isdecimal() and int(digits) != int(others)


def apply_constants(constants: Constants, folder: PackageFolder, group_file: str) -> None:
    """Put the values into the files of the package, which stays as it is on the disk."""
    if not constants.values:
        return
    for path in _files(folder, group_file):
        content = folder.peek(path, bytes_max=TEXT_BYTES_MAX)
        if content is None:
            continue
        new = (
            constants.replaced_in_tex(content)
            if path.startswith(_STATEMENTS) and path.endswith(".tex")
            else constants.replaced(content)
        )
        if new != content:
            folder.overlay[path] = new


def _files(folder: PackageFolder, group_file: str) -> Iterable[str]:
    for place in _FOLDERS:
        yield from folder.files_below(place)
    for path in folder.files_below(_STATEMENTS):
        if path.endswith((".md", ".tex")):
            yield path
    for path in folder.files_below("data"):
        if path.endswith(f"/{group_file}"):
            yield path
