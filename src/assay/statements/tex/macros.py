"""The stream of tokens: the statement's own macros are expanded in it, and arguments taken from it."""

from dataclasses import dataclass
import re

from assay.statements.source import TooComplex
from assay.statements.tex.tokens import Kind, Lexer, Token, source_of

EXPANSIONS_MAX = 10_000  # a statement uses its macros some dozen times
PENDING_MAX = 100_000  # tokens: macros that double themselves get there in 17 steps
_ESCAPED_SIGN = re.compile(r"\\([%#_&~$])")
PARAMETERS_MAX = 9  # TeX's own bound


@dataclass(frozen=True, kw_only=True)
class Macro:
    """`default` is the first parameter's, if that is optional."""

    parameters: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None


class Stream:
    """Tokens, first those that were put back or came from macros, then those of the text."""

    def __init__(self, text: str) -> None:
        self._lexer = Lexer(text)
        self._pending: list[Token] = []  # the next one is the last
        self._expansions = 0
        self.macros: dict[str, Macro] = {}

    def raw(self) -> Token | None:
        """The next token, unexpanded; None at the end."""
        if self._pending:
            return self._pending.pop()
        return next(self._lexer, None)

    def next(self) -> Token | None:
        """The next token that is no macro of the statement's own. Raises TooComplex."""
        while (token := self.raw()) is not None:
            if token.kind is not Kind.COMMAND or token.text not in self.macros:
                return token
            self._expand(self.macros[token.text])
        return None

    def put_back(self, *tokens: Token) -> None:
        """They are next, in this order. Raises TooComplex."""
        if len(self._pending) + len(tokens) > PENDING_MAX:
            raise TooComplex("too much is nested or expanded at once")
        self._pending.extend(reversed(tokens))

    def verbatim(self, end: str) -> str:
        """The raw text up to `end`; what was put back (an argument's tokens) comes as TeX."""
        if not self._pending:
            return self._lexer.raw_until(end)
        tokens: list[Token] = []
        while (token := self.raw()) is not None and token.kind is not Kind.END_OF_ARGUMENT:
            tokens.append(token)
            if end in (tail := source_of(tokens[-len(end) :])):
                return source_of(tokens).removesuffix(tail) + tail.partition(end)[0]
        if token is not None:
            self.put_back(token)
        return source_of(tokens)

    def verbatim_character(self) -> str:
        return "" if self._pending else self._lexer.raw_character()

    def skip_space(self) -> None:
        while (token := self.raw()) is not None:
            if token.kind is not Kind.SPACE:
                self.put_back(token)
                return

    def star(self) -> bool:
        """Takes a star, if there is one."""
        token = self.raw()
        if token is None:
            return False
        if token.kind is Kind.TEXT and token.text.startswith("*"):
            if len(token.text) > 1:
                self.put_back(Token(Kind.TEXT, token.text[1:]))
            return True
        self.put_back(token)
        return False

    def argument(self) -> list[Token]:
        """What follows, in braces or a single token, unexpanded. Empty where an outer thing ends."""
        self.skip_space()
        token = self.raw()
        if token is None:
            return []
        if token.kind in (Kind.CLOSE, Kind.PARAGRAPH, Kind.END_OF_ARGUMENT, Kind.ALIGN):
            self.put_back(token)
            return []
        if token.kind is Kind.OPEN:
            return self._balanced(Kind.CLOSE)
        if token.kind is Kind.TEXT and len(token.text) > 1:
            self.put_back(Token(Kind.TEXT, token.text[1:]))
            return [Token(Kind.TEXT, token.text[0])]
        return [token]

    def optional(self) -> list[Token] | None:
        """What follows in square brackets; None when nothing does."""
        self.skip_space()
        token = self.raw()
        if token is None:
            return None
        if token.kind is not Kind.TEXT or not token.text.startswith("["):
            self.put_back(token)
            return None
        if len(token.text) > 1:
            self.put_back(Token(Kind.TEXT, token.text[1:]))
        return self._bracketed()

    def word(self) -> str:
        """An argument as plain text: a file's name, an environment's, a length."""
        return source_of(self.argument()).strip()

    def address(self) -> str:
        """An argument that is an address: nothing in it is TeX but what escapes its signs."""
        raw = None if self._pending else self._lexer.raw_group()
        return _ESCAPED_SIGN.sub(r"\1", self.word() if raw is None else raw).strip()

    def optional_word(self) -> str:
        found = self.optional()
        return "" if found is None else source_of(found).strip()

    def _balanced(self, end: Kind) -> list[Token]:
        tokens: list[Token] = []
        depth = 0
        while (token := self.raw()) is not None:
            if token.kind is Kind.END_OF_ARGUMENT:
                self.put_back(token)
                break
            if depth == 0 and token.kind is end:
                break
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
            tokens.append(token)
        return tokens

    def _bracketed(self) -> list[Token]:
        tokens: list[Token] = []
        depth = 0
        while (token := self.raw()) is not None:
            if token.kind in (Kind.END_OF_ARGUMENT, Kind.PARAGRAPH):
                self.put_back(token)
                break
            before, bracket, after = token.text.partition("]")
            if depth == 0 and token.kind is Kind.TEXT and bracket:
                if after:
                    self.put_back(Token(Kind.TEXT, after))
                if before:
                    tokens.append(Token(Kind.TEXT, before))
                break
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
            tokens.append(token)
        return tokens

    def _expand(self, macro: Macro) -> None:
        self._expansions += 1
        if self._expansions > EXPANSIONS_MAX:
            raise TooComplex(f"macros are expanded more than {EXPANSIONS_MAX} times")
        arguments: list[tuple[Token, ...]] = []
        if macro.default is not None:
            given = self.optional()
            arguments.append(macro.default if given is None else tuple(given))
        while len(arguments) < macro.parameters:
            arguments.append(tuple(self.argument()))
        expansion: list[Token] = []
        for token in macro.body:
            if token.kind is not Kind.PARAMETER:
                expansion.append(token)
            elif int(token.text) <= len(arguments):
                expansion.extend(arguments[int(token.text) - 1])
            if len(expansion) > PENDING_MAX:
                raise TooComplex("too much is nested or expanded at once")
        self.put_back(*expansion)

    def define(self, command: str) -> bool:
        r"""Read what follows `\newcommand`, `\def` and the like. False when it is more than plain parameters:
        the definition is passed over then."""
        match command:
            case "def" | "gdef" | "edef" | "xdef":
                return self._define_plainly()
            case "let":
                return self._let()
            case "DeclareMathOperator":
                star = "*" if self.star() else ""
                name = self._defined_name()
                head = (Token(Kind.COMMAND, "operatorname"), Token(Kind.TEXT, star), Token(Kind.OPEN, "{"))
                body = (*head, *self.argument(), Token(Kind.CLOSE, "}"))
                return self._keep(name, Macro(parameters=0, body=body))
            case _:
                return self._define_with_count(replaces=command != "providecommand")

    def _define_plainly(self) -> bool:
        name = self._defined_name()
        parameters, is_plain = 0, True
        while (token := self.raw()) is not None and token.kind is not Kind.OPEN:
            if token.kind is Kind.PARAMETER:
                parameters += 1
            elif token.kind is not Kind.SPACE:
                is_plain = False
            if token.kind in (Kind.PARAGRAPH, Kind.END_OF_ARGUMENT):
                self.put_back(token)
                return False
        body = tuple(self._balanced(Kind.CLOSE))
        return is_plain and self._keep(name, Macro(parameters=parameters, body=body))

    def _let(self) -> bool:
        name = self._defined_name()
        self.skip_space()
        token = self.raw()
        if token is not None and token.kind is Kind.TEXT and token.text.startswith("="):
            self.skip_space()
            token = self.raw() if len(token.text) == 1 else Token(Kind.TEXT, token.text[1:])
        if token is None:
            return False
        same = self.macros.get(token.text) if token.kind is Kind.COMMAND else None
        if same is None and token == Token(Kind.COMMAND, name):
            return True  # to itself
        return self._keep(name, same or Macro(parameters=0, body=(token,)))

    def _define_with_count(self, *, replaces: bool) -> bool:
        self.star()
        name = self._defined_name()
        count = self.optional_word()
        default = self.optional()
        macro = Macro(
            parameters=int(count) if count.isdigit() and len(count) == 1 else 0,
            body=tuple(self.argument()),
            default=None if default is None else tuple(default),
        )
        if not replaces and name in self.macros:
            return True
        return (not count or count.isdigit()) and self._keep(name, macro)

    def _defined_name(self) -> str:
        r"""The name in `\newcommand{\name}` or `\def\name`; "" for what is no command."""
        self.skip_space()
        given = self.argument()
        return given[0].text if len(given) == 1 and given[0].kind is Kind.COMMAND else ""

    def _keep(self, name: str, macro: Macro) -> bool:
        if not name or name in ("begin", "end") or macro.parameters > PARAMETERS_MAX:
            return False
        self.macros[name] = macro
        return True
