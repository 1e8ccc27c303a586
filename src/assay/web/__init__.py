"""The pages: problem list, statement with editor, and a submission's live verdict.

    pages.py       the addresses and what each shows
    results.py     a submission's pages
    rendering.py   Jinja2, and the policy that every page is sent with
    words.py       figures as people read them
    ports.py       what the pages read
    problem_pages.py, files.py  a problem's page and its files; problem_words.py: what is said about it
    templates/     HTML, escaped; but for statements, which assay.statements has made safe
    static/        one hand-written style sheet; bundle/ is built from frontend/

The server renders; scripts only add the editor and follow verdicts. Nothing is loaded from anywhere else.
"""
