"""A test's input and answer: files that it names, what a generator makes, or nothing at all."""

from dataclasses import dataclass

from assay.domain.jury import DataRef, JuryProgram
from assay.problems.conversion import Conversion, made
from assay.problems.dmoj.config import Node, as_argument
from assay.problems.dmoj.data import DataFiles
from assay.problems.dmoj.programs import read_program
from assay.problems.package import MadeInput


@dataclass(frozen=True, kw_only=True)
class Material:
    input: DataRef
    answer: DataRef


class Materials:
    """Finds the files of tests. `unmade` is what generators are to make of them."""

    def __init__(self, conversion: Conversion, data: DataFiles) -> None:
        self._conversion = conversion
        self._data = data
        self._generators: dict[str, JuryProgram | None] = {}
        self.unmade: list[MadeInput] = []

    def of(self, node: Node, *, is_binary: bool) -> Material:
        """A test's files: those that it names, what a generator makes, or nothing at all."""
        given, wanted = self._named(node, "in"), self._named(node, "out")
        if node.says("generator") and (given is None or wanted is None):
            return self._generated(node, given, wanted, is_binary=is_binary)
        return Material(
            input=self._as_text(given, is_binary=is_binary), answer=self._as_text(wanted, is_binary=is_binary)
        )

    def _named(self, node: Node, key: str) -> DataRef | None:
        name = node.text(key)
        if name is None:
            return None
        ref = self._data.find(name)
        if ref is None:
            node.error(key, f"names {name[:60]!r}, which is neither in the package nor in its archive")
            return self._data.empty()
        return ref

    def _as_text(self, ref: DataRef | None, *, is_binary: bool) -> DataRef:
        if ref is None:
            return self._data.empty()
        return ref if is_binary else self._data.text(ref)

    def _generated(
        self, node: Node, given: DataRef | None, wanted: DataRef | None, *, is_binary: bool
    ) -> Material:
        generator = self._generator(node)
        if given is not None and (node.says("generator_args") or node.says("generator_in")):
            node.error("in", "stands beside generator_args or generator_in; leave one of them out")
        arguments = node.items("generator_args")
        inner = node.node("generator")
        if not arguments and inner is not None:
            arguments = inner.items("args")
        texts = [as_argument(value) for value in arguments]
        if any(text is None for text in texts):
            node.error("generator_args", "must be a list of plain values")
        number = len(self.unmade) + 1
        made_input, made_answer = made(f"tests/{number}.in"), made(f"tests/{number}.ans")
        if generator is not None:
            self.unmade.append(
                MadeInput(
                    input=made_input,
                    generator=generator,
                    args=tuple(text for text in texts if text is not None),
                    answer=None if wanted is not None else made_answer,
                    stdin=self._named(node, "generator_in"),
                    is_text=not is_binary,
                )
            )
        return Material(
            input=made_input if given is None else self._as_text(given, is_binary=is_binary),
            answer=made_answer if wanted is None else self._as_text(wanted, is_binary=is_binary),
        )

    def _generator(self, node: Node) -> JuryProgram | None:
        """The generator that a case asks for; each is read once."""
        found = node.get("generator")
        inner = node.node("generator")
        owner, key = (node, "generator") if inner is None else (inner, "source")
        names = owner.texts(key)
        word = repr(found)
        if word not in self._generators:
            if inner is None:
                owner = Node({}, self._conversion.report, line=node.line)  # no flags of the test's
            self._generators[word] = read_program(
                self._conversion, owner, names, key, language_key="language"
            )
        return self._generators[word]
