// Shows every pattern in the order of the binary numbers: the first sample is right, the second is not.
package main

import (
	"bufio"
	"fmt"
	"math/bits"
	"os"
)

func main() {
	var n int
	fmt.Scan(&n)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for step := uint(1); step < 1<<n; step++ {
		fmt.Fprintln(out, bits.TrailingZeros(step)+1, bits.OnesCount(step))
	}
}
