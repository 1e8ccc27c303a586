"""Small programs in every language; those of several files double the number that they read."""

SYNTAX_ERRORS = {
    "bash": "if true; then echo 42\n",
    "c": "int main(void) { return 0 }\n",
    "cpp": "int main() { std::cout << 42; }\n",
    "go": "package main\nfunc main() { x := 1 }\n",
    "java": "public class Main { public static void main(String[] a) { int x = true; } }\n",
    "javascript": "console.log(42;\n",
    "lua": "print(42\n",
    "perl": "print 42 +;\nprint (;\n",
    "php": "<?php echo 42 +;\n",
    "python3": "print(42\n",
    "ruby": "puts 42 +\n",
    "rust": "fn main() { let x: i32 = true; }\n",
}

SEVERAL_FILES = {
    "bash": {
        "main.sh": 'source twice.sh\nread -r n\ntwice "$n"\n',
        "twice.sh": "twice() { echo $(($1 * 2)); }\n",
    },
    "c": {
        "main.c": """
            #include "twice.h"
            #include <stdio.h>
            int main(void) { int n; scanf("%d", &n); printf("%d\\n", twice(n)); }
        """,
        "sub/twice.c": "int twice(int n) { return 2 * n; }\n",
        "twice.h": "int twice(int n);\n",
    },
    "cpp": {
        "a b.cpp": """
            #include "twice.hpp"
            #include <iostream>
            int main() { int n; std::cin >> n; std::cout << twice(n) << std::endl; }
        """,
        "twice.cc": "int twice(int n) { return 2 * n; }\n",
        "twice.hpp": "int twice(int n);\n",
    },
    "go": {
        "main.go": """
            package main
            import "fmt"
            func main() { var n int; fmt.Scan(&n); fmt.Println(twice(n)) }
        """,
        "twice.go": "package main\nfunc twice(n int) int { return 2 * n }\n",
    },
    "java": {
        "Start.java": """
            public class Start {
                public static void main(String[] a) {
                    System.out.println(tools.Twice.of(new java.util.Scanner(System.in).nextInt()));
                }
            }
        """,
        "tools/Twice.java": """
            package tools;
            public class Twice { public static int of(int n) { return 2 * n; } }
        """,
    },
    "javascript": {
        "main.js": """
            const { twice } = require('./twice');
            console.log(twice(+require('fs').readFileSync(0, 'utf8')));
        """,
        "twice.js": "exports.twice = n => n * 2;\n",
    },
    "lua": {
        "main.lua": "print(require('twice')(io.read('n')))\n",
        "twice.lua": "return function(n) return n * 2 end\n",
    },
    "perl": {
        "main.pl": 'use Twice;\nmy $n = <STDIN>;\nprint Twice::of($n), "\\n";\n',
        "Twice.pm": "package Twice;\nsub of { return 2 * $_[0]; }\n1;\n",
    },
    "php": {
        "main.php": "<?php\nrequire 'twice.php';\necho twice((int) fgets(STDIN)), \"\\n\";\n",
        "twice.php": "<?php\nfunction twice($n) { return 2 * $n; }\n",
    },
    "python3": {
        "main.py": "from tools.twice import twice\nprint(twice(int(input())))\n",
        "tools/twice.py": "def twice(n):\n    return 2 * n\n",
    },
    "ruby": {
        "main.rb": "require 'twice'\nputs twice(gets.to_i)\n",
        "twice.rb": "def twice(n) = 2 * n\n",
    },
    "rust": {
        "main.rs": """
            mod twice;
            fn main() {
                let mut line = String::new();
                std::io::stdin().read_line(&mut line).unwrap();
                println!("{}", twice::twice(line.trim().parse().unwrap()));
            }
        """,
        "twice.rs": "pub fn twice(n: i64) -> i64 { 2 * n }\n",
    },
}

# Far deeper than the 8 MiB that a stack has by default; each prints 42.
DEEP_CALLS = {
    "c": """
        #include <stdio.h>
        volatile int sink;
        int deep(int n) { volatile int here = n; if (n) deep(n - 1); sink = here; return here; }
        int main(void) { deep(1000000); puts("42"); }
    """,
    "java": """
        public class Main {
            static int deep(int n) { return n == 0 ? 42 : deep(n - 1) + 0; }
            public static void main(String[] a) { System.out.println(deep(300000)); }
        }
    """,
    "javascript": "const deep = n => n === 0 ? 42 : deep(n - 1) + 0;\nconsole.log(deep(200000));\n",
    "python3": """
import sys
sys.setrecursionlimit(10**6)
def deep(n):
    return 42 if n == 0 else deep(n - 1)
print(deep(100000))
""",
}

MEMORY_BOMBS = {
    "c": """
        #include <stdlib.h>
        #include <string.h>
        int main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }
    """,
    "go": """
        package main
        var all [][]byte
        func main() {
            for {
                block := make([]byte, 1<<20)
                for i := range block { block[i] = 1 }
                all = append(all, block)
            }
        }
    """,
    "java": """
        import java.util.*;
        public class Main {
            public static void main(String[] a) {
                List<byte[]> all = new ArrayList<>();
                for (;;) {
                    byte[] block = new byte[1 << 16];
                    Arrays.fill(block, (byte) 1);
                    all.add(block);
                }
            }
        }
    """,
    "javascript": "const all = [];\nfor (;;) all.push(new Array(1000).fill(Math.random()));\n",
    "python3": "all = []\nwhile True:\n    all.append(bytearray(b'x') * (1 << 20))\n",
}

UTF8 = {
    "bash": "s='åäö'; echo ${#s}\n",
    "perl": "use POSIX; print setlocale(LC_ALL, '') eq 'C.UTF-8' ? 3 : 0, \"\\n\";\n",
    "c": """
        #include <locale.h>
        #include <stdio.h>
        #include <stdlib.h>
        int main(void) {
            setlocale(LC_ALL, "");
            printf("%d\\n", (int)mbstowcs(NULL, "\\xc3\\xa5\\xc3\\xa4\\xc3\\xb6", 0));
        }
    """,
    "python3": "import sys\nprint(len(sys.stdin.read()))\n",
    "ruby": "puts gets.length\n",
    "java": """
        public class Main {
            public static void main(String[] a) {
                System.out.println(new java.util.Scanner(System.in).nextLine().length());
            }
        }
    """,
}
