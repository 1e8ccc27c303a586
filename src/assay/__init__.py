"""Assay: a self-hosted judge for code."""

__version__ = "0.1.0"
