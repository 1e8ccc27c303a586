"""The nouns of a judge: frozen values without any I/O. Everything else is built on them."""
