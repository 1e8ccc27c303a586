package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var n int
	fmt.Fscan(in, &n)
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range xs {
		fmt.Fscan(in, &xs[i], &ys[i])
	}
	pipe := func(place float64) float64 {
		total := 0.0
		for i := range xs {
			total += math.Hypot(xs[i]-place, ys[i])
		}
		return total
	}
	west, east := -10000.0, 10000.0
	for step := 0; step < 100; step++ {
		third := (east - west) / 3
		if pipe(west+third) < pipe(east-third) {
			east -= third
		} else {
			west += third
		}
	}
	fmt.Println(pipe(west))
}
