"""Jinja2, and the policy that every page is sent with."""

from importlib import resources
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assay.intake.custom_runs import allows_model_answer
from assay.web import problem_words, words

_TEMPLATE_CACHE = 50  # there are fewer than that


def page_policy(editor_nonce: str | None) -> str:
    """The page's Content-Security-Policy: our own files only, no inline scripts, no evaluation.

    A page with an editor needs two things more. The editor makes its style sheet by script, which only the
    nonce lets in; and while somebody types, the browser's own editing writes style attributes into the text
    (Chromium does when a selection is replaced), which have to be let in by kind.
    """
    style = ["style-src 'self'"]
    if editor_nonce is not None:
        style = [f"style-src 'self' 'nonce-{editor_nonce}'", "style-src-attr 'unsafe-inline'"]
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            *style,
            "connect-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Renderer:
    """Renders templates; every value is escaped, and a missing one is a fault rather than a blank."""

    def __init__(self) -> None:
        templates = resources.files("assay.web") / "templates"
        self._jinja = Environment(
            loader=FileSystemLoader(str(templates)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=_TEMPLATE_CACHE,
        )
        self._jinja.filters.update(
            duration=words.duration,
            size=words.size,
            instant=words.instant,
            tone=words.tone,
            ending=words.ending,
            points=words.points,
            allows_model_answer=allows_model_answer,
            safe_link=problem_words.safe_link,
            language_name=problem_words.language_name,
        )

    def fragment(self, template: str, **values: Any) -> str:
        """A piece of a page."""
        return self._jinja.get_template(template).render(**values)

    def page(
        self, template: str, *, status: int = 200, editor_nonce: str | None = None, **values: Any
    ) -> HTMLResponse:
        html = self._jinja.get_template(template).render(editor_nonce=editor_nonce, **values)
        headers = {"Content-Security-Policy": page_policy(editor_nonce), "Vary": "HX-Request"}
        return HTMLResponse(html, status_code=status, headers=headers)
