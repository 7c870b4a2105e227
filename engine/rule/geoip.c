#include "rule/geoip.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>

struct geoip {
    MMDB_s db;
};

int geoip_open(const char *path, struct geoip **out, struct err *err)
{
    struct geoip *g = calloc(1, sizeof *g);
    if (!g)
        return err_set(err, -ENOMEM, "memory is short");
    int status = MMDB_open(path, MMDB_MODE_MMAP, &g->db);
    if (status != MMDB_SUCCESS) {
        free(g);
        int code = status == MMDB_OUT_OF_MEMORY_ERROR ? -ENOMEM
                   : status == MMDB_FILE_OPEN_ERROR   ? -ENOENT
                                                      : -EBADMSG;
        return err_set(err, code, "%s: %s", path, MMDB_strerror(status));
    }
    *out = g;
    return 0;
}

void geoip_close(struct geoip *g)
{
    if (!g)
        return;
    MMDB_close(&g->db);
    free(g);
}

bool geoip_country(const struct geoip *g, const struct address *address, char code[3])
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = {0};
    if (address->version == 4) {
        a.v4.sin_family = AF_INET;
        memcpy(&a.v4.sin_addr, address->bytes, 4);
    } else if (address->version == 6) {
        a.v6.sin6_family = AF_INET6;
        memcpy(&a.v6.sin6_addr, address->bytes, 16);
    } else {
        return false;
    }
    int status;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&g->db, &a.any, &status);
    MMDB_entry_data_s data;
    if (status != MMDB_SUCCESS || !found.found_entry ||
        MMDB_get_value(&found.entry, &data, "country", "iso_code", NULL) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2)
        return false;
    memcpy(code, data.utf8_string, 2);
    code[2] = '\0';
    return true;
}
