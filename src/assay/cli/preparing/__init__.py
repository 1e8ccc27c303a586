"""Setters' work: `assay problem` new, verify, validate, generate, test, time-limit, fuzz, upgrade."""

from assay.cli.preparing.commands import add_commands

__all__ = ["add_commands"]
