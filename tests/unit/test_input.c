/* Captures one after the other: a batch stays good until it is released, whatever is being read meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/pcap_write.h"
#include "run/input.h"

enum { FILES = 3, FRAMES = 700, BATCHES = 64 };

static char names[FILES][32];
static uint8_t contents[FILES][FRAMES];

static int make_files(void **state)
{
    (void)state;
    for (unsigned file = 0; file < FILES; file++) {
        struct frame frames[FRAMES];
        for (unsigned i = 0; i < FRAMES; i++) {
            contents[file][i] = (uint8_t)(i * 7 + file);
            frames[i] = (struct frame){.bytes = slice_of(&contents[file][i], 1),
                                       .wire_length = 1,
                                       .time_ns = (i + 1) * UINT64_C(1000000),
                                       .link_type = 1};
        }
        snprintf(names[file], sizeof names[file], "/tmp/sluice-input-XXXXXX");
        int fd = mkstemp(names[file]);
        struct err err = {0};
        if (fd < 0 || close(fd) || pcap_write(names[file], frames, FRAMES, false, &err))
            return -1;
    }
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    for (unsigned file = 0; file < FILES; file++)
        unlink(names[file]);
    return 0;
}

static struct input *open_files(void)
{
    const char *list[FILES];
    for (unsigned file = 0; file < FILES; file++)
        list[file] = names[file];
    struct input_config config = {.names = list, .count = FILES};
    struct input *input;
    struct err err = {0};
    assert_int_equal(input_new(&config, &input, &err), 0);
    return input;
}

static unsigned compare(const struct capture_batch *batch, unsigned frames)
{
    for (unsigned i = 0; i < batch->count; i++, frames++) {
        const struct frame *frame = &batch->frames[i];
        assert_int_equal(frame->number, frames + 1);
        assert_int_equal(frame->bytes.n, 1);
        assert_int_equal(frame->bytes.p[0], contents[frames / FRAMES][frames % FRAMES]);
    }
    return frames;
}

/* Releases the oldest when `most` are out. */
static void read_all(unsigned most)
{
    struct input *input = open_files();
    struct capture_batch batches[BATCHES] = {{0}};
    unsigned read = 0, released = 0, ends = 0, frames = 0;
    struct err err = {0};
    for (int result; (result = input_next(input, &batches[read], &err)) != INPUT_END;) {
        assert_true(result >= 0);
        ends += result == INPUT_TIMELINE_END;
        if (result != INPUT_BATCH || (batches[read].more && read % 2))
            continue;
        assert_true(++read < BATCHES);
        if (read - released < most)
            continue;
        frames = compare(&batches[released], frames);
        input_release(input, &batches[released++]);
    }
    for (; released < read; released++) {
        frames = compare(&batches[released], frames);
        input_release(input, &batches[released]);
    }
    struct capture_position position;
    input_position(input, &position);
    assert_int_equal(position.bytes_done, position.bytes_total);
    assert_int_equal(ends, FILES);
    assert_int_equal(frames, FILES * FRAMES);
    input_free(input);
}

static void batches_outlive_the_end_of_their_capture(void **state)
{
    (void)state;
    for (unsigned most = 1; most < 20; most++)
        read_all(most);
    read_all(BATCHES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_outlive_the_end_of_their_capture),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
