"""Environments: lists, tables, figures, verbatim text, and what is an element of HTML."""

from html import escape
import re

from assay.statements.tex import commands, figures, objects
from assay.statements.tex.core import Core
from assay.statements.tex.tables import table
from assay.statements.tex.writer import Style
from assay.statements.words import heading

_OPTIONS = re.compile(r"[ \t]*\n?[ \t]*\[([^\[\]]*)\]")
_LANGUAGE = re.compile(r"language\s*=\s*\{?([\w+#-]+)")


def environment(core: Core) -> None:
    r"""Everything from the name behind `\begin` to its `\end`."""
    name = core.stream.word()
    if name in commands.VERBATIM:
        return _verbatim(core, name)
    if name in commands.FORMULAS:
        return objects.formula_environment(core, name, bare=name in commands.BARE_FORMULAS)
    depth, styles = core.writer.depth, core.writer.styles
    _open(core, name)
    core.writer.close_to(depth)
    core.writer.styles = styles
    return None


def item(core: Core) -> None:
    label = core.stream.optional()
    if not core.lists:
        core.writer.text("• ")
        return
    depth, styles = core.lists[-1]
    core.writer.close_to(depth)
    core.writer.styles = styles
    core.writer.open("li")
    if label:
        core.inline(label, Style("strong"))
        core.writer.space()


def _open(core: Core, name: str) -> None:
    writer, stream = core.writer, core.stream
    if name in commands.LISTS:
        _list(core, name)
    elif name in commands.TABLES:
        _table(core, name)
    elif name in commands.SECTIONS:
        writer.open("section", commands.SECTIONS[name])
        writer.block(f"<h2>{escape(heading(name, core.language))}</h2>")
        core.read_environment(name)
    elif name in commands.BLOCKS:
        tag, css_class, arguments = commands.BLOCKS[name]
        stream.optional()
        for _ in range(arguments):
            stream.argument()
        writer.open(tag, css_class)
        core.read_environment(name)
    elif name in ("wrapfigure", "wraptable", "wrapfigure*"):
        stream.optional()
        side = "left" if stream.word().lower() in ("l", "i") else "right"
        stream.optional()
        width = figures.share_class(stream.word())
        writer.open("figure", f"beside-{side} {width}".strip())
        core.read_environment(name)
    elif name in ("minipage", "subfigure"):
        stream.optional()
        width = figures.share_class(stream.word())
        writer.open("div", f"box-inline {width}".strip())
        core.read_environment(name)
    else:
        _by_declaration(core, name)


def _by_declaration(core: Core, name: str) -> None:
    """`\\begin{small}` is a group that begins with `\\small`; of others, what is in them is shown."""
    if name in commands.DECLARED:
        core.writer.styles = (*core.writer.styles, commands.DECLARED[name])
    elif name not in commands.IGNORED:
        core.unknown(f"\\begin{{{name}}}")
    core.read_environment(name)


def _list(core: Core, name: str) -> None:
    core.stream.optional()
    core.writer.open(commands.LISTS[name])
    core.lists.append((core.writer.depth, core.writer.styles))
    core.read_environment(name)
    core.lists.pop()


def _table(core: Core, name: str) -> None:
    arguments: list[str] = []
    while len(arguments) < commands.TABLES[name]:
        core.stream.optional()
        arguments.append(core.stream.word())
    body = objects.collected(core, name, expanded=False)
    core.writer.block(table(arguments[-1], body, core.fragment))


def _verbatim(core: Core, name: str) -> None:
    language = core.stream.word() if name == "minted" else ""
    raw = core.stream.verbatim(f"\\end{{{name}}}")
    if name not in ("verbatim", "verbatim*", "alltt") and (options := _OPTIONS.match(raw)) is not None:
        raw = raw[options.end() :]
        named = _LANGUAGE.search(options[1])
        language = named[1] if named is not None else language
    text = raw.removeprefix("\n").rstrip()
    css_class = f' class="language-{escape(language.lower())}"' if language else ""
    core.writer.block(f"<pre><code{css_class}>{escape(text)}</code></pre>")
