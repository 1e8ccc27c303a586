package main

import "fmt"

func main() {
	forgotten := 1
	fmt.Println(0)
}
