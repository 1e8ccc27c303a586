/* fuzz_protocol.c: any packet at all, given to every decoder (libFuzzer, with ASan and UBSan).
 *
 * Besides the sanitizers' own finds, it ends the program when
 *   - a decoded string lies outside the packet, or a count or a limit outside its bounds;
 *   - a refusal has no words;
 *   - what was decoded, encoded again by the second encoder below, is not the packet byte for byte: so that nothing is
 *     ignored, read twice or read from the wrong place;
 *   - a box name is judged differently by a second, plainer reading of the rule;
 *   - one of our answers is longer than a packet, or has not its layout.
 */
#include "../src/protocol.h"

#include <stdlib.h>
#include <string.h>

#define ENSURE(truth) \
    do { \
        if (!(truth)) \
            __builtin_trap(); \
    } while (0)

struct packet {
    uint8_t *bytes;
    size_t size;
};

/* As long as the input and no longer, so that ASan sees a step past its end. Decoders may write to it. */
static struct packet copy_of(const uint8_t *data, size_t size)
{
    struct packet packet = {.bytes = malloc(size), .size = size};
    ENSURE(packet.bytes != NULL || size == 0);
    if (size > 0)
        memcpy(packet.bytes, data, size);
    return packet;
}

static void ensure_words(const struct fault *why)
{
    const void *end = memchr(why->text, '\0', sizeof why->text);
    ENSURE(end != NULL && end != why->text);
}

/* The second encoder: written from protocol.md alone, it shares nothing with protocol.c. */
struct writer {
    uint8_t *bytes;
    size_t used;
    size_t room;
};

static void write_bytes(struct writer *writer, const void *from, size_t count)
{
    ENSURE(writer->room - writer->used >= count);
    memcpy(writer->bytes + writer->used, from, count);
    writer->used += count;
}

static void write_number(struct writer *writer, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    write_bytes(writer, bytes, width);
}

/* A string of the packet: all of it, its NUL included, lies inside. */
static void write_text(struct writer *writer, const struct packet *packet, const char *text)
{
    const uint8_t *start = (const uint8_t *)text;
    ENSURE(start >= packet->bytes && start < packet->bytes + packet->size);
    const uint8_t *end = memchr(start, '\0', (size_t)(packet->bytes + packet->size - start));
    ENSURE(end != NULL);
    write_number(writer, (uint64_t)(end - start), 4);
    write_bytes(writer, start, (size_t)(end - start) + 1);
}

static void write_texts(struct writer *writer, const struct packet *packet, char *const *texts, size_t low, size_t high)
{
    size_t count = 0;
    while (texts[count] != NULL)
        count++;
    ENSURE(count >= low && count <= high);
    write_number(writer, count, 4);
    for (size_t i = 0; i < count; i++)
        write_text(writer, packet, texts[i]);
}

static struct writer body_writer(size_t room)
{
    struct writer writer = {.bytes = malloc(room + 1), .room = room};
    ENSURE(writer.bytes != NULL);
    return writer;
}

static void ensure_same(struct writer *writer, const uint8_t *data, size_t size)
{
    ENSURE(writer->used == size - HEADER_BYTES && memcmp(writer->bytes, data + HEADER_BYTES, writer->used) == 0);
    free(writer->bytes);
}

static void try_hello(const uint8_t *data, size_t size)
{
    struct packet packet = copy_of(data, size);
    struct fault why = {.text = ""};
    enum hello_want want;
    if (decode_hello(packet.bytes, size, &want, &why) == 0) {
        ENSURE(want == WANT_INFO || want == WANT_SLOT || want == WANT_JURY_SLOT);
        struct writer writer = body_writer(size);
        write_number(&writer, want, 4);
        ensure_same(&writer, data, size);
    } else {
        ensure_words(&why);
    }
    free(packet.bytes);
}

/* The rule for box names once more, read from its end to its beginning. */
static bool name_is_good(const char *name)
{
    const size_t length = strlen(name);
    size_t parts = 0;
    size_t end = length;
    if (length == 0 || length > BOX_NAME_BYTES_MAX)
        return false;
    for (size_t at = length + 1; at-- > 0;) {
        if (at > 0 && name[at - 1] != '/')
            continue;
        const size_t width = end - at;
        if (width == 0 || (width == 1 && memcmp(name + at, ".", 1) == 0) || (width == 2 && memcmp(name + at, "..", 2) == 0))
            return false;
        parts++;
        if (at > 0)
            end = at - 1;
    }
    return parts <= BOX_NAME_DEPTH_MAX;
}

