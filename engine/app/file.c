#include "app/file.h"
#include "app/engine_private.h"
#include "app/file_store.h"

#include <magic.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct file_hash {
    EVP_MD_CTX *contexts[FILE_HASHES];
};

static const EVP_MD *algorithm(int which)
{
    return which == 0 ? EVP_md5() : which == 1 ? EVP_sha1() : EVP_sha256();
}

static bool hash_wanted(const struct app_config *config, int which)
{
    return which == 0 ? config->files.md5 : which == 1 ? config->files.sha1 : config->files.sha256;
}

static void hashes_free(struct file_hash *hashes)
{
    for (int i = 0; hashes && i < FILE_HASHES; i++)
        EVP_MD_CTX_free(hashes->contexts[i]);
    free(hashes);
}

static struct file_hash *hashes_new(const struct app_config *config)
{
    if (!config->files.md5 && !config->files.sha1 && !config->files.sha256)
        return NULL;
    struct file_hash *hashes = calloc(1, sizeof *hashes);
    for (int i = 0; hashes && i < FILE_HASHES; i++) {
        if (!hash_wanted(config, i))
            continue;
        hashes->contexts[i] = EVP_MD_CTX_new();
        if (!hashes->contexts[i] || !EVP_DigestInit_ex(hashes->contexts[i], algorithm(i), NULL)) {
            hashes_free(hashes);
            return NULL;
        }
    }
    return hashes;
}

static struct app_body_limits data_limits(const struct app_session *s, enum direction direction)
{
    enum { KIB = 1024 };
    bool request = direction == TO_SERVER;
    uint32_t limit = request ? s->config->http.request_body_limit : s->config->http.response_body_limit;
    return (struct app_body_limits){
        .limit = limit ? limit : 100 * KIB,
        .least = request ? 32 * KIB : 40 * KIB,
        .window = request ? 4 * KIB : 16 * KIB,
    };
}

static uint32_t count_files(const struct app_tx *tx)
{
    uint32_t n = 0;
    for (const struct app_file *f = tx->files; f; f = f->next)
        n++;
    return n;
}

struct app_file *app_file_open(struct app_session *s, struct app_tx *tx, enum direction direction,
                               struct slice name, bool has_data)
{
    struct app_counters *counters = &s->engine->counters;
    if (count_files(tx) >= FILES_MOST) {
        counters->files_refused++;
        return NULL;
    }
    struct app_file *file = calloc(1, sizeof *file);
    if (!file || buf_append(&file->name, name)) {
        free(file);
        counters->no_memory++;
        return NULL;
    }
    file->direction = (uint8_t)direction;
    file->has_data = has_data;
    file->id = ++s->file_count;
    file->hashes = hashes_new(s->config);
    file->spool = file_spool_new(s, file);
    struct app_file **end = &tx->files;
    while (*end)
        end = &(*end)->next;
    *end = file;
    counters->files++;
    app_tx_changed(s, tx, direction);
    return file;
}

static bool keeps_head(const struct app_session *s)
{
    return s->config->files.magic;
}

void app_file_append(struct app_session *s, struct app_tx *tx, struct app_file *file, struct slice bytes)
{
    if (!file || file->state != FILE_OPEN || !bytes.n)
        return;
    file->size += bytes.n;
    if (keeps_head(s) && file->head.n < FILE_HEAD &&
        buf_append(&file->head, slice_first(bytes, FILE_HEAD - file->head.n)))
        s->engine->counters.no_memory++;
    for (int i = 0; file->hashes && i < FILE_HASHES; i++)
        if (file->hashes->contexts[i])
            EVP_DigestUpdate(file->hashes->contexts[i], bytes.p, bytes.n);
    file_spool_append(s, file, bytes);
    if (file->has_data) {
        struct app_body_limits limits = data_limits(s, (enum direction)file->direction);
        app_body_append(s, &file->data, bytes, &limits);
        app_tx_changed(s, tx, (enum direction)file->direction);
    }
}

