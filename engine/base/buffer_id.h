/*
 * The buffers that rules look into: the ids of buffer_list.h, what the list says of each, and one instance of
 * a buffer as the application parsers hand it to the rules.
 */
#ifndef SLUICE_BASE_BUFFER_ID_H
#define SLUICE_BASE_BUFFER_ID_H

#include "base/slice.h"

struct file_facts; /* file_facts.h */

enum buffer_id {
#define BUFFER(id, name, alias, protos, sides, kind) BUFFER_##id,
#include "base/buffer_list.h"
#undef BUFFER
    BUFFER_COUNT
};

enum buffer_kind {
    BUFFER_RAW,   /* of the packet, or made by the rule itself */
    BUFFER_BYTES, /* of the application layer: its name is a sticky buffer */
    BUFFER_MANY,  /* the same, with several instances: named again, it asks for another one */
    BUFFER_U8, /* a number of the application layer, of so many bits: its name is a keyword that compares it
                */
    BUFFER_U16,
    BUFFER_U32,
    BUFFER_U64,
    BUFFER_FRAME, /* a piece of a message as it was on the wire: what the keyword `frame` names */
    BUFFER_HAND,  /* of the application layer, with a keyword file of its own */
};

enum { BUFFER_TO_SERVER = 1, BUFFER_TO_CLIENT = 2 }; /* 1 << enum direction */

struct buffer_info {
    const char *name, *alias; /* the alias may be NULL */
    uint64_t protocols; /* 1 << enum app_proto of the parsers that fill it; 0: not the application layer's */
    uint8_t sides;      /* in which directions it occurs */
    uint8_t kind;       /* enum buffer_kind */
};

extern const struct buffer_info buffer_infos[BUFFER_COUNT + 1]; /* the last: of an id that is none */

/* Never NULL. */
static inline const struct buffer_info *buffer_info(enum buffer_id id)
{
    return &buffer_infos[(unsigned)id < BUFFER_COUNT ? id : BUFFER_COUNT];
}

/* The sticky buffer's name; never NULL. */
const char *buffer_name(enum buffer_id id);

/* Whether the application parsers fill it. */
static inline bool buffer_is_app(enum buffer_id id)
{
    return buffer_info(id)->protocols != 0;
}

/* A body, which the rules look at as it grows: a window that moves on. */
static inline bool buffer_is_body(enum buffer_id id)
{
    return id == BUFFER_FILE_DATA || id == BUFFER_HTTP_REQUEST_BODY || id == BUFFER_HTTP_RESPONSE_BODY;
}

/* Of the application layer, with one instance, which is not there before it is complete. */
static inline bool buffer_is_whole(enum buffer_id id)
{
    return buffer_info(id)->kind == BUFFER_BYTES && buffer_is_app(id) && !buffer_is_body(id);
}

/* What it holds may be gone when a rule is looked at next: bytes that move on, files. */
static inline bool buffer_is_fleeting(enum buffer_id id)
{
    return !buffer_is_app(id) || buffer_is_body(id) || id == BUFFER_FILE || id == BUFFER_FILE_NAME ||
           id == BUFFER_FILE_MAGIC;
}

/* Borrowed bytes, good until the next packet of the flow. */
struct view_buffer {
    struct slice bytes;
    uint64_t
        offset; /* of bytes.p[0] in its stream or body: depth and offset of a rule count from its start */
    size_t new_from; /* a match must reach past this index: what is before it was inspected already (0: all is
                        new) */
    size_t scanned_to; /* of a body's window: the rules have looked at so many of its bytes before */
    bool first, last;  /* begins, or ends, the stream, body or packet */
    bool little;       /* of DCE/RPC: its numbers have the least byte first */
    bool late;         /* of a number: it came after the rules had looked once */
    uint64_t number;   /* of a buffer that is a number: its value; bytes are empty then */
    const struct file_facts *file; /* of the buffers of files: which */
};

enum buffer_answer {
    BUFFER_NONE,  /* there is no such instance, and none will come: what is not there now is absent */
    BUFFER_LATER, /* none such yet */
    BUFFER_HERE,
};

#endif
