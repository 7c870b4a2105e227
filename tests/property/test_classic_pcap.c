/* Classic pcap files, whole, damaged and of every age, read as libpcap reads them. */
#include "support/check.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "capture/capture.h"
#include "packet/decode.h"

enum { FILES = 4000, FRAMES_MOST = 1500 };

struct order {
    bool big;
};

static void put(struct buf *out, struct order order, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        assert_int_equal(buf_append_byte(out, (uint8_t)(v >> 8 * (order.big ? bytes - 1 - i : i))), 0);
}

static uint32_t any_of(const uint32_t *values, size_t n)
{
    return values[(size_t)rand() % n];
}
#define ANY(...) \
    any_of((const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static uint32_t any_length(void)
{
    return rand() % 500
               ? (uint32_t)rand() % 300
               : ANY(0, 65535, 65536, 100000, 262143, 262144, 262145, 300000, 0x7fffffff, 0xffffffff);
}

/* A frame whose header tells the truth but for its order, or (seldom) not. */
static void add_frame(struct buf *out, struct order order, bool patched, bool exchanged)
{
    uint32_t captured = any_length(), length = rand() % 4 ? captured : any_length();
    put(out, order, (uint64_t)rand() * (rand() % 8 ? 1 : 3), 4);
    put(out, order, rand() % 8 ? (uint64_t)rand() % 1000000 : (uint64_t)rand() * 3, 4);
    put(out, order, exchanged ? length : captured, 4);
    put(out, order, exchanged ? captured : length, 4);
    if (patched)
        put(out, order, 0, 8);
    for (uint32_t i = 0; i < captured && i < 400000; i++)
        put(out, order, (uint64_t)rand() & 0xff, 1);
}

static void any_file(struct buf *out)
{
    struct order order = {rand() % 2};
    uint32_t magic = ANY(0xa1b2c3d4, 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34);
    bool odd = rand() % 4 == 0;
    uint32_t minor = odd ? ANY(0, 1, 2, 3, 4, 5) : 4, major = odd ? ANY(1, 2, 2, 2, 2, 3, 543) : 2;
    put(out, order, magic, 4);
    put(out, order, major, 2);
    put(out, order, major == 543 ? 0 : minor, 2);
    put(out, order, 0, 8);
    put(out, order, ANY(262144, 65535, 100, 20, 0, 0xffffffff, 0x80000000, 0x7fffffff, 1000000), 4);
    put(out, order, ANY(1, 1, 1, 101, 12, 14, 276, 0x10000001, 0x04000001, 147, 65535), 4);
    unsigned frames = rand() % 50 ? (unsigned)rand() % 20 : (unsigned)rand() % FRAMES_MOST;
    for (unsigned i = 0; i < frames; i++)
        add_frame(out, order, magic == 0xa1b2cd34, major == 543 || minor < 3 || (minor == 3 && rand() % 2));
    for (int i = rand() % 8 ? 0 : rand() % 4; i > 0; i--) {
        size_t at = rand() % 2 ? (size_t)rand() % out->n : (size_t)rand() % 40 % out->n;
        if (at < 20 || at >= 24) /* libpcaps differ in what they make of reserved bits beside the link type */
            out->p[at] = (uint8_t)rand();
    }
    if (rand() % 4 == 0)
        out->n = (size_t)rand() % (out->n + 1);
}

static int file_of(struct slice bytes)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* The next frame as libpcap has it: false at the end. */
static bool expected_frame(pcap_t *pcap, struct frame *out)
{
    struct pcap_pkthdr *header;
    const u_char *bytes;
    if (pcap_next_ex(pcap, &header, &bytes) != 1)
        return false;
    *out = (struct frame){
        .bytes = slice_of(bytes, header->caplen),
        .wire_length = header->len > header->caplen ? header->len : header->caplen,
        .time_ns = (uint64_t)(uint32_t)header->ts.tv_sec * 1000000000 + (uint32_t)header->ts.tv_usec,
    };
    return true;
}

static void compare_batch(pcap_t *pcap, const struct capture_batch *batch)
{
    for (unsigned i = 0; i < batch->count; i++) {
        const struct frame *f = &batch->frames[i];
        struct frame want = {0};
        assert_true(expected_frame(pcap, &want));
        assert_int_equal(f->time_ns, want.time_ns);
        assert_int_equal(f->wire_length, want.wire_length);
        assert_true(slice_equal(f->bytes, want.bytes));
    }
}

/* All batches are out at once, so that none may be written over while it is lent; some grow piece by piece.
 */
static unsigned compare_frames(pcap_t *pcap, struct capture *capture)
{
    enum { OUT = 600 };
    struct capture_batch *out = calloc(OUT, sizeof *out);
    assert_non_null(out);
    struct err err = {0};
    unsigned count = 0, frames = 0;
    while (count < OUT && capture->ops->next_batch(capture, &out[count], &err) == 1)
        count += !out[count].more || rand() % 2;
    assert_true(count < OUT);
    for (unsigned i = 0; i < count; i++) {
        compare_batch(pcap, &out[i]);
        frames += out[i].count;
        capture->ops->release(capture, &out[i]);
    }
    struct frame rest = {0};
    assert_false(expected_frame(pcap, &rest));
    free(out);
    return frames;
}

static uint16_t link_type_of(int dlt)
{
    return dlt == DLT_RAW || dlt == 14 ? 101 : (uint16_t)dlt;
}

/* Frames that were read from both. */
static unsigned compare(struct slice bytes)
{
    char message[PCAP_ERRBUF_SIZE], name[64];
    FILE *file = fdopen(file_of(bytes), "rb");
    assert_non_null(file);
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, message);
    bool wanted = pcap && decode_link_type_known(link_type_of(pcap_datalink(pcap)), NULL);
    int fd = file_of(bytes);
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct capture capture = {.ops = &capture_pcap_ops};
    struct capture_config config = {.name = name};
    struct err err = {0};
    bool opened = capture.ops->open(&capture, &config, &err) == 0;
    if (opened != wanted)
        fail_msg("libpcap: %s; here: %s", pcap ? "opened" : message, opened ? "opened" : err.message);
    unsigned frames = opened ? compare_frames(pcap, &capture) : 0;
    if (opened)
        capture.ops->close(&capture);
    close(fd);
    if (pcap)
        pcap_close(pcap);
    else
        fclose(file);
    return frames;
}

static void classic_files(void **state)
{
    (void)state;
    unsigned frames = 0;
    for (int i = 0; i < FILES; i++) {
        srand((unsigned)i);
        struct buf bytes = {0};
        any_file(&bytes);
        frames += compare(buf_slice(&bytes));
        buf_fini(&bytes);
    }
    assert_true(frames > FILES);
}

/* More windows than a batch holds: large frames, most of them past the snapshot. */
static void long_frames_cut_by_a_small_snapshot(void **state)
{
    (void)state;
    struct order order = {0};
    struct buf bytes = {0};
    put(&bytes, order, 0xa1b2c3d4, 4);
    put(&bytes, order, 2 | 4 << 16, 4);
    put(&bytes, order, 0, 8);
    put(&bytes, order, 1000, 4);
    put(&bytes, order, 1, 4);
    for (unsigned i = 0; i < 40; i++) {
        put(&bytes, order, i, 8);
        put(&bytes, order, 250000, 4);
        put(&bytes, order, 250000, 4);
        for (unsigned k = 0; k < 250000; k++)
            assert_int_equal(buf_append_byte(&bytes, (uint8_t)(i + k)), 0);
    }
    assert_int_equal(compare(buf_slice(&bytes)), 40);
    buf_fini(&bytes);
}

static void every_link_type(void **state)
{
    (void)state;
    struct order order = {0};
    for (uint32_t link = 0; link < 65536; link += link < 400 ? 1 : 997) {
        struct buf bytes = {0};
        put(&bytes, order, 0xa1b2c3d4, 4);
        put(&bytes, order, 2 | 4 << 16, 4);
        put(&bytes, order, 0, 8);
        put(&bytes, order, 65535, 4);
        put(&bytes, order, link, 4);
        add_frame(&bytes, order, false, false);
        compare(buf_slice(&bytes));
        buf_fini(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classic_files),
        cmocka_unit_test(long_frames_cut_by_a_small_snapshot),
        cmocka_unit_test(every_link_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
