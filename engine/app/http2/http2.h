/*
 * HTTP/2 (RFC 9113): a transaction is a stream, or one frame of the connection (stream 0).
 *
 * What http2*.c and the records share. A transaction owns its fields, numbers and composed buffers, good
 * until the next packet of the flow. The flow's worker's own. What grows is capped here and accounted.
 */
#ifndef SLUICE_APP_HTTP2_H
#define SLUICE_APP_HTTP2_H

#include "app/file/file.h"

enum {
    HTTP2_FIELDS_MOST = 4096,     /* of one direction of a stream */
    HTTP2_TEXT_MOST = 256 << 10,  /* bytes of their names and values */
    HTTP2_NUMBERS_MOST = 4096,    /* of a kind, in one direction of a stream */
    HTTP2_BLOCK_MOST = 100 << 10, /* bytes of one header block */
    HTTP2_FRAMES_MOST = 65536,    /* of one stream */
    HTTP2_STREAMS_MOST = 256,     /* at a time */
};

enum http2_number { /* what the number keywords compare; each has several instances */
                    HTTP2_NUMBER_FRAMETYPE,
                    HTTP2_NUMBER_ERRORCODE,
                    HTTP2_NUMBER_PRIORITY,
                    HTTP2_NUMBER_WINDOW,
                    HTTP2_NUMBER_SIZE_UPDATE,
                    HTTP2_NUMBER_SETTING, /* identifier << 32 | value */
                    HTTP2_NUMBER_KINDS
};

struct http2_numbers {
    uint64_t *list;
    uint32_t count, capacity;
    uint32_t shown; /* to the rules, once numbers_shut */
};

struct http2_field {
    uint32_t name, name_n, value, value_n; /* in the side's text */
    uint64_t table_size;                   /* of a dynamic table size update (RFC 7541, 6.3) */
    bool is_table_size;                    /* ... which is no field */
};

struct http2_made { /* a buffer that is put together from fields: made anew when there are more of them */
    uint16_t id;    /* enum buffer_id */
    bool there;
    uint32_t fields;
    struct buf bytes;
};

struct http2_side {
    struct buf text;
    struct http2_field *fields;
    uint32_t field_count, field_capacity;
    struct http2_numbers numbers[HTTP2_NUMBER_KINDS];
    uint32_t visible; /* fields of whole blocks; from here on a stream begins zeroed (http2_tx_reuse) */
    struct http2_made *made;
    uint32_t made_count, made_capacity;
    struct app_body body;
    struct app_file *file;
    struct dns_tx *dns; /* of DNS over HTTPS; NULL: none */
    struct buf message; /* ... while its body comes */
    bool dns_body;
    struct coding *coding; /* of the body; NULL: none */
    bool numbers_shut;     /* as in Suricata the rules look at numbers once */
    bool body_begun, body_lost;
    bool body_wanted, ended; /* by a rule, when it began; END_STREAM has come */
};

struct http2_tx {
    struct app_tx tx;
    struct http2_tx *bucket_next;
    uint32_t stream_id, frames;
    bool reset, is_frame; /* by RST_STREAM; no stream but one frame of it, for the rules: not shown */
    struct buf frame;
    size_t memory; /* accounted */
    struct http2_side sides[DIRECTIONS];
};

static inline struct slice http2_name(const struct http2_side *side, const struct http2_field *field)
{
    return slice_of(side->text.p + field->name, field->name_n);
}

static inline struct slice http2_value(const struct http2_side *side, const struct http2_field *field)
{
    return slice_of(side->text.p + field->value, field->value_n);
}

/* The value of the first field of that name, which is as on the wire; p is NULL without. */
struct slice http2_header(const struct http2_tx *tx, enum direction direction, const char *name);

enum buffer_answer http2_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                                enum buffer_id id, unsigned index, struct view_buffer *out);

bool http2_alike(const struct app_tx *one, const struct app_tx *other, enum direction direction);

/* How bodies are looked at: all of them, however long. */
extern const struct app_body_limits http2_body_limits;

#endif
