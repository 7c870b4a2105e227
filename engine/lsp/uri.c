#include "lsp/uri.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10 : -1;
}

/* %2F is a slash; what decodes to NUL, or to nothing, stays as it is written. */
static void decode(char *text)
{
    char *out = text;
    while (*text) {
        int high = text[0] == '%' ? hex(text[1]) : -1, low = high >= 0 ? hex(text[2]) : -1;
        if (low >= 0 && high * 16 + low) {
            *out++ = (char)(high * 16 + low);
            text += 3;
        } else {
            *out++ = *text++;
        }
    }
    *out = 0;
}

char *uri_path(const char *uri)
{
    static const char scheme[] = "file://";
    if (strlen(uri) > URI_MOST)
        return NULL;
    if (strncmp(uri, scheme, sizeof scheme - 1) != 0)
        return strdup(uri);
    const char *path = strchr(uri + sizeof scheme - 1, '/'); /* behind the host, which is this one */
    char *copy = strdup(path ? path : "/");
    if (copy)
        decode(copy);
    return copy;
}

char *uri_of_path(const char *path)
{
    struct buf out = {0};
    int rc = buf_append(&out, slice_str("file://"));
    for (; !rc && *path; path++) {
        bool plain = isalnum((unsigned char)*path) || strchr("/-._~", *path);
        rc = plain ? buf_append_byte(&out, (uint8_t)*path) : buf_printf(&out, "%%%02X", (unsigned char)*path);
    }
    if (rc || buf_append_byte(&out, 0)) {
        buf_fini(&out);
        return NULL;
    }
    return (char *)out.p;
}
