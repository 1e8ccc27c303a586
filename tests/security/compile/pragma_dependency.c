//! attack: learn how old a file of the host is, by a pragma that compares
//! verdict: CE
//! says: No such file
#pragma GCC dependency "@HOST_FILE@"
int main(void) {}
