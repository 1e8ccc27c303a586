/* door.h: the listening socket, and clients between connecting and being given a slot. */
#ifndef CELL_DOOR_H
#define CELL_DOOR_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* clients in the queue; beyond it they wait unaccepted in the socket's backlog. With two for each slot it stays below
     * the open files that own_limits.c asks for */
    WAITING_MAX = 256,
};

struct waiting {
    int connection;
    bool greeted;             /* it asked for a slot and is in the queue */
    bool for_jury;            /* what it will run there nobody measures */
    int64_t hello_by_ms;      /* or is dropped */
};

struct door {
    int listener;             /* -1 while there is none */
    bool bound;               /* the socket in the file system is ours */
    int folder;               /* the socket's folder, for removing it at the end */
    char name[108];
    uid_t client_uid;
    const char *info;         /* the answer to WANT_INFO, JSON */
    uint8_t *buffer;          /* MESSAGE_BYTES_MAX */
    struct waiting waiting[WAITING_MAX]; /* in order of arrival */
    size_t count;
};

/* Bind and listen. A socket left by a dead supervisor is replaced; a living one's is not. */
int door_open(struct door *door, const struct config *config, struct fault *why);

void door_close(struct door *door);

/* Accept everyone who is there and may come in. */
void door_accept(struct door *door, int64_t now_ms);

/* Waiting client `index` said something or went away. Returns false if it is no longer in the queue. */
bool door_attend(struct door *door, size_t index);

/* Drop clients that never said hello; returns the time of the next such deadline, or -1. */
int64_t door_expire(struct door *door, int64_t now_ms);

/* The first client that waits for a slot, or -1. */
int door_first_waiting(const struct door *door);

/* Take it out of the queue and close our copy of its connection. */
void door_remove(struct door *door, size_t index);

#endif
