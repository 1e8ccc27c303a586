/* protocol.h: the messages of protocol.md. Nothing here touches a file or a process: bytes in, structs out. */
#ifndef CELL_PROTOCOL_H
#define CELL_PROTOCOL_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_MAGIC = 0x4c4c4543, /* "CELL", little-endian */
    PROTOCOL_VERSION = 3,
    HEADER_BYTES = 8,
    MESSAGE_BYTES_MAX = 65536, /* a packet; arguments and environment of a run fit, files travel as fds */
    ARGUMENTS_MAX = 1024,
    ENVIRONMENT_MAX = 256,
    BOX_NAME_BYTES_MAX = 255,
    BOX_NAME_DEPTH_MAX = 16,
    BOX_LIST_MAX = 200, /* files of a folder that are listed; their longest names fit into a message */
    RUN_STREAMS = 3,    /* stdin, stdout, stderr: the fds that come with a run */
    RUN_FILES_MAX = 4,  /* and after them the files that the program finds at 3, 4, ... */
    DETAIL_BYTES_MAX = 511,
};

enum message_kind {
    MESSAGE_HELLO = 1,
    MESSAGE_PUT = 2,
    MESSAGE_RUN = 3,
    MESSAGE_GET = 4,
    MESSAGE_FOLDER = 5,
    MESSAGE_LIST = 6,
    MESSAGE_REMOVE = 7,
    MESSAGE_INFO = 101,
    MESSAGE_READY = 102,
    MESSAGE_DONE = 103,
    MESSAGE_FACTS = 104,
    MESSAGE_ERROR = 105,
    MESSAGE_GOT = 106,
    MESSAGE_LISTED = 107,
};

enum hello_want { WANT_INFO = 0, WANT_SLOT = 1, WANT_JURY_SLOT = 2 /* for programs that nobody measures */ };

enum error_code {
    ERROR_VERSION = 1,     /* another protocol version */
    ERROR_BAD_REQUEST = 2, /* malformed, out of bounds, wrong number of fds */
    ERROR_UNKNOWN_VIEW = 3,
    ERROR_BAD_FD = 4,  /* an fd of the wrong sort or mode */
    ERROR_BAD_NAME = 5, /* a box name that is absolute, climbs, is too long or too deep */
    ERROR_BOX = 6,     /* the file could not be put: no room, a folder in its place, ... */
    ERROR_BUSY = 7,    /* too many clients are waiting */
    ERROR_UNKNOWN_POLICY = 8,
};

enum run_status {
    STATUS_EXITED = 0,
    STATUS_SIGNALLED = 1,
    STATUS_CPU_TIME = 2,
    STATUS_WALL_TIME = 3,
    STATUS_MEMORY = 4,
    STATUS_OUTPUT = 5,
    STATUS_FORBIDDEN = 6,
    STATUS_INTERNAL = 7,
};

struct run_limits {
    uint64_t cpu_time_ms;
    uint64_t wall_time_ms;
    uint64_t memory_bytes;
    uint64_t processes;
    uint64_t open_files;
    uint64_t scratch_bytes;
    uint64_t scratch_inodes;
    uint64_t stdout_bytes;
    uint64_t stderr_bytes;
    uint64_t cores;
};

struct put_request {
    bool executable;
    const char *name;
};

struct get_request {
    uint64_t bytes_max;
    const char *name;
};

/* Its strings point into the message's own buffer. */
struct run_request {
    bool box_writable;
    bool in_box; /* work in /box even where it cannot be written */
    bool repeat; /* the same will be asked for again */
    bool warm;   /* start the program ahead, and fork it for each run */
    struct run_limits limits;
    uint64_t core_shift; /* how many cores after the slot's own the run's begin */
    const char *view;
    const char *policy;
    char *argv[ARGUMENTS_MAX + 1];
    char *env[ENVIRONMENT_MAX + 1];
};

struct run_facts {
    enum run_status status;
    int exit_code; /* -1 unless status is STATUS_EXITED */
    int signal;    /* -1 unless status is STATUS_SIGNALLED */
    uint64_t cpu_time_us;
    uint64_t wall_time_us;
    uint64_t memory_bytes;
    uint64_t stdout_bytes;
    uint64_t stderr_bytes;
    bool stdout_truncated;
    bool stderr_truncated;
    uint64_t oom_kills;
    uint64_t ended_at_us; /* when its end was noted, on the monotonic clock */
    char detail[DETAIL_BYTES_MAX + 1];
};

/* A regular file of the box. */
struct box_entry {
    uint64_t size;
    char name[BOX_NAME_BYTES_MAX + 1];
};

/* The kind of a message with a good header, or -1 (why says what is wrong; *version is filled if the magic is right). */
int decode_kind(const uint8_t *bytes, size_t size, unsigned *version, struct fault *why);

/* Each decodes the body of a message whose kind is known; all of it must be used up. -1 with why when malformed.
 * Strings are NUL-terminated in place, so the buffer is changed. */
int decode_hello(uint8_t *bytes, size_t size, enum hello_want *want, struct fault *why);
int decode_put(uint8_t *bytes, size_t size, struct put_request *request, struct fault *why);
int decode_get(uint8_t *bytes, size_t size, struct get_request *request, struct fault *why);
int decode_run(uint8_t *bytes, size_t size, struct run_request *request, struct fault *why);

/* The same for the messages whose body is a name and nothing else: folder, list and remove. */
int decode_name(uint8_t *bytes, size_t size, const char **name, struct fault *why);

/* Take the repeat flag out of a run's message: was it set? What is left is the same in a run and in its repetition. */
bool take_repeat(uint8_t *bytes, size_t size);

/* Is this a name that may be put into a box: relative, no empty part, no "." or "..", short and shallow? */
bool box_name_is_good(const char *name);

/* Each writes a whole message and returns its size; `bytes` has room for MESSAGE_BYTES_MAX. */
size_t encode_empty(uint8_t *bytes, enum message_kind kind);
size_t encode_text(uint8_t *bytes, enum message_kind kind, const char *text);
size_t encode_error(uint8_t *bytes, enum error_code code, const char *text);
size_t encode_got(uint8_t *bytes, uint64_t size);
size_t encode_listed(uint8_t *bytes, const struct box_entry *entries, size_t count); /* at most BOX_LIST_MAX */
size_t encode_facts(uint8_t *bytes, const struct run_facts *facts);

#endif
