/*
 * Sends the frames of a capture out of an interface by AF_XDP, over and over: they are loaded once, so that
 * the sender costs next to nothing. For tests/bench/live.
 *
 *   afxdp_send INTERFACE CAPTURE COUNT [RATE]     RATE: frames a second; 0 or left out: as fast as it goes
 *
 * Prints {"sent":N,"seconds":S}. In copy mode the kernel copies a frame when it is sent: one address may wait
 * in the ring several times, and completions are only counted.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <xdp/xsk.h>

enum {
    FRAMES = 4096,
    FRAME_SIZE = 2048,
    RING = 2048,
    BATCH = 32, /* what the kernel takes at one kick */
    FILE_HEADER = 24,
    RECORD_HEADER = 16,
    STALLED_S = 5,
};

struct sender {
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill, transmit;
    struct xsk_ring_cons completion, receive;
    uint8_t *memory;
    uint32_t lengths[FRAMES];
    unsigned count;
    uint64_t sent, completed;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The frames of a pcap file in this machine's byte order, as many as there is room for. */
static int load(struct sender *s, const char *path)
{
    uint32_t header[RECORD_HEADER / 4];
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    int result = fseek(file, FILE_HEADER, SEEK_SET) ? -errno : 0;
    while (!result && s->count < FRAMES && fread(header, sizeof header, 1, file) == 1) {
        uint32_t length = header[2];
        if (length > FRAME_SIZE ||
            fread(s->memory + (size_t)s->count * FRAME_SIZE, 1, length, file) != length)
            result = -EINVAL;
        else
            s->lengths[s->count++] = length;
    }
    fclose(file);
    return !result && !s->count ? -ENODATA : result;
}

static int open_socket(struct sender *s, const char *interface)
{
    const struct xsk_umem_config memory = {.fill_size = RING, .comp_size = RING, .frame_size = FRAME_SIZE};
    const struct xsk_socket_config config = {.rx_size = 64,
                                             .tx_size = RING,
                                             .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
                                             .bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP};
    int result = xsk_umem__create(&s->umem, s->memory, (uint64_t)FRAMES * FRAME_SIZE, &s->fill,
                                  &s->completion, &memory);
    if (result)
        return result;
    return xsk_socket__create(&s->socket, interface, 0, s->umem, &s->receive, &s->transmit, &config);
}

/* Hands over up to `most` frames, has the kernel send, and takes back what it has sent. */
static void kick(struct sender *s, unsigned most)
{
    uint32_t at;
    if (most && xsk_ring_prod__reserve(&s->transmit, most, &at) == most) {
        for (unsigned i = 0; i < most; i++) {
            unsigned frame = (unsigned)((s->sent + i) % s->count);
            struct xdp_desc *d = xsk_ring_prod__tx_desc(&s->transmit, at + i);
            *d = (struct xdp_desc){.addr = (uint64_t)frame * FRAME_SIZE, .len = s->lengths[frame]};
        }
        xsk_ring_prod__submit(&s->transmit, most);
        s->sent += most;
    }
    sendto(xsk_socket__fd(s->socket), NULL, 0, MSG_DONTWAIT, NULL, 0);
    unsigned done = xsk_ring_cons__peek(&s->completion, RING, &at);
    if (done)
        xsk_ring_cons__release(&s->completion, done);
    s->completed += done;
}

static int send_all(struct sender *s, uint64_t count, double rate)
{
    double start = now(), moved = start;
    while (s->completed < count) {
        uint64_t due = rate > 0 ? (uint64_t)((now() - start) * rate) + 1 : count, before = s->completed;
        uint64_t left = (due < count ? due : count) - s->sent;
        if (due < s->sent)
            left = 0;
        if (!left && s->completed == s->sent)
            continue; /* not yet time for the next */
        kick(s, left < BATCH ? (unsigned)left : BATCH);
        if (s->completed != before)
            moved = now();
        else if (now() - moved > STALLED_S)
            return -ETIMEDOUT;
    }
    printf("{\"sent\":%llu,\"seconds\":%.6f}\n", (unsigned long long)s->completed, now() - start);
    return 0;
}

int main(int argc, char **argv)
{
    struct sender s = {0};
    if (argc < 4) {
        fputs("usage: afxdp_send INTERFACE CAPTURE COUNT [RATE]\n", stderr);
        return 2;
    }
    void *area =
        mmap(NULL, (size_t)FRAMES * FRAME_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int result = area == MAP_FAILED ? -ENOMEM : 0;
    s.memory = area;
    if (!result)
        result = load(&s, argv[2]);
    if (!result)
        result = open_socket(&s, argv[1]);
    if (!result)
        result = send_all(&s, strtoull(argv[3], NULL, 10), argc > 4 ? strtod(argv[4], NULL) : 0);
    if (result)
        fprintf(stderr, "afxdp_send: %s\n", strerror(-result));
    if (s.socket)
        xsk_socket__delete(s.socket);
    if (s.umem)
        xsk_umem__delete(s.umem);
    return result ? 1 : 0;
}
