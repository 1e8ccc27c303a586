/* Walks backwards over UTF-8: bytes of the form 10xxxxxx belong to the character that starts before them. */
#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX 1024

int main(void) {
    char line[LINE_BYTES_MAX];
    int n;
    if (fgets(line, sizeof line, stdin) == NULL || sscanf(line, "%d", &n) != 1) return 1;
    while (n-- > 0 && fgets(line, sizeof line, stdin) != NULL) {
        size_t end = strcspn(line, "\n");
        while (end > 0) {
            size_t start = end - 1;
            while (start > 0 && ((unsigned char)line[start] & 0xC0) == 0x80) start--;
            fwrite(line + start, 1, end - start, stdout);
            end = start;
        }
        putchar('\n');
    }
    return 0;
}
