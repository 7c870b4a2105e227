/* Files in EVE: the record fileinfo, and the files of an alert. */
#include "app/file.h"
#include "output/eve_app.h"

static void put_digest(struct json_writer *w, json_t *object, const struct file_facts *facts,
                       enum file_hash hash)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * FILE_HASH_MOST + 1];
    size_t size = file_hash_size(hash);
    if (!facts->hashed[hash])
        return;
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[facts->digest[hash][i] >> 4];
        text[2 * i + 1] = digits[facts->digest[hash][i] & 15];
    }
    text[2 * size] = 0;
    json_put_text(w, object, file_hash_name(hash), text);
}

static void put_sids(struct json_writer *w, json_t *object, const struct app_file *file)
{
    if (!file->sid_count)
        return;
    json_t *sids = json_array();
    for (uint32_t i = 0; i < file->sid_count; i++)
        json_append(w, sids, json_integer(file->sids[i]));
    json_put(w, object, "sid", sids);
}

/* Suricata's names of the states. */
static const char *state_name(enum file_state state)
{
    return state == FILE_CLOSED ? "CLOSED" : state == FILE_TRUNCATED ? "TRUNCATED" : "UNKNOWN";
}

static json_t *file_object(struct json_writer *w, const struct app_tx *tx, const struct app_file *file)
{
    json_t *object = json_object();
    if (file->name.n)
        json_put_bytes(w, object, "filename", buf_slice(&file->name));
    put_sids(w, object, file);
    if (file->magic.p)
        json_put_bytes(w, object, "magic", file->magic);
    json_put(w, object, "gaps", json_boolean(file->gaps));
    json_put_text(w, object, "state", state_name(file->facts.state));
    for (int h = 0; h < FILE_HASHES; h++)
        put_digest(w, object, &file->facts, (enum file_hash)h);
    json_put(w, object, "stored", json_boolean(file->stored));
    if (file->stored)
        json_put_uint(w, object, "file_id", file->id);
    else if (file->storing)
        json_put(w, object, "storing", json_true());
    json_put_uint(w, object, "size", file->facts.size);
    if (file->ranged) {
        json_put_uint(w, object, "start", file->start);
        json_put_uint(w, object, "end", file->end);
    }
    json_put_uint(w, object, "tx_id", tx->id);
    return object;
}

/* As Suricata's, an alert shows the files that were not told of before, if there are any. */
void eve_put_files(struct json_writer *w, json_t *object, const struct app_tx *tx, enum direction direction)
{
    json_t *list = json_array();
    bool news = false;
    for (const struct app_file *file = tx->files; file; file = file->next)
        news |= file->direction == direction && !file->logged;
    for (const struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction && !(news && file->logged))
            json_append(w, list, file_object(w, tx, file));
    if (json_array_size(list))
        json_put(w, object, "files", list);
    else
        json_decref(list);
}

int eve_file(struct buf *out, const struct transaction_record *record, const struct output_options *options)
{
    const struct app_file *file = record->file;
    struct json_writer w = {0};
    json_t *object = json_object();
    struct eve_head head = {
        .event_type = "fileinfo",
        .packet = record->packet,
        .flow = record->flow,
        .time_ns = record->time_ns,
        .turned = file->direction != record->direction,
    };
    eve_put_head(&w, object, &head, options);
    const struct eve_app *app = eve_app_find(record->session->parser->proto);
    if (app)
        app->put(&w, object, record->session, record->tx, true);
    eve_app_proto(&w, object, record->flow);
    json_put(&w, object, "fileinfo", file_object(&w, record->tx, file));
    return json_finish(&w, object, out);
}
