/* protocol.c: see protocol.h and ../protocol.md. All integers are little-endian; strings are a u32 length and bytes + NUL. */
#include "protocol.h"

#include <string.h>

struct reader {
    uint8_t *at;
    uint8_t *end;
    bool bad; /* sticky: once something is missing, everything read later is 0 */
};

static uint64_t read_integer(struct reader *reader, size_t width)
{
    if ((size_t)(reader->end - reader->at) < width) {
        reader->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value |= (uint64_t)reader->at[i] << (8 * i);
    reader->at += width;
    return value;
}

/* A string: its length without the NUL, its bytes, a NUL, and no other NUL. */
static char *read_string(struct reader *reader, size_t bytes_max)
{
    const uint64_t length = read_integer(reader, 4);
    if (reader->bad || length > bytes_max || length + 1 > (uint64_t)(reader->end - reader->at)
        || memchr(reader->at, '\0', (size_t)length + 1) != reader->at + length) {
        reader->bad = true;
        return NULL;
    }
    char *text = (char *)reader->at;
    reader->at += length + 1;
    return text;
}

static int read_strings(struct reader *reader, char **out, size_t count_max)
{
    const uint64_t count = read_integer(reader, 4);
    if (reader->bad || count > count_max)
        return -1;
    for (size_t i = 0; i < count; i++)
        out[i] = read_string(reader, MESSAGE_BYTES_MAX);
    out[count] = NULL;
    return reader->bad ? -1 : 0;
}

static struct reader body_of(uint8_t *bytes, size_t size)
{
    return (struct reader){.at = bytes + HEADER_BYTES, .end = bytes + size};
}

static bool used_up(const struct reader *reader)
{
    return !reader->bad && reader->at == reader->end;
}

int decode_kind(const uint8_t *bytes, size_t size, unsigned *version, struct fault *why)
{
    if (size < HEADER_BYTES)
        return fault_set(why, "a message of %zu bytes has no header", size);
    uint32_t magic = 0;
    for (unsigned i = 0; i < 4; i++)
        magic |= (uint32_t)bytes[i] << (8 * i);
    if (magic != PROTOCOL_MAGIC)
        return fault_set(why, "the message does not begin with CELL");
    *version = (unsigned)(bytes[4] | bytes[5] << 8);
    return bytes[6] | bytes[7] << 8;
}

int decode_hello(uint8_t *bytes, size_t size, enum hello_want *want, struct fault *why)
{
    struct reader reader = body_of(bytes, size);
    const uint64_t value = read_integer(&reader, 4);
    if (!used_up(&reader) || value > WANT_JURY_SLOT)
        return fault_set(why, "malformed hello");
    *want = (enum hello_want)value;
    return 0;
}

int decode_put(uint8_t *bytes, size_t size, struct put_request *request, struct fault *why)
{
    struct reader reader = body_of(bytes, size);
    const uint64_t flags = read_integer(&reader, 4);
    request->name = read_string(&reader, MESSAGE_BYTES_MAX);
    if (!used_up(&reader) || flags > 1)
        return fault_set(why, "malformed put");
    request->executable = flags == 1;
    return 0;
}

int decode_get(uint8_t *bytes, size_t size, struct get_request *request, struct fault *why)
{
    struct reader reader = body_of(bytes, size);
    request->bytes_max = read_integer(&reader, 8);
    request->name = read_string(&reader, MESSAGE_BYTES_MAX);
    return used_up(&reader) ? 0 : fault_set(why, "malformed get");
}

int decode_name(uint8_t *bytes, size_t size, const char **name, struct fault *why)
{
    struct reader reader = body_of(bytes, size);
    *name = read_string(&reader, MESSAGE_BYTES_MAX);
    return used_up(&reader) ? 0 : fault_set(why, "malformed: a name is expected, and nothing else");
}

struct bound {
    const char *name;
    uint64_t low;
    uint64_t high;
};

/* Bounds of sense, in the order of the message: below the low end a program cannot start (or tmpfs would read
 * 0 as "unlimited"); above the high end it is a mistake of the caller. */
static const struct bound limit_bounds[] = {
    {"cpu_time_ms", 1, UINT64_C(86400000)},       {"wall_time_ms", 1, UINT64_C(86400000)},
    {"memory_bytes", 1 << 20, UINT64_C(1) << 44}, {"processes", 1, 32768},
    {"open_files", 3, 1 << 20},                   {"scratch_bytes", 4096, UINT64_C(1) << 44},
    {"scratch_inodes", 1, UINT64_C(1) << 30},     {"stdout_bytes", 0, UINT64_C(1) << 44},
    {"stderr_bytes", 0, UINT64_C(1) << 44},       {"cores", 1, 4096},
};

static int read_limits(struct reader *reader, struct run_limits *limits, struct fault *why)
{
    uint64_t *fields[] = {&limits->cpu_time_ms,    &limits->wall_time_ms,  &limits->memory_bytes,
                          &limits->processes,      &limits->open_files,    &limits->scratch_bytes,
                          &limits->scratch_inodes, &limits->stdout_bytes,  &limits->stderr_bytes,
                          &limits->cores};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const uint64_t value = read_integer(reader, 8);
        if (reader->bad)
            return fault_set(why, "malformed run: limits are cut short");
        if (value < limit_bounds[i].low || value > limit_bounds[i].high)
            return fault_set(why, "%s is %llu, not from %llu to %llu", limit_bounds[i].name, (unsigned long long)value,
                             (unsigned long long)limit_bounds[i].low, (unsigned long long)limit_bounds[i].high);
        *fields[i] = value;
    }
    return 0;
}

