"""The outside world behind the ports: databases, disk, sockets, memory. Only wiring names them."""
