/* Files in EVE: the record fileinfo, and the files of an alert. */
#include "app/file.h"
#include "output/eve_app.h"

#include <stdio.h>

static void put_digest(struct json_writer *w, json_t *object, const char *key, const struct app_file *file,
                       int which, unsigned size)
{
    char text[65];
    if (!file->has_digest[which])
        return;
    for (unsigned i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", file->digests[which][i]);
    json_put_text(w, object, key, text);
}

static json_t *file_object(struct json_writer *w, const struct app_tx *tx, const struct app_file *file)
{
    json_t *object = json_object();
    json_put_bytes(w, object, "filename", buf_slice(&file->name));
    if (file->magic)
        json_put_text(w, object, "magic", file->magic);
    json_put(w, object, "gaps", json_boolean(file->gaps));
    json_put_text(w, object, "state",
                  file->state == FILE_CLOSED ? "CLOSED"
                  : file->state == FILE_OPEN ? "OPENED"
                                             : "TRUNCATED");
    put_digest(w, object, "md5", file, 0, 16);
    put_digest(w, object, "sha1", file, 1, 20);
    put_digest(w, object, "sha256", file, 2, 32);
    json_put(w, object, "stored", json_boolean(file->stored));
    if (file->stored)
        json_put_uint(w, object, "file_id", file->id);
    json_put_uint(w, object, "size", file->size);
    json_put_uint(w, object, "tx_id", tx->id);
    return object;
}

void eve_put_files(struct json_writer *w, json_t *object, const struct app_tx *tx, enum direction direction)
{
    json_t *list = json_array();
    for (const struct app_file *file = tx->files; file; file = file->next)
        if (file->direction == direction)
            json_append(w, list, file_object(w, tx, file));
    if (json_array_size(list))
        json_put(w, object, "files", list);
    else
        json_decref(list);
}

int eve_files(struct buf *out, const struct transaction_record *record, const struct output_options *options)
{
    int rc = 0;
    for (struct app_file *file = record->tx->files; file && !rc; file = file->next) {
        if (file->logged || file->state == FILE_OPEN ||
            (file->direction != record->direction && !record->ends))
            continue;
        file->logged = true;
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
        rc = json_finish(&w, object, out);
    }
    return rc;
}
