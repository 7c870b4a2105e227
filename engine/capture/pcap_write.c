#include "capture/pcap_write.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/frame_store.h"

enum { ETHERNET = 1, RAW_IP = 101, NS_PER_S = 1000000000 };

static bool is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

static int fail(const char *path, int code, struct err *err)
{
    struct stat st;
    if (!is_stdout(path) && stat(path, &st) == 0 && S_ISREG(st.st_mode))
        unlink(path);
    err_set(err, code, "cannot be written: %s", strerror(-code));
    err_at(err, is_stdout(path) ? "standard output" : path, 0, 0);
    return code;
}

static int mixed_link_types(const char *path, struct err *err)
{
    err_set(err, -EINVAL, "frames of several link types do not go into one pcap file");
    err_at(err, path, 0, 0);
    return -EINVAL;
}

static void put(pcap_dumper_t *dumper, const struct frame *frame, bool nanoseconds)
{
    uint64_t rest = frame->time_ns % NS_PER_S;
    struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(frame->time_ns / NS_PER_S),
               .tv_usec = (suseconds_t)(nanoseconds ? rest : rest / 1000)},
        .caplen = (bpf_u_int32)frame->bytes.n,
        .len = frame->wire_length,
    };
    pcap_dump((u_char *)dumper, &header, frame->bytes.p);
}

int pcap_write(const char *path, const struct frame *frames, size_t count, bool nanoseconds, struct err *err)
{
    uint16_t link = count ? frames[0].link_type : ETHERNET;
    for (size_t i = 0; i < count; i++)
        if (frames[i].link_type != link)
            return mixed_link_types(path, err);
    pcap_t *pcap = pcap_open_dead_with_tstamp_precision(link == RAW_IP ? DLT_RAW : link, FRAME_MOST,
                                                        nanoseconds ? PCAP_TSTAMP_PRECISION_NANO
                                                                    : PCAP_TSTAMP_PRECISION_MICRO);
    if (!pcap)
        return err_set(err, -ENOMEM, "out of memory");
    FILE *file = is_stdout(path) ? stdout : fopen(path, "we");
    pcap_dumper_t *dumper = file ? pcap_dump_fopen(pcap, file) : NULL;
    if (!dumper) {
        int code = errno ? -errno : -EIO;
        pcap_close(pcap);
        err_set(err, code, "cannot be written: %s", strerror(-code));
        err_at(err, path, 0, 0);
        if (file && file != stdout)
            fclose(file);
        return code;
    }
    for (size_t i = 0; i < count; i++)
        put(dumper, &frames[i], nanoseconds);
    int result = pcap_dump_flush(dumper) || ferror(file) ? -(errno ? errno : EIO) : 0;
    if (file != stdout && fclose(file) && !result) /* pcap_dump_close would close standard output as well */
        result = -errno;
    pcap_close(pcap);
    return result ? fail(path, result, err) : 0;
}
