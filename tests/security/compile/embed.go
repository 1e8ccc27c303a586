//! attack: embed files of the host
//! verdict: CE
package main

import _ "embed"

//go:embed @HOST_FILE@
var stolen string

//go:embed ../../../etc/shadow
var shadow string

func main() { println(stolen, shadow) }
