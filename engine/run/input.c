#include "run/input.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "capture/frame_store.h"
#include "run/file_list.h"

enum { MERGE_MOST = 512 }; /* captures that are open at once: each holds a batch of a megabyte */

struct member { /* one capture of a merge */
    struct capture capture;
    struct capture_batch batch;
    unsigned at; /* the next frame of the batch */
    uint32_t order;
};

struct opened { /* a capture of a sequence: open until its last batch has come back */
    struct capture capture;
    unsigned lent; /* batches */
    bool ended;
};

struct input {
    struct file_list files;
    bool merge, live;
    bool open, told_end; /* of a merge */
    const char *filter;
    const struct log *log;
    const atomic_bool *stop;
    const struct frame *memory; /* a capture in memory; NULL: none, or it has been opened */
    uint32_t memory_count;
    uint32_t next_file;
    struct opened *current; /* of a sequence; NULL: none, or its end was told */
    struct member *members; /* of a merge: a heap by the time of their next frame */
    uint32_t member_count;
    struct frame_store *free_stores; /* of all captures, and of a merge */
    uint64_t frames, bytes_done, bytes_total;
    int failed; /* of a merge: told once the frames before it are delivered */
    struct err failure;
    bool prompt;
};

/* Sizes of regular files, so that progress can tell what is left. */
static void count_bytes(struct input *in)
{
    in->prompt = true;
    for (uint32_t i = 0; i < in->files.count; i++) {
        struct stat st;
        if (stat(in->files.names[i], &st) || !S_ISREG(st.st_mode)) {
            in->bytes_total = 0;
            in->prompt = false;
            return;
        }
        in->bytes_total += (uint64_t)st.st_size;
    }
}

int input_new(const struct input_config *config, struct input **out, struct err *err)
{
    struct input *in = calloc(1, sizeof *in);
    if (!in)
        return err_set(err, -ENOMEM, "out of memory");
    in->merge = config->merge;
    in->filter = config->filter;
    in->log = config->log;
    in->stop = config->stop;
    in->memory = config->frames;
    in->memory_count = config->frame_count;
    int result = 0;
    for (size_t i = 0; i < config->count && !result; i++)
        result = file_list_add(&in->files, config->names[i], err);
    if (!result && in->merge && in->files.count > MERGE_MOST)
        result = err_set(err, -EMFILE, "%u captures are more than can be merged at once (%u)",
                         in->files.count, MERGE_MOST);
    if (result) {
        input_free(in);
        return result;
    }
    count_bytes(in);
    *out = in;
    return 0;
}

struct input *input_new_live(const struct capture *capture)
{
    struct input *in = calloc(1, sizeof *in);
    if (!in)
        return NULL;
    in->current = calloc(1, sizeof *in->current);
    if (!in->current) {
        free(in);
        return NULL;
    }
    in->current->capture = *capture;
    in->live = true;
    return in;
}

static void close_member(struct member *member)
{
    if (!member->capture.ops)
        return;
    member->capture.ops->release(&member->capture, &member->batch);
    member->capture.ops->close(&member->capture);
    member->capture.ops = NULL;
}

static void close_opened(struct opened *opened)
{
    opened->capture.ops->close(&opened->capture);
    free(opened);
}

void input_free(struct input *in)
{
    if (!in)
        return;
    if (in->current)
        close_opened(in->current);
    for (uint32_t i = 0; i < in->member_count; i++)
        close_member(&in->members[i]);
    free(in->members);
    frame_store_free_all(&in->free_stores);
    file_list_fini(&in->files);
    free(in);
}

static int open_memory(struct input *in, struct capture *capture, struct err *err)
{
    struct capture_config config = {.frames = in->memory, .frame_count = in->memory_count};
    in->memory = NULL;
    capture->ops = &capture_frames_ops;
    return capture->ops->open(capture, &config, err);
}

static int open_file(struct input *in, struct capture *capture, struct err *err)
{
    struct capture_config config = {
        .name = in->files.names[in->next_file++],
        .filter = in->filter,
        .log = in->log,
        .stop = in->stop,
        .stores = &in->free_stores,
    };
    capture->ops = &capture_pcap_ops;
    return capture->ops->open(capture, &config, err);
}

static void number(struct input *in, struct capture_batch *batch, unsigned from)
{
    for (unsigned i = from; i < batch->count && !in->live; i++)
        batch->frames[i].number = ++in->frames;
}

static int open_next(struct input *in, struct err *err)
{
    struct opened *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_set(err, -ENOMEM, "out of memory");
    int result = in->memory ? open_memory(in, &opened->capture, err) : open_file(in, &opened->capture, err);
    if (result)
        free(opened);
    else
        in->current = opened;
    return result;
}

static void end_current(struct input *in)
{
    struct opened *opened = in->current;
    struct capture_position position = {0};
    opened->capture.ops->position(&opened->capture, &position);
    in->bytes_done += position.bytes_done;
    opened->ended = true;
    in->current = NULL;
    if (!opened->lent)
        close_opened(opened);
}

/* A file that fails is told in two steps: its error first, then its end. */
static int next_of_sequence(struct input *in, struct capture_batch *batch, struct err *err)
{
    if (!in->current && !in->memory && in->next_file == in->files.count)
        return INPUT_END;
    int result = in->current ? 0 : open_next(in, err);
    if (result)
        return result;
    struct opened *opened = in->current;
    bool begun = batch->more;
    unsigned before = begun ? batch->count : 0;
    result = opened->capture.ops->next_batch(&opened->capture, batch, err);
    opened->lent += batch->storage && !begun; /* at its end, too: the batch is given back to it */
    batch->from = opened;
    if (result == 1) {
        number(in, batch, before);
        return INPUT_BATCH;
    }
    if (result < 0)
        return result;
    end_current(in);
    return INPUT_TIMELINE_END;
}

