"""What commands mean, as tables. Source of the subset: package format 2025-09, "LaTeX environment and
supported subset"; beside it stands what statements in use have."""

from assay.statements.tex.writer import Style

# ruff: noqa: RUF001 - signs that look like others are what these tables are about

# Signs and letters.
SYMBOLS = {
    "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "textquotesingle": "'", "textquotedbl": '"', "lq": "‘", "rq": "’", "guillemotleft": "«",
    "guillemotright": "»", "flqq": "«", "frqq": "»", "glqq": "„", "grqq": "“", "quotedblbase": "„",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`",
    "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{", "textbraceright": "}",
    "textunderscore": "_", "textdollar": "$", "textpercent": "%", "textdegree": "°", "degree": "°",
    "textbullet": "•", "textperiodcentered": "·", "textmu": "µ", "textregistered": "®", "texttrademark": "™",
    "textcopyright": "©", "copyright": "©", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "texteuro": "€",
    "dag": "†", "ddag": "‡", "slash": "/", "LaTeX": "LaTeX", "TeX": "TeX", "textrightarrow": "→",
    "textleftarrow": "←", "textuparrow": "↑", "textdownarrow": "↓", "checkmark": "✓",
    "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "ss": "ß",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "{": "{", "}": "}", "$": "$", "&": "&", "#": "#", "_": "_", "%": "%", " ": " ", "nobreakspace": "\u00a0",
    ",": "\u2009", "thinspace": "\u2009", ";": "\u2004", ":": "\u2005", ">": "\u2005", "!": "", "/": "",
    "-": "\u00ad", "@": "", "quad": "\u2003", "qquad": "\u2003\u2003", "enspace": "\u2002",
}  # fmt: skip

# Accents, as characters that combine with the one before them.
ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "H": "\u030b", "u": "\u0306", "k": "\u0328", "r": "\u030a", "b": "\u0331",
    "d": "\u0323",
}  # fmt: skip

SIGNS = {
    "``": "“", "''": "”", "`": "‘", "'": "’", "--": "–", "---": "—", "<<": "«", ">>": "»", ",,": "„",
}  # fmt: skip

# Sizes and shapes: what a command does to its argument, and a declaration to the rest of its group.
_BOLD, _ITALIC, _CODE = Style("strong"), Style("em"), Style("code")
_CAPITALS = Style("span", "smallcaps")
_SIZES = (
    "tiny",
    "scriptsize",
    "footnotesize",
    "small",
    "normalsize",
    "large",
    "Large",
    "LARGE",
    "huge",
    "Huge",
)
STYLED = {
    "textbf": _BOLD, "textit": _ITALIC, "emph": _ITALIC, "textsl": _ITALIC, "texttt": _CODE, "t": _CODE,
    "textsc": _CAPITALS, "underline": Style("u"), "uline": Style("u"), "sout": Style("s"), "st": Style("s"),
    "textsuperscript": Style("sup"), "textsubscript": Style("sub"), "hl": Style("mark"),
}  # fmt: skip
DECLARED = {
    "bf": _BOLD, "bfseries": _BOLD, "it": _ITALIC, "itshape": _ITALIC, "em": _ITALIC, "sl": _ITALIC,
    "slshape": _ITALIC, "tt": _CODE, "ttfamily": _CODE, "sc": _CAPITALS, "scshape": _CAPITALS,
    **{name: Style("span", f"size-{number}") for number, name in enumerate(_SIZES)},
}  # fmt: skip
PLAIN = frozenset({"rm", "normalfont", "upshape", "mdseries", "rmfamily", "sffamily", "sf"})  # end of styles