void app_file_close(struct app_session *s, struct app_tx *tx, struct app_file *file, bool whole)
{
    if (!file || file->state != FILE_OPEN)
        return;
    file->state = whole ? FILE_CLOSED : FILE_TRUNCATED;
    file->data.complete = true;
    for (int i = 0; file->hashes && i < FILE_HASHES; i++)
        file->has_digest[i] = whole && file->hashes->contexts[i] &&
                              EVP_DigestFinal_ex(file->hashes->contexts[i], file->digests[i], NULL);
    hashes_free(file->hashes);
    file->hashes = NULL;
    app_tx_changed(s, tx, (enum direction)file->direction);
}

/* Asked once; libmagic is slow, and its handle one of the worker's. */
static const char *magic_of(struct app_session *s, struct app_file *file)
{
    struct app_engine *engine = s->engine;
    if (file->magic || (file->state == FILE_OPEN && file->head.n < FILE_HEAD))
        return file->magic;
    if (!engine->magic) {
        engine->magic = magic_open(MAGIC_NO_CHECK_COMPRESS);
        if (engine->magic && magic_load(engine->magic, NULL)) {
            magic_close(engine->magic);
            engine->magic = NULL;
        }
    }
    const char *said = engine->magic ? magic_buffer(engine->magic, file->head.p, file->head.n) : NULL;
    file->magic = strdup(said ? said : "");
    return file->magic;
}

static enum buffer_answer file_here(struct app_session *s, struct app_file *file, struct view_buffer *out)
{
    bool closed = file->state != FILE_OPEN;
    if (!closed)
        return BUFFER_LATER;
    file->view = (struct file_view){
        .name = buf_slice(&file->name),
        .size = file->size,
        .closed = closed,
        .md5 = file->has_digest[0] ? file->digests[0] : NULL,
        .sha1 = file->has_digest[1] ? file->digests[1] : NULL,
        .sha256 = file->has_digest[2] ? file->digests[2] : NULL,
        .magic = keeps_head(s) ? magic_of(s, file) : NULL,
        .store = &file->store,
    };
    *out =
        (struct view_buffer){.bytes = slice_of(&file->view, sizeof file->view), .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer text_here(struct slice text, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer of_file(struct app_session *s, struct app_file *file, enum buffer_id id,
                                  struct view_buffer *out)
{
    struct app_body_limits limits = data_limits(s, (enum direction)file->direction);
    const char *magic;
    switch (id) {
    case BUFFER_FILE_NAME:
        return text_here(buf_slice(&file->name), out);
    case BUFFER_FILE_MAGIC:
        magic = magic_of(s, file);
        return magic ? text_here(slice_str(magic), out) : BUFFER_LATER;
    case BUFFER_FILE_DATA:
        return app_body_view(&file->data, 0, &limits, out);
    default:
        return file_here(s, file, out);
    }
}

/* A file that has nothing to show yet, or never will, does not hide those behind it. */
enum buffer_answer app_file_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                   enum buffer_id id, unsigned index, struct view_buffer *out)
{
    bool later = !tx->complete[direction];
    for (struct app_file *file = tx->files; file; file = file->next) {
        if (file->direction != direction || (id == BUFFER_FILE_DATA && !file->has_data))
            continue;
        enum buffer_answer answer = of_file(s, file, id, out);
        if (answer == BUFFER_HERE && !index--)
            return BUFFER_HERE;
        later |= answer == BUFFER_LATER;
    }
    return later ? BUFFER_LATER : BUFFER_NONE;
}

void app_files_seen(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    struct app_body_limits limits = data_limits(s, direction);
    for (struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction && file->has_data)
            app_body_seen(s, &file->data, &limits);
}

void app_files_free(struct app_session *s, struct app_tx *tx)
{
    while (tx->files) {
        struct app_file *file = tx->files;
        tx->files = file->next;
        file_spool_end(s, file);
        hashes_free(file->hashes);
        app_body_fini(s, &file->data);
        buf_fini(&file->name);
        buf_fini(&file->head);
        free(file->magic);
        free(file);
    }
}
