/* Reverses bytes: fine for ASCII, nonsense for everything else. */
#include <stdio.h>
#include <string.h>

int main(void) {
    char line[1024];
    int n;
    if (fgets(line, sizeof line, stdin) == NULL || sscanf(line, "%d", &n) != 1) return 1;
    while (n-- > 0 && fgets(line, sizeof line, stdin) != NULL) {
        for (size_t i = strcspn(line, "\n"); i-- > 0;) putchar(line[i]);
        putchar('\n');
    }
    return 0;
}
