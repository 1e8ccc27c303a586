//! attack: have the compiler's environment, memory map and parent told; there is nothing of ours in them
//! verdict: CE
#include "/proc/self/environ"
#include "/proc/self/maps"
#include "/proc/self/mountinfo"
#include "/proc/1/environ"
#include "/proc/1/cmdline"
int main(void) {}
