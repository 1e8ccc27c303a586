"""Small programs in every language; those of several files double the number that they read."""

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
