"""Which programs share parts, and which parts: something for a person to look at, never a conviction.

    grammars.py       what of each language's syntax is a token
    tokens.py         source text → tokens, in a child process (child.py) that parsing.py feeds, bounds and
    replaces kernel.py         native/kernel.c: fingerprints by winnowing, tiles by greedy string tiling
    candidates.py     whom to compare with whom: who shares rare fingerprints, by a sparse product
    threshold.py      from where on a likeness is worth a look, with the false positives that it will give
    compare.py        the verb: tokens → fingerprints → candidates → tiles → threshold → clusters
    nouns.py          submissions, pairs, matches, the result
    reading.py        submissions out of folders

Sources: Schleimer, Wilkerson and Aiken, "Winnowing" (SIGMOD 2003), as in MOSS; Wise, "String similarity via
greedy string tiling" (1993), as in YAP and JPlag (Prechelt, Malpohl and Philippsen, 2002).
"""
