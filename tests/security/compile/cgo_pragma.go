//! attack: the same by the pragmas that cgo itself writes
//! verdict: CE
package main

//go:cgo_ldflag "-fplugin=/box/plugin.so"
//go:cgo_import_dynamic stolen stolen "@HOST_FILE@"
func main() {}
