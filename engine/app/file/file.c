/*
 * One file, from its opening by a parser to its record:
 *
 *   open -> (append, gap)* -> close -> the rules look once more -> ended: stored and told of -> freed with
 * its transaction
 *
 * 1. Whoever may be asked later is fed from the first byte on: hasher, head (for the magic), kept (for the
 * store).
 * 2. Once storing, bytes go to disk; `kept` is empty then.
 * 3. What is closed changes no more but for what the store and the record note in it.
 */
#include "app/file/file.h"

#include <errno.h>
#include <stdlib.h>

#include "app/engine_private.h"

enum { KEPT_MOST = 16 << 20 }; /* bytes of one file that wait for a rule to ask for it */

struct file_inside {
    struct app_body_limits limits;
    struct app_body body; /* file.data */
    bool inspected;       /* its bytes are file.data */
    bool told_end;        /* ... and the rules have seen the last of them */
    struct buf head, kept, magic;
    bool magic_asked;
    bool begun;       /* what follows was decided with its first byte: rules may change while it comes */
    bool wants_data;  /* some rule looks into file.data */
    bool wants_magic; /* somebody may ask for its magic */
    bool not_kept;    /* too late to be stored */
    struct file_hasher *hasher;
    struct file_writer *writer;
};

struct whole {
    struct app_file file;
    struct file_inside inside;
};

void file_tools_renew(struct file_tools *tools, const struct app_config *config)
{
    tools->keeps = config->files.store && config->files.rules_store && !config->files.store_all;
    tools->magics = config->wanted[BUFFER_FILE_MAGIC] || config->files.force_magic;
    tools->hash_any = false;
    for (int h = 0; h < FILE_HASHES; h++) {
        tools->hashes[h] = config->files.hashes[h] || (h == FILE_SHA256 && tools->store);
        tools->hash_any |= tools->hashes[h];
    }
}

int file_tools_init(struct file_tools *tools, const struct app_config *config)
{
    *tools = (struct file_tools){.store = config->files.store};
    pool_init(&tools->made, sizeof(struct whole), SIZE_MAX / 2);
    file_tools_renew(tools, config);
    tools->magic = file_magic_new();
    return tools->magic ? 0 : -ENOMEM;
}

void file_tools_fini(struct file_tools *tools)
{
    file_magic_free(tools->magic);
    pool_fini(&tools->made);
}

static struct file_tools *tools_of(const struct app_session *s)
{
    return &s->engine->files;
}

static unsigned count_files(const struct app_tx *tx)
{
    unsigned count = 0;
    for (const struct app_file *file = tx->files; file; file = file->next)
        count++;
    return count;
}

static void drop_buffer(struct app_session *s, struct buf *buf)
{
    app_memory_give(s, buf->n);
    buf_fini(buf);
}

/* Accounted: false when memory is short, or past `most`. */
static bool add_bytes(struct app_session *s, struct buf *buf, struct slice bytes, size_t most)
{
    if (bytes.n > most - buf->n || !app_memory_take(s, bytes.n))
        return false;
    if (!buf_append(buf, bytes))
        return true;
    app_memory_give(s, bytes.n);
    return false;
}

static void free_file(struct app_session *s, struct app_file *file)
{
    struct file_inside *in = file->inside;
    drop_buffer(s, &file->name);
    drop_buffer(s, &in->head);
    drop_buffer(s, &in->kept);
    buf_fini(&in->magic);
    app_body_fini(s, &in->body);
    file_hasher_free(in->hasher);
    file_writer_drop(in->writer);
    pool_put(&tools_of(s)->made, file);
}

static struct app_file *make_file(struct app_session *s, struct slice name)
{
    struct file_tools *tools = tools_of(s);
    struct whole *whole = pool_get(&tools->made);
    if (!whole)
        return NULL;
    *whole = (struct whole){0};
    struct app_file *file = &whole->file;
    file->inside = &whole->inside;
    if (tools->hash_any)
        file->inside->hasher = file_hasher_new(tools->hashes);
    if ((tools->hash_any && !file->inside->hasher) ||
        !add_bytes(s, &file->name, slice_first(name, FILE_NAME_MOST), FILE_NAME_MOST)) {
        free_file(s, file);
        return NULL;
    }
    return file;
}

