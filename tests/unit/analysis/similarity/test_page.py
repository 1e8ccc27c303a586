"""Pairs side by side on one page."""

from html.parser import HTMLParser

from assay.analysis.similarity.compare import compare_two
from assay.analysis.similarity.kernel import Kernel
from assay.analysis.similarity.page import Shown, html_page, marked
from tests.unit.analysis.similarity.made import COUNTING, SIEVE, folder, of

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(a: str, b: str, name: str = "anna.py") -> str:
    one, other = of(name, a), of("ben.py", b)
    pair = compare_two(one, other, templates=(), kernel=Kernel())
    return html_page([Shown(pair=pair, a=one, b=other)], title="t", threshold="worth a look from 90% on: x")


def test_each_mark_leads_to_its_partner() -> None:
    found = Elements(page_of(COUNTING + SIEVE, SIEVE + COUNTING))
    assert len(found.ids) == len(set(found.ids))
    assert {"p1-a-1", "p1-b-1", "p1-a-2", "p1-b-2"} <= set(found.ids)
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)


def test_no_text_gets_out_of_its_place() -> None:
    text = COUNTING + f"x = '{HOSTILE}'\n# {HOSTILE}\n"
    page = page_of(text, text, name=f"{HOSTILE}.py")
    found = Elements(page)
    assert not {"script", "img"} & found.names
    assert found.text.count("alert(1)") >= 5
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_text_is_all_there() -> None:
    found = Elements(page_of(COUNTING, SIEVE + COUNTING))
    for line in COUNTING.splitlines():
        assert line in found.text


def test_what_could_turn_a_text_around_is_shown_as_a_mark() -> None:
    page = page_of(COUNTING + "# \u202e\u2066 \x00 \x1b[31m\r\n", COUNTING)
    assert not set("\u202e\u2066\x00\x1b\r") & set(page)


def test_places_are_exact_in_any_encoding_and_with_any_line_ends() -> None:
    a = of("a", "# ü\r\n".encode() + COUNTING.strip().replace("\n", "\r\n").encode() + b"\r\n# \xff end")
    b = of("b", COUNTING)
    pair = compare_two(a, b, templates=(), kernel=Kernel())
    [file] = marked(a, [match.a for match in pair.matches])
    pieces = [[(piece.text, piece.match) for piece in line] for line in file.lines]
    assert pieces[0] == [("# ü", None)]
    assert pieces[1] == [("def count_words(text, words):", 1)]
    assert pieces[-1] == [("# \N{REPLACEMENT CHARACTER} end", None)]


def test_files_of_a_folder_are_shown_one_by_one() -> None:
    a = folder("team", {"one.py": COUNTING, "two.py": SIEVE})
    b = of("b", SIEVE)
    pair = compare_two(a, b, templates=(), kernel=Kernel())
    page = html_page([Shown(pair=pair, a=a, b=b)], title="t", threshold="")
    found = Elements(page)
    assert "one.py" in found.text
    assert "two.py" in found.text
