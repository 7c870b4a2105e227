/* Any bytes as a capture file: read to its end, or refused, without a bad access and without looping. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return 0;
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct capture capture = {.ops = &capture_pcap_ops};
    struct capture_config config = {.name = name, .filter = size % 2 ? "tcp or udp" : NULL};
    struct err err = {0};
    if (capture.ops->open(&capture, &config, &err) == 0) {
        struct capture_batch batch = {0};
        uint64_t frames = 0, sum = 0;
        while (capture.ops->next_batch(&capture, &batch, &err) == 1) {
            for (unsigned i = 0; i < batch.count; i++) {
                assert(batch.frames[i].wire_length >= batch.frames[i].bytes.n);
                for (size_t k = 0; k < batch.frames[i].bytes.n; k++)
                    sum += batch.frames[i].bytes.p[k];
            }
            frames += batch.count;
            capture.ops->release(&capture, &batch);
        }
        struct capture_position position;
        capture.ops->position(&capture, &position);
        assert(position.frames >= frames && sum <= UINT64_MAX);
        capture.ops->close(&capture);
    }
    close(fd);
    return 0;
}