static void start_storing(struct app_session *s, struct app_file *file)
{
    struct file_inside *in = file->inside;
    if (file->storing || file->logged)
        return;
    if (in->not_kept) {
        s->engine->counters.files_not_stored++;
        return;
    }
    in->writer = file_writer_new(tools_of(s)->store);
    if (in->writer && in->kept.n && file_writer_add(in->writer, buf_slice(&in->kept))) {
        file_writer_drop(in->writer);
        in->writer = NULL;
    }
    file->storing = in->writer != NULL;
    in->not_kept = !file->storing;
    drop_buffer(s, &in->kept);
}

struct app_file *app_file_open(struct app_session *s, struct app_tx *tx, enum direction direction,
                               struct slice name)
{
    const struct file_tools *tools = tools_of(s);
    struct app_file *file = count_files(tx) < FILES_MOST ? make_file(s, name) : NULL;
    if (!file) {
        s->engine->counters.files_refused++;
        return NULL;
    }
    file->direction = direction;
    struct app_file **last = &tx->files;
    while (*last)
        last = &(*last)->next;
    *last = file;
    s->engine->counters.files++;
    if (tools->store && (s->config->files.store_all || tx->store_files >> direction & 1))
        start_storing(s, file);
    else
        file->inside->not_kept = !tools->keeps;
    app_tx_changed(s, tx, direction);
    return file;
}

void app_file_inspect(struct app_file *file, const struct app_body_limits *limits)
{
    if (!file)
        return;
    file->inside->inspected = true;
    file->inside->limits = *limits;
    file->inside->limits.limit = UINT64_MAX; /* the parser ends the file */
}

static void store_bytes(struct app_session *s, struct app_file *file, struct slice bytes)
{
    struct file_inside *in = file->inside;
    if (in->writer) {
        if (file_writer_add(in->writer, bytes)) {
            file_writer_drop(in->writer);
            in->writer = NULL;
            file->storing = false;
            in->not_kept = true;
        }
    } else if (!in->not_kept && !add_bytes(s, &in->kept, bytes, KEPT_MOST)) {
        in->not_kept = true;
        drop_buffer(s, &in->kept);
    }
}

static void begin(const struct app_session *s, struct app_file *file)
{
    struct file_inside *in = file->inside;
    if (in->begun)
        return;
    in->begun = true;
    in->wants_data = in->inspected && app_wanted(s, BUFFER_FILE_DATA);
    in->wants_magic = tools_of(s)->magics;
}

void app_file_append(struct app_session *s, struct app_tx *tx, struct app_file *file, struct slice bytes)
{
    if (!file || file->facts.state != FILE_OPEN || !bytes.n)
        return;
    struct file_inside *in = file->inside;
    begin(s, file);
    file->facts.size += bytes.n;
    if (in->hasher)
        file_hasher_add(in->hasher, bytes);
    if (in->wants_magic && in->head.n < FILE_MAGIC_BYTES)
        add_bytes(s, &in->head, slice_first(bytes, FILE_MAGIC_BYTES - in->head.n), FILE_MAGIC_BYTES);
    if (in->wants_data)
        app_body_append(s, &in->body, bytes, &in->limits);
    if (tools_of(s)->store)
        store_bytes(s, file, bytes);
    app_tx_changed(s, tx, file->direction);
}

void app_file_gap(struct app_session *s, struct app_tx *tx, struct app_file *file, uint64_t bytes)
{
    if (!file || file->facts.state != FILE_OPEN)
        return;
    begin(s, file);
    file->gaps = true;
    file->facts.size += bytes;
    app_tx_changed(s, tx, file->direction);
}

void app_file_close(struct app_session *s, struct app_tx *tx, struct app_file *file, bool whole)
{
    if (!file || file->facts.state != FILE_OPEN)
        return;
    struct file_inside *in = file->inside;
    file->facts.state = whole && !file->gaps ? FILE_CLOSED : FILE_TRUNCATED;
    in->body.complete = true;
    if (in->hasher)
        file_hasher_finish(in->hasher, &file->facts);
    if (file->facts.state == FILE_TRUNCATED) /* of what is not all there only the store's name counts */
        file->facts.hashed[FILE_MD5] = file->facts.hashed[FILE_SHA1] = false;
    file_hasher_free(in->hasher);
    in->hasher = NULL;
    app_tx_changed(s, tx, file->direction);
}

bool app_file_is_stored(const struct app_file *file)
{
    return file && file->storing;
}

static void ask_magic(struct app_session *s, struct app_file *file)
{
    struct file_inside *in = file->inside;
    bool enough = in->head.n >= FILE_MAGIC_BYTES || file->facts.state != FILE_OPEN;
    if (in->magic_asked || !enough || !in->head.n)
        return;
    in->magic_asked = true;
    const char *text = file_magic_describe(tools_of(s)->magic, buf_slice(&in->head));
    drop_buffer(s, &in->head);
    if (!text || buf_append(&in->magic, slice_str(text))) {
        s->engine->counters.magic_failed++;
        return;
    }
    file->magic = buf_slice(&in->magic);
}

