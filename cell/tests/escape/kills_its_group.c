//! attack: kills its own process group, in the hope that ours is the same; only it dies
//! status: signalled
//! signal: 9
//! quick: yes
#include <signal.h>
int main(void) { return kill(0, SIGKILL); }