static void try_put(const uint8_t *data, size_t size)
{
    struct packet packet = copy_of(data, size);
    struct fault why = {.text = ""};
    struct put_request request;
    if (decode_put(packet.bytes, size, &request, &why) == 0) {
        struct writer writer = body_writer(size);
        write_number(&writer, request.executable ? 1 : 0, 4);
        write_text(&writer, &packet, request.name);
        ensure_same(&writer, data, size);
        ENSURE(box_name_is_good(request.name) == name_is_good(request.name));
    } else {
        ensure_words(&why);
    }
    free(packet.bytes);
}

static void try_get(const uint8_t *data, size_t size)
{
    struct packet packet = copy_of(data, size);
    struct fault why = {.text = ""};
    struct get_request request;
    if (decode_get(packet.bytes, size, &request, &why) == 0) {
        struct writer writer = body_writer(size);
        write_number(&writer, request.bytes_max, 8);
        write_text(&writer, &packet, request.name);
        ensure_same(&writer, data, size);
        ENSURE(box_name_is_good(request.name) == name_is_good(request.name));
    } else {
        ensure_words(&why);
    }
    free(packet.bytes);
}

static void try_name(const uint8_t *data, size_t size)
{
    struct packet packet = copy_of(data, size);
    struct fault why = {.text = ""};
    const char *name = NULL;
    if (decode_name(packet.bytes, size, &name, &why) == 0) {
        struct writer writer = body_writer(size);
        write_text(&writer, &packet, name);
        ensure_same(&writer, data, size);
        ENSURE(box_name_is_good(name) == name_is_good(name));
    } else {
        ensure_words(&why);
    }
    free(packet.bytes);
}

static void ensure_limits(const struct run_limits *limits)
{
    const uint64_t huge = UINT64_C(1) << 44;
    ENSURE(limits->cpu_time_ms >= 1 && limits->cpu_time_ms <= 86400000);
    ENSURE(limits->wall_time_ms >= 1 && limits->wall_time_ms <= 86400000);
    ENSURE(limits->memory_bytes >= 1 << 20 && limits->memory_bytes <= huge);
    ENSURE(limits->processes >= 1 && limits->processes <= 32768);
    ENSURE(limits->open_files >= 3 && limits->open_files <= 1 << 20);
    ENSURE(limits->scratch_bytes >= 4096 && limits->scratch_bytes <= huge);
    ENSURE(limits->scratch_inodes >= 1 && limits->scratch_inodes <= 1 << 30);
    ENSURE(limits->stdout_bytes <= huge && limits->stderr_bytes <= huge);
    ENSURE(limits->cores >= 1 && limits->cores <= 4096);
}