/* Whether the file has an instance of the buffer now; *later: it may have one yet. */
static bool instance(struct app_session *s, struct app_file *file, enum buffer_id id, struct view_buffer *out,
                     bool *later)
{
    struct file_inside *in = file->inside;
    bool open = file->facts.state == FILE_OPEN;
    *out = (struct view_buffer){.first = true, .last = true, .file = &file->facts};
    switch (id) {
    case BUFFER_FILE:
        *later |= open;
        return true;
    case BUFFER_FILE_NAME:
        out->bytes = file->name.n ? buf_slice(&file->name) : slice_str("");
        return true;
    case BUFFER_FILE_MAGIC:
        ask_magic(s, file);
        out->bytes = file->magic;
        *later |= !in->magic_asked && open;
        return file->magic.p != NULL;
    case BUFFER_FILE_DATA:
        *later |= in->inspected && open;
        return in->inspected && !in->told_end && app_body_view(&in->body, 0, &in->limits, out) == BUFFER_HERE;
    default:
        return false;
    }
}

/* The instances are counted over the files that have one, so that none waits for a file before it. */
enum buffer_answer app_file_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                   enum buffer_id id, unsigned index, struct view_buffer *out)
{
    bool later = !tx->complete[direction];
    for (struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction && instance(s, file, id, out, &later) && !index--)
            return BUFFER_HERE;
    return later ? BUFFER_LATER : BUFFER_NONE;
}

struct app_file *app_file_at(const struct app_tx *tx, enum direction direction, unsigned index)
{
    for (struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction && !index--)
            return file;
    return NULL;
}

void app_file_store(struct app_session *s, struct app_file *file, uint32_t sid, bool store)
{
    if (!tools_of(s)->store || file->logged)
        return;
    if (store)
        start_storing(s, file);
    for (uint32_t i = 0; i < file->sid_count; i++)
        if (file->sids[i] == sid)
            return;
    if (file->sid_count < FILE_SIDS)
        file->sids[file->sid_count++] = sid;
}

void app_file_store_all(struct app_session *s, struct app_tx *tx, enum direction direction, unsigned sides,
                        bool later)
{
    if (!tools_of(s)->store)
        return;
    if (later) {
        s->store_files |= (uint8_t)sides;
        sides &= 1u << direction;
    }
    tx->store_files |= (uint8_t)sides;
    for (struct app_file *file = tx->files; file; file = file->next)
        if (sides >> file->direction & 1 && (!later || file->facts.state == FILE_OPEN))
            start_storing(s, file);
}

static void put_into_store(struct app_session *s, struct app_file *file)
{
    struct file_inside *in = file->inside;
    const struct app_hooks *hooks = &s->engine->hooks;
    if (in->writer && !file->facts.hashed[FILE_SHA256])
        file_writer_drop(in->writer);
    else if (in->writer) {
        if (hooks->wait_turn) /* numbers are given in the order of the capture */
            hooks->wait_turn(hooks->ctx);
        file->id = file_writer_keep(in->writer, file->facts.digest[FILE_SHA256]);
        file->stored = file->id != 0;
    }
    in->writer = NULL;
    file->storing = false;
}

struct app_file *app_file_ended(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    for (struct app_file *file = tx->files; file; file = file->next) {
        if (file->direction != direction || file->logged || file->facts.state == FILE_OPEN)
            continue;
        if (s->config->files.force_magic)
            ask_magic(s, file);
        put_into_store(s, file);
        file->logged = true;
        file->inside->not_kept = true;
        drop_buffer(s, &file->inside->kept);
        return file;
    }
    return NULL;
}

void app_files_end(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    for (struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction)
            app_file_close(s, tx, file, true);
}

void app_files_seen(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    for (struct app_file *file = tx->files; file; file = file->next) {
        struct file_inside *in = file->inside;
        if (file->direction != direction || !in->inspected || in->told_end)
            continue;
        app_body_seen(s, &in->body, &in->limits);
        if (in->body.complete) {
            in->told_end = true;
            app_body_fini(s, &in->body);
        }
    }
}

void app_files_free(struct app_session *s, struct app_tx *tx)
{
    for (struct app_file *file = tx->files, *next; file; file = next) {
        next = file->next;
        free_file(s, file);
    }
    tx->files = NULL;
}
