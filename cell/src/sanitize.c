/* sanitize.c: options of a build with AddressSanitizer; nothing in any other.
 *
 * The leak detector wants /proc and ptrace at the end of a process, and the cell's processes have neither. What grows is
 * found by the test that counts the supervisor's fds and mounts.
 */
typedef int nothing_else; /* a translation unit is never empty */

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif
