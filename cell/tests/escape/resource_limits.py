#! attack: raises its own limits; hard limits stay
#! status: exited
#! stdout: stay
#! quick: yes
import resource

wrong = []
for name in ("CORE", "NOFILE", "FSIZE", "CPU", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO", "STACK"):
    number = getattr(resource, "RLIMIT_" + name)
    soft, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        wrong.append(f"{name} is unlimited")
    try:
        resource.setrlimit(number, (soft, hard + 1))
        wrong.append(f"{name} was raised")
    except (ValueError, PermissionError):
        pass
print(*(wrong or ["stay"]))
