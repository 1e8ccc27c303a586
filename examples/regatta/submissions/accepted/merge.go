package main

import "fmt"

func sortAndCount(speeds, spare []int32) int64 {
	if len(speeds) < 2 {
		return 0
	}
	middle := len(speeds) / 2
	toasts := sortAndCount(speeds[:middle], spare[:middle]) + sortAndCount(speeds[middle:], spare[middle:])
	left, right := 0, middle
	for i := range spare {
		if right == len(speeds) || left < middle && speeds[left] < speeds[right] {
			spare[i] = speeds[left]
			left++
		} else {
			spare[i] = speeds[right]
			right++
			toasts += int64(left)
		}
	}
	copy(speeds, spare)
	return toasts
}

func main() {
	var n int
	var speed int64
	fmt.Scan(&n, &speed)
	speeds := make([]int32, n)
	for i := range speeds {
		speeds[i] = int32(speed)
		speed = speed * 48271 % 2147483647
	}
	fmt.Println(sortAndCount(speeds, make([]int32, n)))
}
