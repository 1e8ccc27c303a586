//! attack: import packages from outside
//! verdict: CE
package main

import (
	_ "../../../etc"
	_ "@HOST_FILE@"
	_ "example.org/stolen"
)

func main() {}
