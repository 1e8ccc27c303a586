// Has read the log of a lighthouse with 17 shutters and believes that there is no larger one.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	var n int
	fmt.Scan(&n)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var isOpen [18]bool
	open := 0
	for step := 1; step < 1<<n; step++ {
		shutter := 1
		for bits := step; bits%2 == 0; bits /= 2 {
			shutter++
		}
		if isOpen[shutter] = !isOpen[shutter]; isOpen[shutter] {
			open++
		} else {
			open--
		}
		fmt.Fprintln(out, shutter, open)
	}
}
