/* Blocks as people write them. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/blocks.h"

/* "192.0.2.1:80", "[2001:db8::1]:80". */
static bool parse_end(const char *text, struct address *address, uint16_t *port)
{
    char host[ADDRESS_TEXT];
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text)
        return false;
    size_t n = (size_t)(colon - text);
    bool brackets = text[0] == '[';
    if (brackets) {
        if (n < 3 || text[n - 1] != ']')
            return false;
        text++;
        n -= 2;
    }
    if (n >= sizeof host)
        return false;
    memcpy(host, text, n);
    host[n] = 0;
    char *end;
    unsigned long value = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end || value > 65535)
        return false;
    *port = (uint16_t)value;
    return address_parse(host, address) && (address->version == 6) == brackets;
}

static const struct {
    const char *name;
    uint8_t number;
} protocols[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}};

static int parse_flow(struct block_target *t, const char *const *words, struct err *err)
{
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (strcmp(words[0], protocols[i].name) == 0)
            t->protocol = protocols[i].number;
    if (!t->protocol)
        return err_set(err, -EINVAL, "\"%.40s\" is neither tcp nor udp", words[0]);
    for (int i = 1; i <= 2; i++)
        if (!parse_end(words[i], i == 1 ? &t->source : &t->destination,
                       i == 1 ? &t->source_port : &t->destination_port)) {
            err_fill(err, "\"%.60s\" is not ADDRESS:PORT", words[i]);
            err_hint(err, "for example 192.0.2.1:443 or [2001:db8::1]:443");
            return -EINVAL;
        }
    if (t->source.version != t->destination.version)
        return err_set(err, -EINVAL, "one end is IPv4, the other IPv6");
    return 0;
}

int block_target_parse(struct block_target *target, int count, const char *const *words, struct err *err)
{
    *target = (struct block_target){0};
    if (count == 3)
        return parse_flow(target, words, err);
    target->is_host = true;
    if (count == 1 && prefix_parse(words[0], &target->host))
        return 0;
    if (count == 1)
        err_fill(err, "\"%.60s\" is neither an address nor a prefix", words[0]);
    else
        err_fill(err, "a block is of a host or of a flow");
    err_hint(err, "192.0.2.7, 192.0.2.0/24, or: tcp 192.0.2.1:4000 198.51.100.2:80");
    return -EINVAL;
}

static void print_end(const struct address *address, uint16_t port, char *text, size_t n)
{
    char host[PREFIX_TEXT];
    struct prefix p = {*address, address->version == 4 ? 32 : 128};
    prefix_print(&p, host);
    snprintf(text, n, address->version == 4 ? "%s:%u" : "[%s]:%u", host, (unsigned)port);
}

void block_target_print(const struct block_target *t, char text[BLOCK_TARGET_TEXT])
{
    char source[PREFIX_TEXT + 8], destination[PREFIX_TEXT + 8];
    if (t->is_host) {
        prefix_print(&t->host, text);
        return;
    }
    print_end(&t->source, t->source_port, source, sizeof source);
    print_end(&t->destination, t->destination_port, destination, sizeof destination);
    snprintf(text, BLOCK_TARGET_TEXT, "%s %s %s",
             t->protocol == IPPROTO_TCP   ? "tcp"
             : t->protocol == IPPROTO_UDP ? "udp"
                                          : "ip",
             source, destination);
}

int block_duration_parse(const char *text, uint64_t *ns)
{
    if (strcmp(text, "forever") == 0) {
        *ns = BLOCKS_FOREVER;
        return 0;
    }
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return -EINVAL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    uint64_t unit = *end == 'm'            ? 60
                    : *end == 'h'          ? 3600
                    : *end == 'd'          ? 86400
                    : *end == 's' || !*end ? 1
                                           : 0;
    if (errno || !unit || (*end && end[1]) || value == 0 || value > UINT64_MAX / 1000000000ull / unit)
        return -EINVAL;
    *ns = value * unit * 1000000000ull;
    return 0;
}
