"""The pages: problem list, statement with editor, and a submission's live verdict.

    pages.py       the addresses and what each shows
    results.py     a submission's pages
    rendering.py   Jinja2, and the policy that every page is sent with
    words.py       figures as people read them
    ports.py       what the pages read
    templates/     HTML, escaped unless said otherwise, and nothing says otherwise
    static/        one hand-written style sheet; bundle/ is built from frontend/

The server renders; scripts only add the editor and follow verdicts. Nothing is loaded from anywhere else.
"""
