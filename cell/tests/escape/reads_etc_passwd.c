//! attack: reads /etc/passwd for the users of the host, and /etc/shadow; the file is made up and has nothing of the host
//! status: exited
//! stdout: untouched
//! quick: yes
#include <stdio.h>
#include <string.h>
int main(void)
{
    char line[256];
    FILE *users = fopen("/etc/passwd", "r");
    while (users != NULL && fgets(line, sizeof line, users) != NULL) {
        unsigned user = 0;
        if (sscanf(line, "%*[^:]:%*[^:]:%u", &user) == 1 && user > 0 && user < 1000)
            printf("%s", line);
        if (strstr(line, "daemon") != NULL || strstr(line, "/home") != NULL || strstr(line, "/bin/bash") != NULL)
            printf("%s", line);
    }
    const char *const others[] = {"/etc/shadow", "/etc/gshadow", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/etc/machine-id", "/etc/sudoers"};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        if (fopen(others[i], "r") != NULL)
            puts(others[i]);
    return puts("untouched") < 0;
}
