/* What SSH says in the clear: the banner, and the lists of SSH_MSG_KEXINIT. */
#include "app/ssh/ssh.h"
#include "base/cursor.h"
#include "base/digest.h"
#include "base/hex_text.h"

bool ssh_banner_read(struct slice line, struct slice *version, struct slice *software)
{
    static const char head[] = "SSH-";
    if (line.n < sizeof head - 1 || memcmp(line.p, head, sizeof head - 1) != 0)
        return false;
    struct slice rest = slice_from(line, sizeof head - 1);
    const uint8_t *dash = rest.n ? memchr(rest.p, '-', rest.n) : NULL;
    if (!dash)
        return false;
    *version = slice_first(rest, (size_t)(dash - rest.p));
    rest = slice_from(rest, version->n + 1);
    const uint8_t *blank = rest.n ? memchr(rest.p, ' ', rest.n) : NULL;
    *software = blank && blank > rest.p ? slice_first(rest, (size_t)(blank - rest.p)) : rest;
    return true;
}

/* RFC 4251, 5: a length of four bytes and the names. */
static bool take_list(struct cursor *c, struct slice *list)
{
    uint32_t n;
    return cursor_be32(c, &n) && cursor_bytes(c, n, list);
}

bool ssh_hassh_print(enum direction direction, struct slice message, struct buf *out)
{
    enum { COOKIE = 16, LISTS = 8, KEX = 0, CIPHERS = 2, MACS = 4, COMPRESSION = 6 };
    const unsigned other = direction == TO_CLIENT; /* lists of both directions alternate from the third on */
    const unsigned wanted[] = {KEX, CIPHERS + other, MACS + other, COMPRESSION + other};
    struct cursor c = cursor_of(message);
    struct slice lists[LISTS];
    if (!cursor_skip(&c, COOKIE))
        return false;
    for (unsigned i = 0; i < LISTS; i++)
        if (!take_list(&c, &lists[i]))
            return false;
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if ((i && buf_append_byte(out, ';')) || buf_append(out, lists[wanted[i]]))
            return false;
    return true;
}

bool ssh_hassh_digest(struct slice text, char out[SSH_HASSH_TEXT])
{
    uint8_t digest[DIGEST_MOST];
    size_t n = digest_of(DIGEST_MD5, text, digest);
    *hex_put(out, slice_of(digest, n)) = 0;
    return n;
}
