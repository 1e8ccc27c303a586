//! attack: settings of one's own where the compiler works: another toolchain, a wrapper, C
//! verdict: ok
//! stdout: clean
package main

import "fmt"

func main() { fmt.Println("clean") }
