#! attack: constants that the compiler would work out: huge powers, repetitions and nestings
#! verdict: RTE
#! limits: cpu_time_ms=500 memory_bytes=67108864
if 0:
    a = 9 ** 9 ** 9 ** 9
    b = "x" * 10 ** 10
    c = (1,) * 10 ** 10
    d = 1 << 10 ** 10
raise SystemExit(1)
