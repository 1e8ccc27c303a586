"""The HTTP door over real sockets."""
