//! attack: lock files of the view against all others, other runs and the host, whose files they are
//! status: exited
//! stdout: refused
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
int main(void)
{
    const char *const names[] = {"/etc/ld.so.cache", "/dev/null", "/"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const int file = open(names[i], O_RDONLY);
        if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
            printf("flock of %s\n", names[i]);
        if (file >= 0 && fcntl(file, F_SETLK, &(struct flock){.l_type = F_RDLCK}) == 0)
            printf("fcntl of %s\n", names[i]);
    }
    return puts("refused") < 0;
}