static void write_run(struct writer *writer, const struct packet *packet, const struct run_request *request)
{
    const struct run_limits *limits = &request->limits;
    const unsigned flags = (request->box_writable ? 1u : 0u) | (request->repeat ? 2u : 0u) | (request->warm ? 4u : 0u)
                           | (request->in_box ? 8u : 0u);
    write_number(writer, flags, 4);
    const uint64_t numbers[] = {
        limits->cpu_time_ms,    limits->wall_time_ms, limits->memory_bytes, limits->processes, limits->open_files,
        limits->scratch_bytes, limits->scratch_inodes, limits->stdout_bytes, limits->stderr_bytes, limits->cores,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        write_number(writer, numbers[i], 8);
    write_number(writer, request->core_shift, 8);
    write_text(writer, packet, request->view);
    write_text(writer, packet, request->policy);
    write_texts(writer, packet, request->argv, 1, ARGUMENTS_MAX);
    write_texts(writer, packet, request->env, 0, ENVIRONMENT_MAX);
}

static void try_run(const uint8_t *data, size_t size)
{
    static struct run_request request; /* 10 KB: not for the stack of a fuzzer */
    struct packet packet = copy_of(data, size);
    struct fault why = {.text = ""};
    memset(&request, 0xa5, sizeof request); /* what the decoder leaves unset is rubbish, not a happy zero */
    if (decode_run(packet.bytes, size, &request, &why) == 0) {
        ensure_limits(&request.limits);
        ENSURE(request.core_shift <= 4096);
        ENSURE(request.argv[0][0] == '/');
        for (char **entry = request.env; *entry != NULL; entry++)
            ENSURE((*entry)[0] != '=' && strchr(*entry, '=') != NULL);
        struct writer writer = body_writer(size);
        write_run(&writer, &packet, &request);
        ensure_same(&writer, data, size);
    } else {
        ensure_words(&why);
    }
    free(packet.bytes);
}

static void ensure_string_at(const uint8_t *bytes, size_t size, size_t at, const char *text)
{
    const size_t length = strlen(text);
    struct writer writer = body_writer(length + 5);
    write_number(&writer, length, 4);
    write_bytes(&writer, text, length + 1);
    ENSURE(size == at + writer.used && memcmp(bytes + at, writer.bytes, writer.used) == 0);
    free(writer.bytes);
}

/* A list of files whose names and sizes are the input's bytes. */
static void try_listed(uint8_t *bytes, const uint8_t *data, size_t size)
{
    static struct box_entry entries[BOX_LIST_MAX];
    size_t count = 0;
    size_t at = 0;
    memset(entries, 0, sizeof entries);
    while (at < size && count < BOX_LIST_MAX) {
        const size_t length = size - at < BOX_NAME_BYTES_MAX ? size - at : BOX_NAME_BYTES_MAX;
        memcpy(entries[count].name, data + at, length);
        entries[count++].size = at * size;
        at += length;
    }
    struct writer writer = body_writer(MESSAGE_BYTES_MAX);
    write_number(&writer, count, 4);
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(entries[i].name);
        write_number(&writer, entries[i].size, 8);
        write_number(&writer, length, 4);
        write_bytes(&writer, entries[i].name, length + 1);
    }
    const size_t written = encode_listed(bytes, entries, count);
    ENSURE(written <= MESSAGE_BYTES_MAX);
    ensure_same(&writer, bytes, written);
}

/* Our own answers, made of the input's bytes. */
static void try_answers(const uint8_t *data, size_t size)
{
    struct run_facts facts = {.status = STATUS_EXITED, .exit_code = -1, .signal = -1};
    uint8_t *bytes = malloc(MESSAGE_BYTES_MAX);
    ENSURE(bytes != NULL);
    const size_t length = size < DETAIL_BYTES_MAX ? size : DETAIL_BYTES_MAX;
    if (length > 0)
        memcpy(facts.detail, data, length);
    if (size >= sizeof facts.cpu_time_us)
        memcpy(&facts.cpu_time_us, data, sizeof facts.cpu_time_us);
    facts.stdout_truncated = size % 2 == 1;
    const size_t fixed = HEADER_BYTES + 4 * 4 + 7 * 8;
    ensure_string_at(bytes, encode_facts(bytes, &facts), fixed, facts.detail);
    uint64_t cpu_time_us = 0;
    for (size_t i = 0; i < 8; i++)
        cpu_time_us |= (uint64_t)bytes[HEADER_BYTES + 16 + i] << (8 * i);
    ENSURE(cpu_time_us == facts.cpu_time_us && bytes[HEADER_BYTES + 12] == facts.stdout_truncated);
    ensure_string_at(bytes, encode_error(bytes, ERROR_BOX, facts.detail), HEADER_BYTES + 4, facts.detail);
    ensure_string_at(bytes, encode_text(bytes, MESSAGE_INFO, facts.detail), HEADER_BYTES, facts.detail);
    try_listed(bytes, data, size);
    ENSURE(encode_got(bytes, cpu_time_us) == HEADER_BYTES + 8);
    ENSURE(encode_empty(bytes, MESSAGE_DONE) == HEADER_BYTES);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fault why = {.text = ""};
    unsigned version = 0;
    struct packet packet = copy_of(data, size);
    const int kind = decode_kind(packet.bytes, size, &version, &why);
    free(packet.bytes);
    try_answers(data, size);
    if (kind < 0) {
        ensure_words(&why);
        return 0;
    }
    ENSURE(kind <= UINT16_MAX && version <= UINT16_MAX);
    /* Each decoder gets every packet with a header: which one is called is somebody else's decision. */
    try_hello(data, size);
    try_put(data, size);
    try_get(data, size);
    try_name(data, size);
    try_run(data, size);
    return 0;
}
