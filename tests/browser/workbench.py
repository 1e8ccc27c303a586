"""What a person does at the workbench, and programs that say which verdict they get."""

from playwright.sync_api import Page, expect

ACCEPTED = "print(2 * int(input()))\n"
WRONG = "# expect: WA\nn = int(input())\nprint(2 * n if n != 6 else 13)\n"
BROKEN_CPP = "// expect: CE\nint main( {\n"


def write(page: Page, source: str) -> None:
    editor = page.get_by_role("textbox", name="Source")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def submit(page: Page, language: str, source: str) -> None:
    page.get_by_label("Language").select_option(language)
    write(page, source)
    page.get_by_role("button", name="Submit").click()


def verdict_of(page: Page) -> str:
    badge = page.locator("#result .badge")
    expect(badge.locator("abbr")).to_be_visible()
    return badge.inner_text()
