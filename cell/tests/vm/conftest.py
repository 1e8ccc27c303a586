"""A real cell, as the attacks under tests/security have it."""

from tests.security.conftest import config, supervisor

__all__ = ["config", "supervisor"]
