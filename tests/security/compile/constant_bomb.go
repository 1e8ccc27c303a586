//! attack: a program of 2 GB
//! verdict: CE
//! limits: compile_time_ms=5000 compile_memory_bytes=536870912
package main

var all = [1 << 31]byte{1<<31 - 1: 1}

func main() { println(all[5]) }
