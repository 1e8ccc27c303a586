"""YAML, strictly: bounded, no tags, no duplicate keys, each value with its line.

Two passes over the text. The first only listens to the parser's events and refuses what is too deep, too
long, or refers back (an alias multiplies at no cost to its author); the second builds values.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import yaml

from assay.problems.package import Report

YAML_BYTES_MAX = 256 * 1024
_EVENTS_MAX = 50_000
_DEPTH_MAX = 20

Scalar: TypeAlias = bool | int | float | str | date | None


@dataclass(frozen=True, kw_only=True)
class Value:
    """One YAML value. `text` is a scalar as written (keys and names must not become numbers or booleans)."""

    line: int
    data: "Scalar | list[Value] | dict[str, Value]"
    text: str | None = None


class _Refused(Exception):
    """The document is YAML, but not such as we read."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def parse_document(path: str, text: str, report: Report) -> dict[str, Value] | None:
    """The mapping in a YAML file, empty for an empty file; None, reported, when it is something else."""
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return {}
        value = _convert(node, yaml.SafeLoader(""))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"is not valid YAML: {error.problem or error.context}"
        report.error(path, message, line=None if mark is None else mark.line + 1)
        return None
    except yaml.YAMLError as error:  # unprintable characters: no mark
        report.error(path, f"is not valid YAML: {' '.join(str(error).split())}")
        return None
    except _Refused as refusal:
        report.error(path, refusal.message, line=refusal.line)
        return None
    if not isinstance(value.data, dict):
        report.error(path, "must be a mapping of keys to values", line=value.line)
        return None
    return value.data


def _check_events(text: str) -> None:
    depth = 0
    documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader), start=1):
        line = _line_of(event)
        if count > _EVENTS_MAX:
            raise _Refused("is too long", line)
        match event:
            case yaml.AliasEvent():
                raise _Refused("has an alias (*…), which is not supported; write the value out", line)
            case yaml.CollectionStartEvent():
                depth += 1
                if depth > _DEPTH_MAX:
                    raise _Refused(f"is nested more than {_DEPTH_MAX} deep", line)
            case yaml.CollectionEndEvent():
                depth -= 1
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise _Refused("has more than one YAML document", line)


def _convert(node: yaml.Node, loader: yaml.SafeLoader) -> Value:
    line = _line_of(node)
    match node:
        case yaml.MappingNode():
            return Value(line=line, data=_convert_mapping(node, loader))
        case yaml.SequenceNode():
            return Value(line=line, data=[_convert(item, loader) for item in node.value])
        case yaml.ScalarNode():
            try:
                data = loader.construct_object(node)
            except ValueError as error:  # 2026-13-45 looks like a date
                raise _Refused(f"has a value that cannot be: {error}", line) from error
            text = _whole_characters(node.value, line)
            if isinstance(data, str):
                data = text
            if not isinstance(data, None | bool | int | float | str | date):
                raise _Refused(f"has a value of an unknown type {node.tag!r}", line)
            return Value(line=line, data=data, text=text)
        case _:
            raise _Refused(f"has a value of an unknown kind {node.tag!r}", line)


def _convert_mapping(node: yaml.MappingNode, loader: yaml.SafeLoader) -> dict[str, Value]:
    mapping: dict[str, Value] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _Refused("has a key that is not a plain word", _line_of(key_node))
        key = _whole_characters(key_node.value, _line_of(key_node))
        if key in mapping:
            raise _Refused(f"has the key {key!r} twice", _line_of(key_node))
        mapping[key] = _convert(value_node, loader)
    return mapping


def _whole_characters(text: str, line: int) -> str:
    """JSON escapes a character beyond 16 bits as two halves, which the YAML reader leaves apart."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _Refused(
            "has an escape that is half of a character; write the character itself", line
        ) from None


def _line_of(part: yaml.Node | yaml.Event) -> int:
    return 1 if part.start_mark is None else part.start_mark.line + 1
