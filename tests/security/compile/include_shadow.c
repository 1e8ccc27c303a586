//! attack: have the host's password file told in error messages; it is not in the view
//! verdict: CE
//! says: No such file
#include "/etc/shadow"
int main(void) {}
