"""A score as one page that anybody can read: it needs no other file, no script and no network.

page.py      the verb: what is shown, in which order
code.py      the program, line by line, with what was found there
drawing.py   charts as numbers: where each column, point and tick is
templates/   the page, its charts and its style; Jinja2 escapes every text
"""

from assay.assessments.report.page import Report, html_report

__all__ = ["Report", "html_report"]