# Commands of which only an argument is read, by how many there are and which it is.
TRANSPARENT = {
    "mbox": (1, 0), "hbox": (1, 0), "makebox": (1, 0), "fbox": (1, 0), "framebox": (1, 0), "textrm": (1, 0),
    "textnormal": (1, 0), "textup": (1, 0), "textmd": (1, 0), "textsf": (1, 0), "text": (1, 0),
    "parbox": (2, 1), "textcolor": (2, 1), "colorbox": (2, 1), "raisebox": (2, 1), "scalebox": (2, 1),
    "resizebox": (3, 2), "rotatebox": (2, 1), "ensuremath": (1, 0), "centerline": (1, 0), "title": (1, 0),
    "texorpdfstring": (2, 0), "foreignlanguage": (2, 1),
}  # fmt: skip
# Commands that do nothing here, by how many arguments they have.
IGNORED = {
    "noindent": 0, "centering": 0, "raggedright": 0, "raggedleft": 0, "smallskip": 0, "medskip": 0,
    "bigskip": 0, "newpage": 0, "clearpage": 0, "pagebreak": 0, "nopagebreak": 0, "hfill": 0, "vfill": 0,
    "indent": 0, "maketitle": 0, "sloppy": 0, "fussy": 0, "protect": 0, "relax": 0, "xspace": 0,
    "leavevmode": 0,
    "hline": 0, "toprule": 0, "midrule": 0, "bottomrule": 0, "cline": 1, "linebreak": 0, "break": 0,
    "null": 0,
    "vspace": 1, "hspace": 1, "vskip": 0, "label": 1, "usepackage": 1, "documentclass": 1,
    "setlength": 2, "addtolength": 2, "setcounter": 2, "pagestyle": 1, "thispagestyle": 1, "color": 1,
    "graphicspath": 1, "captionsetup": 1, "lstset": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "rule": 2,
    "needspace": 1, "columnbreak": 0, "allowbreak": 0, "nolinebreak": 0, "normalcolor": 0,
    "definecolor": 3, "newlength": 1, "newtheorem": 2, "FloatBarrier": 0, "unskip": 0, "ignorespaces": 0,
    "strut": 0, "makeatletter": 0, "makeatother": 0, "date": 1, "author": 1, "selectlanguage": 1,
}  # fmt: skip

HEADINGS = {"chapter": "h2", "section": "h2", "subsection": "h3", "subsubsection": "h4"}
RUN_IN_HEADINGS = frozenset({"paragraph", "subparagraph"})
DEFINITIONS = frozenset({
    "newcommand", "renewcommand", "providecommand", "def", "gdef", "edef", "xdef", "let",
    "DeclareMathOperator", "DeclareRobustCommand",
})  # fmt: skip

# Environments.
LISTS = {"itemize": "ul", "enumerate": "ol", "description": "ul", "compactitem": "ul", "compactenum": "ol"}
VERBATIM = frozenset({"verbatim", "Verbatim", "lstlisting", "minted", "alltt", "verbatim*"})
FORMULAS = frozenset({
    "math", "displaymath", "equation", "equation*", "align", "align*", "gather", "gather*", "multline",
    "multline*", "eqnarray", "eqnarray*", "alignat", "alignat*", "flalign", "flalign*",
})  # fmt: skip
BARE_FORMULAS = frozenset({"math", "displaymath", "equation", "equation*"})  # their inside is the formula
SECTIONS = {"Input": "section-input", "Output": "section-output", "Interaction": "section-interaction"}
# Environments that are an element: its name, its class, and how many arguments it takes.
BLOCKS = {
    "quote": ("blockquote", "", 0),
    "quotation": ("blockquote", "", 0),
    "verse": ("blockquote", "", 0),
    "center": ("div", "centre", 0),
    "flushleft": ("div", "left", 0),
    "flushright": ("div", "right", 0),
    "figure": ("figure", "", 0),
    "figure*": ("figure", "", 0),
    "table": ("figure", "", 0),
    "table*": ("figure", "", 0),
    "framed": ("div", "box", 0),
    "mdframed": ("div", "box", 0),
    "multicols": ("div", "", 1),
    "document": ("div", "", 0),
    "samepage": ("div", "", 0),
    "spacing": ("div", "", 1),
}
TABLES = {
    "tabular": 1,
    "tabular*": 2,
    "tabularx": 2,
    "longtable": 1,
    "tabulary": 2,
}  # arguments, columns last
