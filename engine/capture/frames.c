/* Frames that are in memory already, lent as they lie: of captures that the program has made itself. */
#include <errno.h>
#include <stdlib.h>

#include "capture/capture.h"
#include "capture/frame_store.h"

struct frames_source {
    struct frame *list; /* copies, since a batch's frames are written to; their bytes are the owner's */
    uint32_t count, at;
    uint64_t bytes_done, bytes_total;
};

static void frames_close(struct capture *capture)
{
    struct frames_source *s = capture->state;
    if (s)
        free(s->list);
    free(s);
    capture->state = NULL;
}

static int frames_open(struct capture *capture, const struct capture_config *config, struct err *err)
{
    struct frames_source *s = calloc(1, sizeof *s);
    capture->state = s;
    if (s)
        s->list = calloc(config->frame_count + 1, sizeof *s->list);
    if (!s || !s->list) {
        frames_close(capture);
        return err_set(err, -ENOMEM, "out of memory");
    }
    s->count = config->frame_count;
    for (uint32_t i = 0; i < s->count; i++) {
        s->list[i] = config->frames[i];
        s->bytes_total += s->list[i].bytes.n;
    }
    return 0;
}

/* Cut where frame_store.h would cut them, so that a run is the same as that of a file. */
static int frames_next(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    (void)err;
    struct frames_source *s = capture->state;
    *batch = (struct capture_batch){.frames = s->list + s->at, .storage = s->list};
    for (size_t used = 0; s->at < s->count && batch->count < STORE_FRAMES && used < STORE_BYTES; s->at++) {
        used += s->list[s->at].bytes.n;
        batch->count++;
        s->bytes_done += s->list[s->at].bytes.n;
    }
    return batch->count ? 1 : 0;
}

static void frames_release(struct capture *capture, struct capture_batch *batch)
{
    (void)capture;
    batch->storage = NULL;
}

static void frames_position(struct capture *capture, struct capture_position *out)
{
    const struct frames_source *s = capture->state;
    *out = (struct capture_position){
        .bytes_done = s->bytes_done, .bytes_total = s->bytes_total, .frames = s->at};
}

const struct capture_ops capture_frames_ops = {
    .name = "frames",
    .open = frames_open,
    .next_batch = frames_next,
    .release = frames_release,
    .position = frames_position,
    .close = frames_close,
};
