//! attack: dies of a signal of its own; the facts say which
//! status: signalled
//! signal: 6
//! quick: yes
#include <stdlib.h>
int main(void) { abort(); }
