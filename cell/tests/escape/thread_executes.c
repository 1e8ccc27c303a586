//! attack: a thread becomes the program again while others spin, which ends them and the main thread; it is still one run
//! status: exited
//! exit_code: 5
//! stdout: again
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static char *const again[] = {"program", "again", NULL};
static void *spin(void *unused) { for (;;) ; return unused; }
static void *become(void *unused)
{
    execv("/box/program", again);
    return unused;
}
int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        puts("again");
        return 5;
    }
    pthread_t threads[4];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, spin, NULL);
    pthread_create(&threads[3], NULL, become, NULL);
    for (;;)
        pause();
}
