"""The product as its user has it: real commands, a real server with the real sandbox, on real files."""
