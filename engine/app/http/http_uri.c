#include "app/http/http_uri.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>

#include "app/http/http_bestfit.h"
#include "app/http/http_line.h"
#include "base/hex_text.h"

enum { HOST_MOST = 255, LABEL_MOST = 63 /* RFC 1035, 2.3.4 */ };

static size_t find(struct slice s, uint8_t byte)
{
    const uint8_t *at = s.n ? memchr(s.p, byte, s.n) : NULL;
    return at ? (size_t)(at - s.p) : s.n;
}

/* Where the path ends, or the authority, where `slash` does, too. */
static size_t find_end(struct slice s, bool slash)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != '?' && s.p[n] != '#' && !(slash && s.p[n] == '/'))
        n++;
    return n;
}

/* A number between 1 and 65535, with blanks around it; 0: it is none. */
static uint16_t read_port(struct slice s)
{
    uint32_t port = 0;
    while (s.n && http_is_blank(s.p[0]))
        s = slice_from(s, 1);
    s = http_trimmed(s);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return 0;
        port = port * 10 + s.p[i] - '0';
        if (port > UINT16_MAX)
            return 0;
    }
    return (uint16_t)port;
}

/* Host and port. A colon within brackets is of an address (RFC 3986, 3.2.2). */
static void read_host(struct http_uri *uri, struct slice s)
{
    size_t end;
    if (s.n && s.p[0] == '[') {
        end = find(s, ']');
        end += end < s.n;
    } else {
        end = find(s, ':');
    }
    uri->host = slice_of(s.p, end);
    if (end == s.n)
        return;
    if (s.p[end] == ':')
        uri->port = read_port(slice_from(s, end + 1));
    uri->odd_port = !uri->port;
}

struct http_uri http_authority_read(struct slice target)
{
    struct http_uri uri = {0};
    read_host(&uri, target);
    return uri;
}

/* Behind the scheme, and behind the authority, if there is one. */
static struct slice read_authority(struct http_uri *uri, struct slice s)
{
    if (!s.n || s.p[0] == '/')
        return s;
    size_t colon = find(s, ':');
    if (colon == s.n)
        return s;
    s = slice_of(s.p + colon + 1, s.n - colon - 1);
    if (s.n < 3 || s.p[0] != '/' || s.p[1] != '/' || s.p[2] == '/')
        return s;
    struct slice rest = slice_from(s, 2), authority = slice_first(rest, find_end(rest, true));
    size_t user = find(authority, '@');
    read_host(uri, user < authority.n ? slice_of(authority.p + user + 1, authority.n - user - 1) : authority);
    return slice_of(rest.p + authority.n, rest.n - authority.n);
}

struct http_uri http_uri_read(struct slice target)
{
    struct http_uri uri = {0};
    struct slice s = read_authority(&uri, target);
    uri.path = slice_first(s, find_end(s, false));
    s = slice_of(s.p + uri.path.n, s.n - uri.path.n);
    if (s.n && s.p[0] == '?') {
        size_t end = find(s, '#');
        uri.query = slice_of(s.p + 1, end - 1);
        s = slice_of(s.p + end, s.n - end);
    }
    if (s.n)
        uri.fragment = slice_of(s.p + 1, s.n - 1);
    return uri;
}

/* Of IPv6 (RFC 4291, 2.2), up to the bracket. */
static bool is_address(struct slice s)
{
    struct in6_addr address;
    char text[INET6_ADDRSTRLEN + 1];
    s = slice_first(s, find(s, ']'));
    if (!s.n || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return inet_pton(AF_INET6, text, &address) == 1;
}

bool http_host_is_valid(struct slice host)
{
    if (!host.n || host.n > HOST_MOST)
        return false;
    if (host.p[0] == '[')
        return is_address(slice_from(host, 1));
    size_t label = 0;
    for (size_t i = 0; i < host.n; i++) {
        uint8_t c = host.p[i];
        if (c == '.') {
            if (!label)
                return false;
            label = 0;
        } else if (!(isalnum(c) && c < 0x80) && c != '-' && c != '_') {
            return false;
        } else if (++label > LABEL_MOST) {
            return false;
        }
    }
    return true;
}

/* So many hexadecimal digits; -1: there are not. */
static int digits(struct slice s, size_t at, size_t count)
{
    int value = 0;
    if (s.n < at + count)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        int d = hex_digit(s.p[i]);
        if (d < 0)
            return -1;
        value = value << 4 | d;
    }
    return value;
}

/* The byte at the begin of `s`, its escape resolved (%41, %u0041), and of how many bytes. */
static uint8_t resolve(struct slice s, size_t *taken)
{
    *taken = 1;
    if (s.p[0] != '%')
        return s.p[0];
    bool wide = s.n > 1 && (s.p[1] | 0x20) == 'u';
    int value = wide ? digits(s, 2, 4) : digits(s, 1, 2);
    if (value < 0)
        return s.p[0]; /* it stands for itself */
    *taken = wide ? 6 : 3;
    return wide ? http_bestfit((uint32_t)value) : (uint8_t)value;
}

int http_append_unescaped(struct buf *out, struct slice text)
{
    if (buf_reserve(out, text.n))
        return -ENOMEM;
    for (size_t taken; text.n; text = slice_from(text, taken))
        out->p[out->n++] = resolve(text, &taken);
    return 0;
}

int http_append_host(struct buf *out, struct slice host)
{
    size_t from = out->n;
    if (http_append_unescaped(out, host))
        return -ENOMEM;
    for (size_t i = from; i < out->n; i++)
        out->p[i] = (uint8_t)tolower(out->p[i]);
    while (out->n > from && out->p[out->n - 1] == '.')
        out->n--;
    return 0;
}

/* Escapes, backslashes, slashes that follow slashes. In place: text only gets shorter. */
static size_t resolve_path(uint8_t *p, struct slice path)
{
    size_t n = 0;
    bool slash = false;
    for (size_t taken; path.n; path = slice_from(path, taken)) {
        uint8_t c = resolve(path, &taken);
        if (c == '\\')
            c = '/';
        if (c == '/' && slash)
            continue;
        slash = c == '/';
        p[n++] = c;
    }
    return n;
}

/* RFC 3986, 5.2.4, in place. */
static size_t remove_dots(uint8_t *p, size_t length)
{
    struct slice in = slice_of(p, length);
    size_t n = 0;
    while (in.n) {
        bool slash = in.p[0] == '/';
        struct slice rest = slice_from(in, slash);
        size_t end = 0;
        while (end < rest.n && rest.p[end] != '/')
            end++;
        bool one = end == 1 && rest.p[0] == '.', two = end == 2 && rest.p[0] == '.' && rest.p[1] == '.';
        if (one || two) {
            if (two && slash)
                while (n && p[--n] != '/')
                    ;
            in = slice_from(rest, end + !slash);
            if (in.n == 1 && slash) /* a slash behind it at the end goes, too */
                in.n = 0;
            continue;
        }
        memmove(p + n, in.p, end + slash);
        n += end + slash;
        in = slice_from(rest, end);
    }
    return n;
}

int http_append_path(struct buf *out, struct slice path)
{
    if (!path.n)
        return 0;
    if (buf_reserve(out, path.n))
        return -ENOMEM;
    uint8_t *p = out->p + out->n;
    size_t n = resolve_path(p, path);
    n = http_bestfit_utf8(p, n);
    out->n += remove_dots(p, n);
    return 0;
}