/* Cores are counted round and round, so that any number would do; a large one is a mistake. */
static int read_core_shift(struct reader *reader, uint64_t *core_shift, struct fault *why)
{
    enum { CORE_SHIFT_MAX = 4096 };
    *core_shift = read_integer(reader, 8);
    if (reader->bad)
        return fault_set(why, "malformed run: core_shift is cut short");
    if (*core_shift > CORE_SHIFT_MAX)
        return fault_set(why, "core_shift is %llu, not from 0 to %d", (unsigned long long)*core_shift, CORE_SHIFT_MAX);
    return 0;
}

enum run_flag { RUN_BOX_WRITABLE = 1, RUN_REPEAT = 2, RUN_WARM = 4, RUN_IN_BOX = 8, RUN_FLAGS = 15 };

bool take_repeat(uint8_t *bytes, size_t size)
{
    if (size <= HEADER_BYTES)
        return false;
    const bool set = (bytes[HEADER_BYTES] & RUN_REPEAT) != 0;
    bytes[HEADER_BYTES] &= (uint8_t)~RUN_REPEAT;
    return set;
}

int decode_run(uint8_t *bytes, size_t size, struct run_request *request, struct fault *why)
{
    struct reader reader = body_of(bytes, size);
    const uint64_t flags = read_integer(&reader, 4);
    if (reader.bad || flags > RUN_FLAGS)
        return fault_set(why, "malformed run: flags");
    request->box_writable = (flags & RUN_BOX_WRITABLE) != 0;
    request->in_box = (flags & RUN_IN_BOX) != 0;
    request->repeat = (flags & RUN_REPEAT) != 0;
    request->warm = (flags & RUN_WARM) != 0;
    if (read_limits(&reader, &request->limits, why) < 0 || read_core_shift(&reader, &request->core_shift, why) < 0)
        return -1;
    request->view = read_string(&reader, MESSAGE_BYTES_MAX);
    if (reader.bad)
        return fault_set(why, "malformed run: view");
    request->policy = read_string(&reader, MESSAGE_BYTES_MAX);
    if (reader.bad)
        return fault_set(why, "malformed run: policy");
    if (read_strings(&reader, request->argv, ARGUMENTS_MAX) < 0 || request->argv[0] == NULL)
        return fault_set(why, "malformed run: 1 to %d arguments", ARGUMENTS_MAX);
    if (request->argv[0][0] != '/')
        return fault_set(why, "the program must be an absolute path, not \"%.100s\"", request->argv[0]);
    if (read_strings(&reader, request->env, ENVIRONMENT_MAX) < 0)
        return fault_set(why, "malformed run: at most %d environment entries", ENVIRONMENT_MAX);
    for (char **entry = request->env; *entry != NULL; entry++)
        if (strchr(*entry, '=') == NULL || (*entry)[0] == '=')
            return fault_set(why, "an environment entry is not NAME=VALUE");
    if (!used_up(&reader))
        return fault_set(why, "malformed run: bytes left over");
    return 0;
}

