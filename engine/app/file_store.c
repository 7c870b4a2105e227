#include "app/file_store.h"
#include "app/engine_private.h"
#include "flow/flow.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4400 };

#define QUOTA_DEFAULT ((uint64_t)1 << 30)

struct file_spool {
    int fd;
    uint64_t bytes;
    EVP_MD_CTX *sha256;
    bool broken;
    char path[PATH_SIZE];
};

static void failed(struct app_session *s)
{
    s->engine->counters.file_store_errors++;
}

struct file_spool *file_spool_new(struct app_session *s, const struct app_file *file)
{
    const char *directory = s->config->files.directory;
    (void)file;
    if (!directory || !(s->config->files.store_all || s->config->files.store))
        return NULL;
    struct file_spool *spool = calloc(1, sizeof *spool);
    if (!spool)
        return NULL;
    spool->sha256 = EVP_MD_CTX_new();
    int n = snprintf(spool->path, sizeof spool->path, "%s/.spool-XXXXXX", directory);
    bool good = spool->sha256 && EVP_DigestInit_ex(spool->sha256, EVP_sha256(), NULL) && n > 0 &&
                (size_t)n < sizeof spool->path;
    spool->fd = good ? mkstemp(spool->path) : -1;
    if (spool->fd >= 0)
        return spool;
    failed(s);
    EVP_MD_CTX_free(spool->sha256);
    free(spool);
    return NULL;
}

/* All workers' engines count for themselves: the quota is shared among them. */
static bool within_quota(const struct app_session *s, size_t more)
{
    uint64_t quota = s->config->files.quota ? s->config->files.quota : QUOTA_DEFAULT;
    return s->engine->counters.file_store_bytes + more <= quota;
}

void file_spool_append(struct app_session *s, struct app_file *file, struct slice bytes)
{
    struct file_spool *spool = file->spool;
    if (!spool || spool->broken)
        return;
    if (!within_quota(s, (size_t)spool->bytes + bytes.n)) {
        s->engine->counters.file_store_full++;
        spool->broken = true;
        return;
    }
    EVP_DigestUpdate(spool->sha256, bytes.p, bytes.n);
    spool->bytes += bytes.n;
    while (bytes.n) {
        ssize_t n = write(spool->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            failed(s);
            spool->broken = true;
            return;
        }
        bytes = slice_from(bytes, (size_t)n);
    }
}

static void put_json_text(FILE *out, struct slice text)
{
    fputc('"', out);
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* <sha256>.<second>.<file id>.json, as Suricata names it. */
static void write_sidecar(struct app_session *s, const struct app_file *file, const char *path,
                          const char *hash)
{
    char name[PATH_SIZE + 300];
    const struct flow *flow = s->flow;
    snprintf(name, sizeof name, "%s.%llu.%u.json", path, (unsigned long long)(flow->last_ns / 1000000000),
             file->id);
    FILE *out = fopen(name, "wx");
    if (!out) {
        if (errno != EEXIST)
            failed(s);
        return;
    }
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    bool up = file->direction == TO_SERVER;
    address_print(&flow->client, client);
    address_print(&flow->server, server);
    fprintf(
        out,
        "{\"event_type\":\"fileinfo\",\"flow_id\":%llu,\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\","
        "\"dest_port\":%u,\"app_proto\":\"%s\",\"fileinfo\":{\"filename\":",
        (unsigned long long)flow->id, up ? client : server, up ? flow->client_port : flow->server_port,
        up ? server : client, up ? flow->server_port : flow->client_port,
        flow->app == APP_HTTP1 ? "http" : app_proto_name(flow->app));
    put_json_text(out, buf_slice(&file->name));
    fprintf(out, ",\"state\":\"%s\",\"sha256\":\"%s\",\"stored\":true,\"size\":%llu}}\n",
            file->state == FILE_CLOSED ? "CLOSED" : "TRUNCATED", hash, (unsigned long long)file->size);
    if (fclose(out))
        failed(s);
}

static bool keep(struct app_session *s, struct app_file *file, struct file_spool *spool)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned n;
    char hash[2 * EVP_MAX_MD_SIZE + 1], path[PATH_SIZE + 160];
    if (!EVP_DigestFinal_ex(spool->sha256, digest, &n))
        return false;
    for (unsigned i = 0; i < n; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    const char *directory = s->config->files.directory;
    snprintf(path, sizeof path, "%s/%.2s", directory, hash);
    if (mkdir(path, 0750) && errno != EEXIST)
        return false;
    snprintf(path, sizeof path, "%s/%.2s/%s", directory, hash, hash);
    if (rename(spool->path, path))
        return false;
    s->engine->counters.file_store_bytes += spool->bytes;
    s->engine->counters.files_stored++;
    write_sidecar(s, file, path, hash);
    return true;
}

void file_spool_end(struct app_session *s, struct app_file *file)
{
    struct file_spool *spool = file->spool;
    if (!spool)
        return;
    file->spool = NULL;
    bool wanted = (file->store || s->config->files.store_all) && !spool->broken;
    if (wanted) {
        file->stored = keep(s, file, spool);
        if (!file->stored)
            failed(s);
    }
    if (!file->stored)
        unlink(spool->path);
    close(spool->fd);
    EVP_MD_CTX_free(spool->sha256);
    free(spool);
}

void file_store_settle(struct app_session *s, struct app_file *file)
{
    if (file->state != FILE_OPEN)
        file_spool_end(s, file);
}
