"""Packages of Polygon, Codeforces' system for setters: a folder with a problem.xml.

    reading.py     the verb; document.py: the XML, strictly
    tests.py       where inputs and answers are, or what makes them
    groups.py      names, points and groups
    programs.py    checker, interactor, generators, and what they include
    solutions.py   the jury's submissions, by their tags
    validators.py  what checks inputs, and what checks the checks
    statements.py  texts, names, what is shown of samples
    words.toml     source types and languages, in our own words

There is no specification of Polygon's own. The sources are packages in use, testlib.h, and the description
of problem.xml that users of the format have written down.
"""

from assay.problems.polygon.reading import PROBLEM_FILE, read_polygon, short_name

__all__ = ["PROBLEM_FILE", "read_polygon", "short_name"]
