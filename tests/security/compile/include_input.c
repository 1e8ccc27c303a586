//! attack: include the compiler's input, in the hope of the judge's terminal or pipe; it is empty
//! verdict: ok
//! stdout: empty
#include <stdio.h>
int main(void)
{
    static const char input[] = {
#include "/dev/stdin"
        0};
    return puts(sizeof input == 1 ? "empty" : input) < 0;
}
