/* Files in EVE: the record fileinfo, and the files of an alert. */
#include "app/file/file.h"
#include "base/hex_text.h"
#include "output/eve_app.h"

static void put_digest(struct json_line *l, const struct file_facts *facts, enum file_hash hash)
{
    char text[2 * FILE_HASH_MOST + 1];
    size_t size = file_hash_size(hash);
    if (!facts->hashed[hash])
        return;
    *hex_put(text, slice_of(facts->digest[hash], size)) = 0;
    line_text(l, file_hash_name(hash), text);
}

static void put_sids(struct json_line *l, const struct app_file *file)
{
    if (!file->sid_count)
        return;
    line_open_list(l, "sid");
    for (uint32_t i = 0; i < file->sid_count; i++)
        line_uint(l, NULL, file->sids[i]);
    line_close_list(l);
}

/* Suricata's names of the states. */
static const char *state_name(enum file_state state)
{
    return state == FILE_CLOSED ? "CLOSED" : state == FILE_TRUNCATED ? "TRUNCATED" : "UNKNOWN";
}

static void put_file(struct json_line *l, const char *key, const struct app_tx *tx,
                     const struct app_file *file)
{
    line_open(l, key);
    if (file->name.n)
        line_bytes(l, "filename", buf_slice(&file->name));
    put_sids(l, file);
    if (file->magic.p)
        line_bytes(l, "magic", file->magic);
    line_bool(l, "gaps", file->gaps);
    line_text(l, "state", state_name(file->facts.state));
    for (int h = 0; h < FILE_HASHES; h++)
        put_digest(l, &file->facts, (enum file_hash)h);
    line_bool(l, "stored", file->stored);
    if (file->stored)
        line_uint(l, "file_id", file->id);
    else if (file->storing)
        line_bool(l, "storing", true);
    line_uint(l, "size", file->facts.size);
    if (file->ranged) {
        line_uint(l, "start", file->start);
        line_uint(l, "end", file->end);
    }
    line_uint(l, "tx_id", tx->id);
    line_close(l);
}

/* As Suricata's, an alert shows the files that were not told of before, if there are any. */
void eve_put_files(struct json_line *l, const struct app_tx *tx, enum direction direction)
{
    bool news = false;
    for (const struct app_file *file = tx->files; file; file = file->next)
        news |= file->direction == direction && !file->logged;
    struct line_mark mark = line_mark(l);
    line_open_list(l, "files");
    for (const struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction && !(news && file->logged))
            put_file(l, NULL, tx, file);
    line_close_filled(l, mark);
}

int eve_file(struct buf *out, const struct transaction_record *record, const struct output_options *options)
{
    const struct app_file *file = record->file;
    struct json_line l;
    line_begin(&l, out);
    struct eve_head head = {
        .event_type = "fileinfo",
        .packet = record->packet,
        .flow = record->flow,
        .time_ns = record->time_ns,
        .turned = file->direction != record->direction,
    };
    eve_put_head(&l, &head, options);
    const struct eve_app *app = eve_app_find(record->session->parser->proto);
    if (app)
        app->put(&l, record->session, record->tx, true);
    eve_app_proto_alone(&l, record->flow);
    put_file(&l, "fileinfo", record->tx, file);
    return line_end(&l);
}
