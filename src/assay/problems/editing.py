"""Changes of a problem.yaml that leave everything else in it as it was written, remarks too. Pure."""

import re

from assay.problems.documents import parse_document
from assay.problems.package import Report

_BLOCK = re.compile(r"^limits:[ \t]*(#.*)?$", re.MULTILINE)
_FLOW = re.compile(r"^limits:[ \t]*\{(?P<inner>[^{}\n]*)\}[ \t]*(?P<remark>#.*)?$", re.MULTILINE)
_ENTRY = re.compile(r"(?P<indent>[ \t]+)time_limit:[ \t]*(?P<value>[^#\n]*?)(?P<rest>[ \t]*(#.*)?)")
_FLOW_ENTRY = re.compile(r"time_limit\s*:\s*[^,]*")


class NotEditable(ValueError):
    """The file is written in a way that is left to its author. The message says what to write."""


def with_time_limit(text: str, seconds: float) -> str:
    """The text of problem.yaml with this `limits.time_limit`. Raises `NotEditable`."""
    entry = f"time_limit: {seconds:g}"
    edited = _edited(text, entry)
    if edited is None or _time_limit(edited) != f"{seconds:g}" or not _is_same_but_limits(text, edited):
        raise NotEditable(f"its limits cannot be changed for you; write there: {entry}")
    return edited


def _edited(text: str, entry: str) -> str | None:
    flow = _FLOW.search(text)
    if flow is not None:
        inner = flow["inner"].strip().rstrip(",")
        if _FLOW_ENTRY.search(inner):
            inner = _FLOW_ENTRY.sub(entry, inner, count=1)
        else:
            inner = ", ".join(part for part in (entry, inner) if part)
        remark = f" {flow['remark']}" if flow["remark"] else ""
        return f"{text[: flow.start()]}limits: {{{inner}}}{remark}{text[flow.end() :]}"
    block = _BLOCK.search(text)
    if block is None:
        if re.search(r"^limits\b", text, re.MULTILINE):
            return None
        gap = "" if text.endswith("\n") or not text else "\n"
        return f"{text}{gap}limits:\n  {entry}\n"
    return text[: block.end()] + _with_entry(text[block.end() :], entry)


def _with_entry(rest: str, entry: str) -> str:
    """`rest` begins with the line end after "limits:"."""
    lines = rest.split("\n")
    indent = "  "
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line[0].isspace():
            break
        indent = line[: len(line) - len(line.lstrip())] if indent == "  " else indent
        found = _ENTRY.fullmatch(line)
        if found is not None:
            lines[number] = f"{found['indent']}{entry}{found['rest']}"
            return "\n".join(lines)
    return "\n".join([lines[0], f"{indent}{entry}", *lines[1:]])


def _time_limit(text: str) -> str | None:
    document = parse_document("problem.yaml", text, Report())
    limits = document.get("limits") if document else None
    if limits is None or not isinstance(limits.data, dict) or "time_limit" not in limits.data:
        return None
    return limits.data["time_limit"].text


def _is_same_but_limits(before: str, after: str) -> bool:
    one, other = (parse_document("problem.yaml", text, Report()) for text in (before, after))
    if one is None or other is None:
        return False
    return {name: repr_of(value) for name, value in one.items() if name != "limits"} == {
        name: repr_of(value) for name, value in other.items() if name != "limits"
    }


def repr_of(value: object) -> str:
    """A value without the lines that it stands in."""
    return re.sub(r"line=\d+, ", "", repr(value))
