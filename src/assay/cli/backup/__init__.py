"""`assay backup`: everything that an installation has, in one file and back.

commands.py   create, verify and restore
landing.py    the new file, while the command is an ordinary user that may not write there
words.py      how far it is, and what was found, for a terminal
"""
