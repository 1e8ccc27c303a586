"""The editor: drafts, languages and their colours, files that are opened."""

from pathlib import Path

from playwright.sync_api import Page, expect
import pytest

from tests.browser.workbench import write


def test_language_and_draft_are_remembered(workbench: Page) -> None:
    workbench.get_by_label("Language").select_option("python3")
    write(workbench, "# a draft\n")
    workbench.get_by_label("Language").select_option("lua")
    write(workbench, "-- another\n")
    workbench.reload()
    workbench.wait_for_selector("form[data-ready]")
    expect(workbench.get_by_label("Language")).to_have_value("lua")
    expect(workbench.get_by_role("textbox", name="Source")).to_contain_text("-- another")
    workbench.get_by_label("Language").select_option("python3")
    expect(workbench.get_by_role("textbox", name="Source")).to_contain_text("# a draft")


@pytest.mark.parametrize(
    ("language", "source", "keyword"),
    [
        ("c", "int main(void) { return 0; }", "return"),
        ("cpp", "int main() { return 0; }", "return"),
        ("python3", "import sys", "import"),
        ("java", "class A { }", "class"),
        ("javascript", "const a = 1", "const"),
        ("go", "package main", "package"),
        ("php", "<?php echo 1;", "echo"),
        ("ruby", "def a; end", "def"),
        ("perl", "my $a = 1;", "my"),
        ("lua", "local a = 1", "local"),
        ("bash", "if true; then :; fi", "if"),
        ("cpp23", "int main() { return 0; }", "return"),
        ("pypy3", "import sys", "import"),
        ("typescript", "interface A { }", "interface"),
        ("kotlin", "fun main() { }", "fun"),
        ("haskell", "module Main where", "module"),
    ],
)
def test_sources_are_highlighted(workbench: Page, language: str, source: str, keyword: str) -> None:
    workbench.get_by_label("Language").select_option(language)
    write(workbench, source)
    expect(workbench.locator(".tok-keyword, .tok-definition").filter(has_text=keyword).first).to_be_visible()


def test_a_file_can_be_opened(workbench: Page, tmp_path: Path) -> None:
    source = tmp_path / "solution.lua"
    source.write_text("print(2 * io.read('n'))\n")
    workbench.get_by_label("Open file").set_input_files(source)
    expect(workbench.get_by_label("Language")).to_have_value("lua")
    expect(workbench.get_by_role("textbox", name="Source")).to_contain_text("io.read")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * 131_073, "131073 bytes; a source has at most 131072"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a\0b", "not a text file"),
    ],
)
def test_a_file_that_is_no_source_is_refused(
    workbench: Page, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "odd.py").write_bytes(content)
    workbench.get_by_label("Open file").set_input_files(tmp_path / "odd.py")
    expect(workbench.get_by_role("alert")).to_contain_text(said)


def test_an_empty_source_is_not_sent(workbench: Page) -> None:
    workbench.get_by_role("button", name="Submit").click()
    expect(workbench.get_by_role("alert")).to_contain_text("no source yet")
