import json
import logging

import pytest
import structlog

from assay.cli.logs import log_as_json_lines


def break_over(source: str) -> None:
    raise RuntimeError(f"cannot take {len(source)} characters")


def test_a_logged_exception_shows_where_but_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json_lines(logging.INFO)
    try:
        break_over("a candidate's secret program")
    except RuntimeError as fault:
        structlog.get_logger().error("unexpected fault", exc_info=fault)
    finally:
        structlog.reset_defaults()
    text = capsys.readouterr().err
    [exception] = json.loads(text)["exception"]
    assert exception["exc_value"] == "cannot take 28 characters"
    assert exception["frames"][-1]["name"] == "break_over"
    assert "secret program" not in text
