package main

import "fmt"

const modulus = 1_000_000_007

func main() {
	var h, w, a, b, p, t int
	fmt.Scan(&h, &w, &a, &b, &p, &t)
	ways := make([]int, w)
	ways[0] = 1
	for r := 0; r < h; r++ {
		value, step, west := a*r%p, (b+r)%p, 0
		for c := range ways {
			west += ways[c]
			if west >= modulus {
				west -= modulus
			}
			if value < t && r+c > 0 && r+c < h+w-2 {
				west = 0
			}
			ways[c] = west
			value += step
			if value >= p {
				value -= p
			}
		}
	}
	fmt.Println(ways[w-1])
}
