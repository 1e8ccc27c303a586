// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Makes a new row for each row of the shelf, and keeps them all: "you never know".
package main

import "fmt"

func main() {
	var h, w, a, b, p, t int
	fmt.Scan(&h, &w, &a, &b, &p, &t)
	rows := [][]int{make([]int, w)}
	rows[0][0] = 1
	for r := 0; r < h; r++ {
		row, west := make([]int, w), 0
		for c := range row {
			west = (west + rows[r][c]) % 1_000_000_007
			if (a*r+b*c+r*c)%p < t && r+c > 0 && r+c < h+w-2 {
				west = 0
			}
			row[c] = west
		}
		rows = append(rows, row)
	}
	fmt.Println(rows[h][w-1])
}
