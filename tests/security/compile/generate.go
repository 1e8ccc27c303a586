//! attack: commands for go generate, and a linked name; building executes none
//! verdict: ok
//! stdout: clean
package main

//go:generate sh -c "echo stolen > /box/stolen"

import (
	"fmt"
	"os"
)

func main() {
	if _, err := os.Stat("/box/stolen"); err == nil {
		fmt.Println("stolen")
	}
	fmt.Println("clean")
}
