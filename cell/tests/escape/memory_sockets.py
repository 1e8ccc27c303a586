#! attack: hide memory in the queues of sockets that nobody reads; they count as the run's kernel memory
#! status: memory
#! limits: memory_bytes=33554432
#! policy: managed
#! quick: yes
import socket

pairs = []
held = 0
try:
    while True:
        pair = socket.socketpair(socket.AF_UNIX, (socket.SOCK_STREAM, socket.SOCK_DGRAM)[len(pairs) % 2])
        pairs.append(pair)
        for end in pair:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            end.setblocking(False)
            try:
                while True:
                    held += end.send(b"x" * 32768)
            except OSError:
                pass
except OSError as error:
    print(held, "bytes held:", error)
