//! attack: options for a C compiler: a plugin, a file of the host, a program of one's own; there is no cgo
//! verdict: CE
//! says: build constraints exclude all Go files
package main

/*
#cgo CFLAGS: -fplugin=/box/plugin.so -include @HOST_FILE@
#cgo LDFLAGS: -Wl,-T,@HOST_FILE@ -B/box
#include "@HOST_FILE@"
int stolen(void) { return 1; }
*/
import "C"

func main() { println(C.stolen()) }