static bool earlier(const struct member *a, const struct member *b)
{
    uint64_t ta = a->batch.frames[a->at].time_ns, tb = b->batch.frames[b->at].time_ns;
    return ta != tb ? ta < tb : a->order < b->order;
}

static void sift_down(struct input *in, uint32_t i)
{
    for (;;) {
        uint32_t least = i;
        for (uint32_t child = 2 * i + 1; child <= 2 * i + 2 && child < in->member_count; child++)
            if (earlier(&in->members[child], &in->members[least]))
                least = child;
        if (least == i)
            return;
        struct member swap = in->members[i];
        in->members[i] = in->members[least];
        in->members[least] = swap;
        i = least;
    }
}

/* Gets the member more frames. 1; 0 when it has ended (and is closed); negative errno. */
static int refill(struct input *in, struct member *member, struct err *err)
{
    int result;
    do {
        if (!member->batch.more) {
            member->capture.ops->release(&member->capture, &member->batch);
            member->at = 0;
        }
        result = member->capture.ops->next_batch(&member->capture, &member->batch, err);
    } while (result == 1 && member->at == member->batch.count);
    if (result != 1) {
        struct capture_position position = {0};
        member->capture.ops->position(&member->capture, &position);
        in->bytes_done += position.bytes_done;
        close_member(member);
    }
    return result;
}

static int open_members(struct input *in, struct err *err)
{
    in->members = calloc(in->files.count ? in->files.count : 1, sizeof in->members[0]);
    if (!in->members)
        return err_set(err, -ENOMEM, "out of memory");
    in->open = true;
    in->member_count = 0;
    while (in->next_file < in->files.count) {
        struct member *member = &in->members[in->member_count];
        *member = (struct member){.order = in->next_file};
        int result = open_file(in, &member->capture, err);
        if (result)
            return result;
        result = refill(in, member, err);
        if (result < 0)
            return result;
        in->member_count += result == 1;
    }
    for (uint32_t i = in->member_count; i-- > 0;)
        sift_down(in, i);
    return 0;
}

/* Takes the earliest frame. 0, or a negative errno when a capture failed (which is then left out). */
static int take_earliest(struct input *in, struct frame_store *store, struct err *err)
{
    struct member *first = &in->members[0];
    frame_store_add(store, &first->batch.frames[first->at++]);
    int result = first->at < first->batch.count ? 1 : refill(in, first, err);
    if (result != 1) {
        *first = in->members[--in->member_count];
        in->members[in->member_count].capture.ops = NULL;
    }
    if (in->member_count)
        sift_down(in, 0);
    return result < 0 ? result : 0;
}

static int next_of_merge(struct input *in, struct capture_batch *batch, struct err *err)
{
    if (!in->open) {
        int result = open_members(in, err);
        if (result) {
            in->told_end = true;
            return result;
        }
    }
    if (in->told_end)
        return INPUT_END;
    if (in->failed) {
        int result = in->failed;
        *err = in->failure;
        in->failed = 0;
        return result;
    }
    if (!in->member_count) {
        in->told_end = true;
        return INPUT_TIMELINE_END;
    }
    struct frame_store *store = frame_store_take(&in->free_stores);
    if (!store)
        return err_set(err, -ENOMEM, "out of memory");
    int result = 0;
    while (in->member_count && frame_store_has_room(store) && !result)
        result = take_earliest(in, store, err);
    *batch = (struct capture_batch){.frames = store->frames, .count = store->count, .storage = store};
    number(in, batch, 0);
    if (result) {
        in->failed = result;
        in->failure = *err;
    }
    return INPUT_BATCH;
}

int input_next(struct input *in, struct capture_batch *batch, struct err *err)
{
    return in->merge ? next_of_merge(in, batch, err) : next_of_sequence(in, batch, err);
}

void input_release(struct input *in, struct capture_batch *batch)
{
    if (!batch->storage)
        return;
    struct opened *opened = batch->from;
    if (in->merge)
        frame_store_put(&in->free_stores, batch->storage);
    else
        opened->capture.ops->release(&opened->capture, batch);
    *batch = (struct capture_batch){0};
    if (opened && !--opened->lent && opened->ended)
        close_opened(opened);
}

void input_counters(const struct input *in, struct capture_counters *out)
{
    *out = (struct capture_counters){0};
    if (in->live && in->current && in->current->capture.ops->counters)
        in->current->capture.ops->counters(&in->current->capture, out);
}

void input_position(struct input *in, struct capture_position *out)
{
    *out = (struct capture_position){.frames = in->frames, .bytes_total = in->bytes_total};
    uint64_t done = in->bytes_done;
    struct capture_position part;
    if (in->current && in->current->capture.state) {
        in->current->capture.ops->position(&in->current->capture, &part);
        done += part.bytes_done;
    }
    for (uint32_t i = 0; i < in->member_count; i++) {
        in->members[i].capture.ops->position(&in->members[i].capture, &part);
        done += part.bytes_done;
    }
    out->bytes_done = done;
}

bool input_is_prompt(const struct input *in)
{
    return in->prompt;
}

size_t input_file_count(const struct input *in)
{
    return in->files.count;
}

const char *input_file_name(const struct input *in, size_t index)
{
    return index < in->files.count ? in->files.names[index] : NULL;
}
