"""Languages are data: data/<id>.toml says how a source becomes a running program.

data/views.toml says what of the host a program may see.

catalogue.py reads and checks the languages, views.py the views, commands.py fills in the command lines,
toolchain.py says whether a toolchain is installed and which version it is.
"""

from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.views import expand_views, load_views

__all__ = ["LanguageCatalogue", "expand_views", "load_catalogue", "load_views"]
