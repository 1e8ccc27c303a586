from collections.abc import Iterator
import json
import logging

import pytest
import structlog

from assay.cli.logs import log_as_json_lines


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before
    structlog.reset_defaults()


def break_over(source: str) -> None:
    raise RuntimeError(f"cannot take {len(source)} characters")


def test_a_logged_exception_shows_where_but_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json_lines(logging.INFO)
    try:
        break_over("a candidate's secret program")
    except RuntimeError as fault:
        structlog.get_logger().error("unexpected fault", exc_info=fault)
    text = capsys.readouterr().err
    [exception] = json.loads(text)["exception"]
    assert exception["exc_value"] == "cannot take 28 characters"
    assert exception["frames"][-1]["name"] == "break_over"
    assert "secret program" not in text


def test_what_libraries_log_is_a_json_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json_lines(logging.INFO)
    library = logging.getLogger("uvicorn.error")
    library.info("Started server process [%d]", 1)
    library.error("ASGI callable returned without completing handshake.")
    try:
        break_over("a candidate's secret program")
    except RuntimeError:
        library.exception("broke on %s", "start")
    [line] = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["event"], logged["level"], logged["logger"]) == (
        "broke on start",
        "error",
        "uvicorn.error",
    )
    assert logged["exception"][0]["exc_type"] == "RuntimeError"
    assert "secret program" not in line


def test_of_what_libraries_cope_with_the_cause_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json_lines(logging.INFO)
    try:
        break_over("ten")
    except RuntimeError:
        logging.getLogger("asyncpg.pool").warning("retrying", exc_info=True)
    logging.getLogger("asyncpg.pool").warning("slow")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["detail"]) == (
        "retrying",
        "warning",
        "RuntimeError: cannot take 3 characters",
    )
    assert "exception" not in first
    assert "detail" not in second
