#! attack: reads in /proc which interfaces, routes and sockets there are; those of a network of its own: none but a loopback that is down
#! status: exited
#! stdout: nothing
#! quick: yes
found = []
with open("/proc/self/net/dev") as table:
    names = {line.split(":")[0].strip() for line in table.readlines()[2:]}
found += sorted(names - {"lo", "tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"})
for name in ("route", "arp", "tcp", "udp", "unix", "packet", "netlink", "raw"):
    try:
        with open("/proc/self/net/" + name) as table:
            lines = table.readlines()[1:]
    except OSError:
        continue
    if lines and name != "netlink":  # the kernel's own are in each network
        found.append(f"{name}: {len(lines)}")
print(*(found or ["nothing"]))