bool box_name_is_good(const char *name)
{
    if (name[0] == '\0' || strlen(name) > BOX_NAME_BYTES_MAX)
        return false;
    unsigned depth = 0;
    for (const char *part = name;;) {
        const size_t length = strcspn(part, "/");
        if (length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        if (++depth > BOX_NAME_DEPTH_MAX)
            return false;
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

static uint8_t *put_integer(uint8_t *at, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static uint8_t *put_string(uint8_t *at, const char *text)
{
    const size_t length = strlen(text);
    at = put_integer(at, length, 4);
    memcpy(at, text, length + 1);
    return at + length + 1;
}

static uint8_t *put_header(uint8_t *at, enum message_kind kind)
{
    at = put_integer(at, PROTOCOL_MAGIC, 4);
    at = put_integer(at, PROTOCOL_VERSION, 2);
    return put_integer(at, (uint64_t)kind, 2);
}

size_t encode_empty(uint8_t *bytes, enum message_kind kind)
{
    return (size_t)(put_header(bytes, kind) - bytes);
}

size_t encode_text(uint8_t *bytes, enum message_kind kind, const char *text)
{
    return (size_t)(put_string(put_header(bytes, kind), text) - bytes);
}

size_t encode_error(uint8_t *bytes, enum error_code code, const char *text)
{
    uint8_t *at = put_integer(put_header(bytes, MESSAGE_ERROR), (uint64_t)code, 4);
    return (size_t)(put_string(at, text) - bytes);
}

size_t encode_got(uint8_t *bytes, uint64_t size)
{
    return (size_t)(put_integer(put_header(bytes, MESSAGE_GOT), size, 8) - bytes);
}

size_t encode_listed(uint8_t *bytes, const struct box_entry *entries, size_t count)
{
    _Static_assert(HEADER_BYTES + 4 + (size_t)BOX_LIST_MAX * (8 + 4 + BOX_NAME_BYTES_MAX + 1) <= MESSAGE_BYTES_MAX,
                   "the longest list fits into a message");
    uint8_t *at = put_integer(put_header(bytes, MESSAGE_LISTED), count, 4);
    for (size_t i = 0; i < count; i++)
        at = put_string(put_integer(at, entries[i].size, 8), entries[i].name);
    return (size_t)(at - bytes);
}

size_t encode_facts(uint8_t *bytes, const struct run_facts *facts)
{
    uint8_t *at = put_header(bytes, MESSAGE_FACTS);
    at = put_integer(at, (uint64_t)facts->status, 4);
    at = put_integer(at, (uint64_t)(int64_t)facts->exit_code, 4);
    at = put_integer(at, (uint64_t)(int64_t)facts->signal, 4);
    at = put_integer(at, (facts->stdout_truncated ? 1u : 0u) | (facts->stderr_truncated ? 2u : 0u), 4);
    at = put_integer(at, facts->cpu_time_us, 8);
    at = put_integer(at, facts->wall_time_us, 8);
    at = put_integer(at, facts->memory_bytes, 8);
    at = put_integer(at, facts->stdout_bytes, 8);
    at = put_integer(at, facts->stderr_bytes, 8);
    at = put_integer(at, facts->oom_kills, 8);
    at = put_integer(at, facts->ended_at_us, 8);
    return (size_t)(put_string(at, facts->detail) - bytes);
}
