/* show_request.c: what the cell understands of a packet, field by field, for a test that compares it with what was meant.
 *
 *   stdin:  u32 length (little-endian), the packet; again and again
 *   stdout: for each, lines "name value" and an empty line. Strings, and the words of a refusal
 *           ("refused"), are in hexadecimal digits, for they may have any bytes.
 */
#include "../src/protocol.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void show_number(const char *name, uint64_t value)
{
    printf("%s %" PRIu64 "\n", name, value);
}

static void show_text(const char *name, const char *text)
{
    printf("%s ", name);
    for (const char *at = text; *at != '\0'; at++)
        printf("%02x", (unsigned char)*at);
    printf("\n");
}

static void show_limits(const struct run_limits *limits)
{
    show_number("cpu_time_ms", limits->cpu_time_ms);
    show_number("wall_time_ms", limits->wall_time_ms);
    show_number("memory_bytes", limits->memory_bytes);
    show_number("processes", limits->processes);
    show_number("open_files", limits->open_files);
    show_number("scratch_bytes", limits->scratch_bytes);
    show_number("scratch_inodes", limits->scratch_inodes);
    show_number("stdout_bytes", limits->stdout_bytes);
    show_number("stderr_bytes", limits->stderr_bytes);
    show_number("cores", limits->cores);
}

static int show_run(uint8_t *bytes, size_t size, struct fault *why)
{
    static struct run_request request;
    if (decode_run(bytes, size, &request, why) < 0)
        return -1;
    show_number("box_writable", request.box_writable);
    show_number("in_box", request.in_box);
    show_number("repeat", request.repeat);
    show_number("warm", request.warm);
    show_limits(&request.limits);
    show_number("core_shift", request.core_shift);
    show_text("view", request.view);
    show_text("policy", request.policy);
    for (char **argument = request.argv; *argument != NULL; argument++)
        show_text("argument", *argument);
    for (char **entry = request.env; *entry != NULL; entry++)
        show_text("variable", *entry);
    return 0;
}

static int show(uint8_t *bytes, size_t size, struct fault *why)
{
    unsigned version = 0;
    enum hello_want want;
    struct put_request put;
    struct get_request get;
    const char *name = NULL;
    const int kind = decode_kind(bytes, size, &version, why);
    if (kind < 0)
        return -1;
    show_number("version", version);
    switch (kind) {
    case MESSAGE_HELLO:
        if (decode_hello(bytes, size, &want, why) < 0)
            return -1;
        show_number("want", want);
        return 0;
    case MESSAGE_PUT:
        if (decode_put(bytes, size, &put, why) < 0)
            return -1;
        show_number("executable", put.executable);
        show_text("name", put.name);
        show_number("good", box_name_is_good(put.name));
        return 0;
    case MESSAGE_GET:
        if (decode_get(bytes, size, &get, why) < 0)
            return -1;
        show_number("bytes_max", get.bytes_max);
        show_text("name", get.name);
        show_number("good", box_name_is_good(get.name));
        return 0;
    case MESSAGE_FOLDER:
    case MESSAGE_LIST:
    case MESSAGE_REMOVE:
        if (decode_name(bytes, size, &name, why) < 0)
            return -1;
        show_number("kind", (uint64_t)kind);
        show_text("name", name);
        show_number("good", box_name_is_good(name));
        return 0;
    case MESSAGE_RUN:
        return show_run(bytes, size, why);
    default:
        return fault_set(why, "kind %d is no request", kind);
    }
}

int main(void)
{
    uint8_t head[4];
    while (fread(head, sizeof head, 1, stdin) == 1) {
        const size_t size = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
        uint8_t *bytes = malloc(size > 0 ? size : 1); /* of its very size, so that ASan sees a step past its end */
        struct fault why = {.text = ""};
        if (bytes == NULL || size > MESSAGE_BYTES_MAX || fread(bytes, 1, size, stdin) != size)
            return 1;
        if (show(bytes, size, &why) < 0)
            show_text("refused", why.text);
        free(bytes);
        printf("\n");
        if (fflush(stdout) != 0)
            return 1;
    }
    return ferror(stdin) != 0 || ferror(stdout) != 0;
}
