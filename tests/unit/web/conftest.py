from tests.unit.api.conftest import door, http

__all__ = ["door", "http"]
