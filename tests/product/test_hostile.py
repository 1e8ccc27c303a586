"""Hostile submissions through the real server: a sensible verdict, and the next submission unharmed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import needs_root
from tests.product.running import EXAMPLES, RunningServer, import_examples, process_tree, running_server

RIGHT = (EXAMPLES / "lanterns/submissions/accepted/sum.py").read_text()
READ = "import fcntl, mmap, os, time\nd = b''\nwhile c := os.read(0, 65536): d += c\n"
SUM = "print(sum(map(int, d.split()[1:])))\n"
C_LITERALS = "\n".join(f"#define X{n + 1} X{n} X{n} X{n} X{n} X{n} X{n} X{n} X{n}" for n in range(12))
WRITES_TO_ITS_INPUT = (
    READ
    + """
tries = {
    "write": lambda: os.write(0, b"x"),
    "truncate": lambda: os.ftruncate(0, 0),
    "chmod": lambda: os.fchmod(0, 0o777),
    "open": lambda: os.open("/dev/stdin", os.O_RDWR),
    "replace": lambda: os.open("/proc/self/fd/0", os.O_WRONLY | os.O_TRUNC),
    "link": lambda: os.link("/proc/self/fd/0", "/tmp/link", follow_symlinks=True),
    "map": lambda: mmap.mmap(0, 0, prot=mmap.PROT_READ | mmap.PROT_WRITE),
    "lease": lambda: fcntl.fcntl(0, fcntl.F_SETLEASE, fcntl.F_WRLCK),
}
for name, attempt in tries.items():
    try:
        attempt()
    except OSError:
        continue
    print(name)
"""
)
HUNTS_ANSWERS = (
    READ
    + """
for top in ("/box", "/tmp", "/proc", "/dev", "/etc", "/var", "/home", "/root", "/run", "/srv", "/mnt"):
    for folder, _, names in os.walk(top):
        for name in names:
            if name.endswith((".ans", ".in", ".sqlite3", ".sock")) or "blob" in folder:
                print(folder, name)
"""
)
LEAVES_THINGS = (
    READ
    + """
folders = ("/tmp", "/dev/shm", "/box")
for folder in folders:
    if "left" in os.listdir(folder):
        print("found what the test before left in", folder)
for folder in folders:
    try:
        open(folder + "/left", "wb").write(d)
    except OSError:
        pass
"""
)
# in the one language whose programs may start others
LEAVES_A_PROCESS = """numbers=($(cat))
sum=0
for number in "${numbers[@]:1}"; do sum=$((sum + number)); done
echo $sum
(sleep 0.3; echo late; sleep 1000) &
"""

GO_HOG = """package main
func main() {
    var all [][]byte
    for {
        piece := make([]byte, 1<<24)
        for i := 0; i < len(piece); i += 4096 { piece[i] = 1 }
        all = append(all, piece)
    }
}
"""
GO_THREADS = """package main
import "runtime"
func main() { for { go func() { runtime.LockOSThread(); select {} }() } }
"""
CPP_TEMPLATES = """
template<class T> struct X { X<X<T>> *f() { return X<X<T>>().f(); } };
int main() { X<int>().f(); }
"""
JAVA_PROCESSOR = """
import java.util.Set;
import javax.annotation.processing.*;
import javax.lang.model.element.TypeElement;
public class Main extends AbstractProcessor {
    public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) { for (;;); }
    public static void main(String[] arguments) {}
}
"""
C_STOPS_ALL = """
#include <signal.h>
int main(void) { kill(-1, SIGSTOP); kill(1, SIGKILL); return 3; }
"""
PERL_FILLS_BOX = "BEGIN { open F, '>/box/x'; while (print F 'x' x 1048576) {} exit 1 }"

ATTACKS = {
    "fork-c": ("c", "#include <unistd.h>\nint main(void){for(;;)fork();}", "TLE RTE"),
    "fork-bash": ("bash", ":(){ :|:& };:; wait", "TLE RTE WA"),
    "fork-in-begin": ("perl", "BEGIN { for (1..30) { fork } exit 1 }", "CE"),
    "memory-go": ("go", GO_HOG, "MLE"),
    "threads-go": ("go", GO_THREADS, "RTE TLE MLE"),
    "output": ("python3", "while True: print('x' * 65536)", "OLE"),
    "errors": ("python3", "import sys\nwhile True: sys.stderr.write('x' * 65536)", "OLE"),
    "fill-tmp": ("python3", "f = open('/tmp/x', 'wb')\nwhile True: f.write(b'x' * 1048576)", "RTE"),
    "fill-inodes": ("python3", "i = 0\nwhile True:\n    open(f'/tmp/{i}', 'w').close()\n    i += 1", "RTE"),
    "fill-box-compiling": ("perl", PERL_FILLS_BOX, "CE"),
    "include-shadow": ("c", '#include "/etc/shadow"\nint main(void){}', "CE"),
    "include-zero": ("c", '#include "/dev/zero"\nint main(void){}', "CE"),
    "binary-shadow": ("c", '__asm__(".incbin \\"/etc/shadow\\"");int main(void){}', "CE"),
    "literals": ("c", f'#define X0 "xxxxxxxxxxxxxxxx"\n{C_LITERALS}\nchar *s = X12;int main(void){{}}', "CE"),
    "templates": ("cpp", CPP_TEMPLATES, "CE"),
    "macros": ("rust", "macro_rules! b{($($t:tt)*)=>{b!($($t)*;$($t)*)}}\nfn main(){b!(a)}", "CE"),
    "annotation-processor": ("java", JAVA_PROCESSOR, "WA"),
    "one-line": ("python3", "x = " + "(" * 32000 + ")" * 32000, "CE"),
    "kill-all": ("bash", "kill -9 -1; kill -9 1; exit 3", "RTE"),
    "stop-all": ("c", C_STOPS_ALL, "RTE"),
    "network": ("bash", "exec 3<>/dev/tcp/127.0.0.1/22 || exit 4", "RTE"),
    "closes-output": ("python3", READ + "os.close(1)\nos.close(2)", "WA RTE"),
    "writes-to-its-input": ("python3", WRITES_TO_ITS_INPUT + SUM, "AC"),
    "hunts-answers": ("python3", HUNTS_ANSWERS + SUM, "AC"),
    "leaves-things": ("python3", LEAVES_THINGS + SUM, "AC"),
    "leaves-a-process": ("bash", LEAVES_A_PROCESS, "AC"),
}  # fmt: skip
# with 128 MiB: to touch the 2 GiB that are usual takes about the time limit that is
PROBLEM_OF = {"memory-go": "rockpools"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("hostile")
    import_examples(folder / "data", ["lanterns", "rockpools"])
    with running_server(folder / "data", log=folder / "log", slots=1) as running:
        before = len(process_tree(running.process.pid))
        yield running
        assert len(process_tree(running.process.pid)) <= before + 1  # a keeper may be about to be replaced
    assert "bug" not in (folder / "log").read_text()


@needs_root
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_its_verdict_and_harms_nobody(server: RunningServer, name: str) -> None:
    language, source, expected = ATTACKS[name]
    attack = server.submit(PROBLEM_OF.get(name, "lanterns"), language, source)
    victim = server.submit("lanterns", "python3", RIGHT)
    state = server.wait_for_verdict(attack)
    assert state["verdict"] in expected.split(), Path("/proc/loadavg").read_text()
    assert server.wait_for_verdict(victim)["verdict"] == "AC"
