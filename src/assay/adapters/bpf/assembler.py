"""BPF instructions as bytes, with labels to jump to. Source: the kernel's Documentation/bpf/standardization.

An instruction is eight bytes: opcode, source and destination registers, a signed offset, a signed constant.
"""

from dataclasses import dataclass, field
import struct

_INSTRUCTION = struct.Struct("<BBhi")
_DOUBLE = 0x18  # loads 64 bits, and so is two instructions long
_PSEUDO_MAP_FD = 1


@dataclass(kw_only=True)
class Assembler:
    """Collects instructions; methods are called as the kernel's documentation calls the operations.

    Registers: 0 results and the return value, 1 to 5 arguments, 6 to 9 survive calls, 10 the stack's end.
    """

    _code: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    _labels: dict[str, int] = field(default_factory=dict)
    _jumps: dict[int, str] = field(default_factory=dict)

    def label(self, name: str) -> None:
        """The next instruction is called so."""
        self._labels[name] = len(self._code)

    def move(self, to: int, register: int) -> None:
        self._add(0xBF, to, register)

    def move_constant(self, to: int, constant: int) -> None:
        self._add(0xB7, to, constant=constant)

    def keep_low_half(self, register: int) -> None:
        """A 32-bit move onto itself clears the upper half."""
        self._add(0xBC, register, register)

    def add(self, to: int, register: int) -> None:
        self._add(0x0F, to, register)

    def add_constant(self, to: int, constant: int) -> None:
        self._add(0x07, to, constant=constant)

    def shift_left(self, to: int, bits: int) -> None:
        self._add(0x67, to, constant=bits)

    def load(self, to: int, address: int, offset: int) -> None:
        """64 bits."""
        self._add(0x79, to, address, offset)

    def store(self, address: int, offset: int, register: int) -> None:
        """64 bits."""
        self._add(0x7B, address, register, offset)

    def store_low_half(self, address: int, offset: int, register: int) -> None:
        """32 bits."""
        self._add(0x63, address, register, offset)

    def atomic_add(self, address: int, offset: int, register: int) -> None:
        """64 bits."""
        self._add(0xDB, address, register, offset)

    def load_map(self, to: int, fd: int) -> None:
        self._add(_DOUBLE, to, _PSEUDO_MAP_FD, constant=fd)
        self._add(0)

    def call(self, helper: int) -> None:
        self._add(0x85, constant=helper)

    def leave(self) -> None:
        self._add(0x95)

    def jump(self, label: str) -> None:
        self._jump(0x05, 0, label)

    def jump_if_equal(self, register: int, constant: int, label: str) -> None:
        self._jump(0x15, register, label, constant)

    def jump_unless_equal(self, register: int, constant: int, label: str) -> None:
        self._jump(0x55, register, label, constant)

    def jump_if_at_least(self, register: int, constant: int, label: str) -> None:
        """Compared without signs."""
        self._jump(0x35, register, label, constant)

    def jump_if_below(self, register: int, constant: int, label: str) -> None:
        """Compared without signs."""
        self._jump(0xA5, register, label, constant)

    def jump_if_at_least_register(self, register: int, other: int, label: str) -> None:
        """Compared without signs."""
        self._jumps[len(self._code)] = label
        self._add(0x3D, register, other)

    def assemble(self) -> bytes:
        """The program. Raises `KeyError` for a label that is nowhere."""
        assembled: list[bytes] = []
        for place, (opcode, to, source, offset, constant) in enumerate(self._code):
            jump = self._labels[self._jumps[place]] - place - 1 if place in self._jumps else 0
            assembled.append(_INSTRUCTION.pack(opcode, source << 4 | to, offset + jump, constant))
        return b"".join(assembled)

    def _jump(self, opcode: int, register: int, label: str, constant: int = 0) -> None:
        self._jumps[len(self._code)] = label
        self._add(opcode, register, constant=constant)

    def _add(self, opcode: int, to: int = 0, source: int = 0, offset: int = 0, *, constant: int = 0) -> None:
        self._code.append((opcode, to, source, offset, constant))
