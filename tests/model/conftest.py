"""The model is compared with the real adapters, in the houses of the contract suites."""

from tests.contract.conftest import postgres, schema, templates

__all__ = ["postgres", "schema", "templates"]
