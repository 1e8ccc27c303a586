"""Languages are data: data/<id>.toml says how a source becomes a running program.

data/views.toml says what of the host a program may see.

catalogue.py reads and checks the languages, views.py the views, commands.py fills in the command lines,
toolchain.py says whether a toolchain is installed and which version it is.
"""
