import json

import pytest
import structlog

from assay.cli.logs import log_as_json_lines


def test_a_logged_exception_shows_where_but_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json_lines()
    try:
        source = "a candidate's " + "secret program"
        try:
            raise RuntimeError("it broke")
        except RuntimeError as fault:
            structlog.get_logger().error("unexpected fault", exc_info=fault)
        assert source
    finally:
        structlog.reset_defaults()
    text = capsys.readouterr().err
    line = json.loads(text)
    assert line["exception"][0]["exc_value"] == "it broke"
    assert line["exception"][0]["frames"]
    assert "secret program" not in text
