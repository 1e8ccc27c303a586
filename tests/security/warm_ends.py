"""Python programs that tell of how an interpreter ends, and of what it does until then; see test_warm.py."""

from tests.security.warm_starts import Program

ENDS = {
    "exit 7": Program(
        source="import sys; print('x'); sys.exit(7)",
    ),
    "exit 300": Program(
        source="import sys; sys.exit(300)",
    ),
    "exit words": Program(
        source="import sys; sys.exit('words')",
    ),
    "exit none": Program(
        source="import sys; sys.exit(None)",
    ),
    "exit at once": Program(
        source="import os; print('lost', end=''); os._exit(9)",
    ),
    "exception": Program(
        source="def f(x):\n    return 1 / x\n\nprint('before')\nf(0)",
    ),
    "syntax error": Program(
        source="print('never')\nif True\n    pass",
    ),
    "wrong bytes": Program(
        source="print(chr(0xDC80))",
    ),
    "assertion": Program(
        source="assert 1 == 2, 'no'",
    ),
    "keyboard": Program(
        source="import signal; signal.raise_signal(signal.SIGINT)",
    ),
    "aborts": Program(
        source="import os; print('x', flush=True); os.abort()",
    ),
    "segmentation fault": Program(
        source="import ctypes; ctypes.string_at(0)",
    ),
    "signals": Program(
        source=r"""
import signal

print(
    [
        (s.name, str(signal.getsignal(s)))
        for s in sorted(signal.valid_signals())
        if hasattr(s, 'name')
    ],
    signal.pthread_sigmask(0, ()),
)
""",
    ),
    "broken pipe": Program(
        source="import os; a, b = os.pipe(); os.close(a); os.write(b, b'x')",
    ),
    "alarm": Program(
        source=r"""
import signal

rang = []
signal.signal(signal.SIGALRM, lambda *a: rang.append('rang'))
signal.setitimer(signal.ITIMER_REAL, 0.01)
while not rang:
    pass
print(*rang)
""",
    ),
    "recursion": Program(
        source=r"""
def f(n):
    global deepest
    deepest = n
    f(n + 1)

try:
    f(0)
except RecursionError as e:
    print(deepest, e)
""",
    ),
    "deep recursion": Program(
        source=r"""
import sys

sys.setrecursionlimit(10**6)

def f(n):
    return 0 if n == 0 else 1 + f(n - 1)

print(f(50_000))
import json

x = '[' * 40_000 + ']' * 40_000
print(len(repr(json.loads(x))))
""",
    ),
    "threads": Program(
        source=r"""
import threading

r = []
t = [threading.Thread(target=r.append, args=(i,)) for i in range(9)]
[x.start() for x in t]
[x.join() for x in t]
print(
    sorted(r),
    threading.main_thread() is threading.current_thread(),
    threading.active_count(),
    threading.main_thread().native_id == threading.get_native_id(),
)
""",
    ),
    "thread left": Program(
        source=r"""
import threading, time

threading.Thread(target=lambda: (time.sleep(0.02), print('late'))).start()
print('main')
""",
    ),
    "at exit": Program(
        source=r"""
import atexit, sys

atexit.register(print, 'exit', flush=True)

class A:
    def __del__(self):
        print('gone')

a = A()
b = [a]
b.append(b)
del a
print('end')
""",
    ),
    "gone at the end": Program(
        source="class A:\n    def __del__(self):\n        print('gone')\n\na = A()",
    ),
    "not closed": Program(
        source=r"""
file = open(1, 'w', closefd=False)

def say(x):
    file.write(x)

say('not lost')
""",
    ),
    "hung onto others": Program(
        source=r"""
import os, sys

class A:
    def __init__(self, x):
        self.x = x

    def __del__(self, write=os.write):
        write(1, self.x)

os.a = A(b'os')
sys.a = A(b'sys')
sys.stdin.a = A(b'stdin')
sys.meta_path.append(A(b'finder'))
os.b = [A(b'list')]
os.b.append(os.b)
os.environ.a = os.environ.b = A(b'environ')
""",
    ),
    "garbage": Program(
        source=r"""
import gc, weakref

class A:
    pass

a = A()
a.a = a
w = weakref.ref(a)
del a
print(gc.isenabled(), gc.get_threshold(), gc.collect() >= 1, w() is None, gc.garbage, gc.callbacks)
""",
    ),
    "processor time": Program(
        source=r"""
import time, resource

print(time.process_time() < 5, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)
""",
    ),
    "hash": Program(
        source=r"""
print(hash('a') == hash('a'), hash(''), hash(1.5), hash((1, 2)), len({str(i) for i in range(999)}))
""",
    ),
    "random": Program(
        source=r"""
import random, os

print(random.Random(1).random(), random.random() != random.random())
""",
    ),
    "modules beside it": Program(
        source="import other, package.part; print(other.__file__, package.part.x, other.__cached__)",
    ),
    "library": Program(
        source=r"""
import collections, heapq, bisect, itertools, functools, math, random
import re, string, json, decimal, fractions, statistics, datetime
import time, copy, operator, typing, dataclasses, enum, array
import struct, zlib, hashlib, threading, queue, asyncio, io, os, sys, ctypes

print(len(sys.modules) > 60, sorted(m for m in sys.modules if 'o' not in m)[:20])
""",
    ),
    "forks": Program(
        source=r"""
import os

try:
    os.fork()
except OSError as e:
    print(type(e), e)
print('on')
""",
    ),
    "executes": Program(
        source="import os; os.execv('/bin/true', ['true'])",
    ),
    "memory limit": Program(
        source="x = bytearray(200 << 20)\nfor i in range(0, len(x), 4096):\n    x[i] = 1",
        memory_bytes=64 << 20,
    ),
    "memory error": Program(
        source=r"""
import resource as r

r.setrlimit(r.RLIMIT_AS, (1 << 26, 1 << 26))
x = bytearray(1 << 30)
""",
    ),
}
