"""Settings go into a backup, and no secret does."""

import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.operate.backup.settings import MASK, without_secrets

SECRET = "hunter2-hunter2-hunter2"


def test_settings_are_kept_and_what_is_not_ours_is_not() -> None:
    kept = without_secrets({"ASSAY_SLOTS": "4", "ASSAY_ALLOWED_HOSTS": "a,b", "PATH": "/bin", "HOME": "/x"})
    assert kept.values == {"ASSAY_ALLOWED_HOSTS": "a,b", "ASSAY_SLOTS": "4"}
    assert (kept.left_out, kept.masked) == ((), ())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://assay:{SECRET}@db:5432/judge", f"postgresql://assay:{MASK}@db:5432/judge"),
        (f"postgresql://db/judge?sslmode=require&password={SECRET}", f"postgresql://db/judge?sslmode=require&password={MASK}"),
        (f"redis://:{SECRET}@[::1]:6379/0", f"redis://:{MASK}@[::1]:6379/0"),
        (f"rediss+cluster://u:{SECRET}@a:1,b:2", f"rediss+cluster://u:{MASK}@a:1,b:2"),
        (f"kafka://u:p@{SECRET}@host", f"kafka://u:{MASK}@host"),
        ("s3://b/p?endpoint=https://s3.example&region=x", "s3://b/p?endpoint=https://s3.example&region=x"),
        ("file:///var/lib/a%20b", "file:///var/lib/a%20b"),
        (f"s3://b/p#{SECRET}", f"s3://b/p#{MASK}"),
    ],
)  # fmt: skip
def test_urls_are_kept_without_what_is_secret_in_them(url: str, shown: str) -> None:
    kept = without_secrets({"ASSAY_DATABASE_URL": url})
    assert kept.values == {"ASSAY_DATABASE_URL": shown}
    assert kept.masked == (() if url == shown else ("ASSAY_DATABASE_URL",))


@pytest.mark.parametrize(
    "name", ["ASSAY_OPERATOR_TOKEN", "ASSAY_SMTP_PASSWORD", "ASSAY_OIDC_CLIENT_SECRET", "ASSAY_SIGNING_KEY"]
)
def test_names_that_say_so_are_left_out(name: str) -> None:
    kept = without_secrets({name: SECRET, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": ""})
    assert (kept.values, kept.left_out) == ({}, (name, "AWS_SECRET_ACCESS_KEY"))


@given(
    st.sampled_from(
        ["{}", "//{}@h", "a://u:{}@h/p", "a://h?x={}", "a:u:{}@h", "a://[{}@h", "a://u:{}@h:p@q"]
    ),
    st.text(st.characters(exclude_characters="@/?#:", codec="utf-8", exclude_categories=["C"]), max_size=9),
)
def test_nothing_behind_a_name_and_before_an_at_gets_through(pattern: str, noise: str) -> None:
    value = pattern.format(SECRET + noise)
    if "@" in value or "?" in value:
        kept = without_secrets({"ASSAY_EVENTS_URL": value})
        assert SECRET not in json.dumps([*kept.values.values()])
