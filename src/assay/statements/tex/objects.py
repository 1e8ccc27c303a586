"""What stands in a text and is no text: formulas, links, images, footnotes."""

from html import escape

from assay.statements.source import COMMAND_SLOT
from assay.statements.tex import figures
from assay.statements.tex.core import Core
from assay.statements.tex.tokens import Kind, Token, source_of
from assay.statements.tex.writer import Style

_CLOSING = {"(": ")", "[": "]"}


def formula(core: Core, opening: Token) -> None:
    r"""`$…$`, `$$…$$`, `\(…\)` or `\[…\]`. Without an end in its paragraph the sign is just a sign."""
    closing = Token(opening.kind, _CLOSING.get(opening.text, opening.text))
    tokens: list[Token] = []
    depth = 0
    while (token := core.stream.next()) is not None:
        if token.kind in (Kind.PARAGRAPH, Kind.END_OF_ARGUMENT) or (token.kind is Kind.CLOSE and depth == 0):
            core.stream.put_back(*tokens, token)
            break
        if depth == 0 and token.kind is Kind.FORMULA and opening.kind is Kind.FORMULA:
            if token == closing:
                return _keep(core, tokens, display=closing.text == "$$")
            if token.text == "$$":  # the end of one and the beginning of the next
                core.stream.put_back(Token(Kind.FORMULA, "$"))
                return _keep(core, tokens, display=False)
        if depth == 0 and token == closing:
            return _keep(core, tokens, display=closing.text == "]")
        depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
        tokens.append(token)
    else:
        core.stream.put_back(*tokens)
    return core.writer.text(opening.text if opening.kind is Kind.FORMULA else f"\\{opening.text}")


def formula_environment(core: Core, name: str, *, bare: bool) -> None:
    """An environment that is a formula, such as align."""
    inside = collected(core, name, expanded=True)
    if not bare:
        inside = [_command("begin"), *_group(name), *inside, _command("end"), *_group(name)]
    _keep(core, inside, display=name != "math")


def collected(core: Core, name: str, *, expanded: bool) -> list[Token]:
    r"""The tokens up to the environment's own `\end`, unread."""
    tokens: list[Token] = []
    depth = 0
    take = core.stream.next if expanded else core.stream.raw
    while (token := take()) is not None:
        if token.kind is Kind.END_OF_ARGUMENT:
            core.stream.put_back(token)
            break
        if token in (_command("begin"), _command("end")):
            which = core.stream.word()
            if which == name and token.text == "end":
                if depth == 0:
                    break
                depth -= 1
            elif which == name:
                depth += 1
            tokens.extend([token, *_group(which)])
        else:
            tokens.append(token)
    return tokens


def link(core: Core, *, has_text: bool) -> None:
    r"""`\url` and `\href`. Where it may lead is the sanitizer's matter."""
    address = core.stream.address()
    if has_text:
        core.inline(core.stream.argument(), Style("a", address))
    else:
        core.writer.inline(f'<a href="{escape(address)}">{escape(address)}</a>')


def includegraphics(core: Core) -> None:
    core.stream.star()
    options = core.stream.optional_word()
    core.writer.inline(_image(core, core.stream.word(), options))


def illustration(core: Core) -> None:
    r"""`\illustration{width}{file}{caption}`: at the right, with the text flowing around it."""
    width = figures.class_of_fraction(figures.fraction(core.stream.word()))
    image = _image(core, core.stream.word(), "")
    caption = core.fragment(core.stream.argument())
    caption = f"<figcaption>{caption}</figcaption>" if caption else ""
    core.writer.block(f'<figure class="illustration {width}">{image}{caption}</figure>')


def caption(core: Core) -> None:
    core.stream.star()
    core.stream.optional()
    core.writer.block(f"<figcaption>{core.fragment(core.stream.argument())}</figcaption>")


def epigraph(core: Core) -> None:
    text, source = core.fragment(core.stream.argument()), core.fragment(core.stream.argument())
    core.writer.block(f'<blockquote class="epigraph">{text}<footer>{source}</footer></blockquote>')


def footnote(core: Core) -> None:
    core.stream.optional()
    core.footnotes.append("")  # its number is taken before one within it is read
    number = len(core.footnotes)
    core.footnotes[number - 1] = core.fragment(core.stream.argument())
    core.writer.inline(
        f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}">{number}</a></sup>'
    )


def footnotes_html(footnotes: list[str]) -> str:
    if not footnotes:
        return ""
    items = "".join(
        f'<li id="fn{number}">{html} <a href="#fnref{number}" class="footnote-backref">↩︎</a></li>'
        for number, html in enumerate(footnotes, start=1)
    )
    return f'<hr><section class="footnotes"><ol>{items}</ol></section>'


def sample_slot(core: Core, which: str) -> None:
    core.writer.block(COMMAND_SLOT.format(which))


def verbatim_word(core: Core) -> None:
    r"""`\verb|…|` and `\lstinline`: up to the sign that it began with."""
    sign = core.stream.verbatim_character()
    if sign == "*":
        sign = core.stream.verbatim_character()
    if sign == "[":
        core.stream.verbatim("]")
        sign = core.stream.verbatim_character()
    raw = core.stream.verbatim("}" if sign == "{" else sign) if sign else source_of(core.stream.argument())
    core.writer.inline(f"<code>{escape(raw)}</code>")


def _image(core: Core, name: str, options: str) -> str:
    found = figures.find(name, core.files)
    if found is None:
        core.remarks[f"the image {name} is missing"] = None
        return f'<span class="unknown">[{escape(name)}]</span>'
    macro = core.stream.macros.get("htmlPixelsInCm")  # Polygon's way to scale images
    pixels_in_cm = figures.number(source_of(list(macro.body))) if macro is not None else None
    return figures.image(found, options, pixels_in_cm=pixels_in_cm)


def _keep(core: Core, tokens: list[Token], *, display: bool) -> None:
    core.writer.inline(core.formulas.keep(source_of(tokens).strip(), display=display))


def _command(name: str) -> Token:
    return Token(Kind.COMMAND, name)


def _group(text: str) -> list[Token]:
    return [Token(Kind.OPEN, "{"), Token(Kind.TEXT, text), Token(Kind.CLOSE, "}")]
