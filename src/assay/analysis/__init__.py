"""What a program's text shows without running it: findings of rules, measures, and what could not be read.

    analyser.py      a child process that is kept, fed one file after the other, and replaced when it hangs
    __main__.py      that child: bounded, and without rights once everything is loaded
    examine.py       one file: parsed (syntax.py), rules applied (matching.py), measured (measures/)
    rule_book.py     the rules, data in rules/<language>/<id>.yml
    sarif.py         findings as other tools read them
    similarity/      which programs resemble each other

Nothing here imports a parser but the child and what it calls: importing this package costs next to nothing.
"""

from assay.analysis.analyser import Analyser, analyse

__all__ = ["Analyser", "analyse"]
