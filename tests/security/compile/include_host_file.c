//! attack: the same with a file that anybody on the host may read, by several ways
//! verdict: CE
//! says: No such file
#include "@HOST_FILE@"
#include "../../../../../../..@HOST_FILE@"
#include "/proc/1/root@HOST_FILE@"
#include "/proc/self/cwd/../..@HOST_FILE@"
int main(void) {}
