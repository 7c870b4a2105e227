/* The steering's way into the maps and back; see xdp/steering.h for the banks. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verdict/map_address.h"
#include "verdict/steering.h"

/* `inet_ntop`, not address_print: people write 2001:db8::/32. */
void prefix_print(const struct prefix *p, char text[PREFIX_TEXT])
{
    char address[ADDRESS_TEXT] = "";
    inet_ntop(p->address.version == 4 ? AF_INET : AF_INET6, p->address.bytes, address, sizeof address);
    if (p->length == (p->address.version == 4 ? 32 : 128))
        snprintf(text, PREFIX_TEXT, "%s", address);
    else
        snprintf(text, PREFIX_TEXT, "%s/%u", address, (unsigned)p->length);
}

static int write_ports(const struct steering *s, const struct steering_maps *maps, uint32_t bank)
{
    for (uint32_t t = 0; t < 2; t++)
        for (uint32_t i = 0; i < SLUICE_PORT_WORDS; i++) {
            uint32_t key = (bank * 2 + t) * SLUICE_PORT_WORDS + i;
            if (bpf_map_update_elem(maps->ports, &key, &s->ports[t][i], BPF_ANY))
                return -errno;
        }
    return 0;
}

/* The next key is asked for before its predecessor is deleted. */
static int clear_prefixes(const struct steering_maps *maps, uint32_t bank)
{
    struct sluice_prefix key, next;
    bool have = bpf_map_get_next_key(maps->prefixes, NULL, &next) == 0;
    while (have) {
        key = next;
        have = bpf_map_get_next_key(maps->prefixes, &key, &next) == 0;
        if (key.bank == bank && bpf_map_delete_elem(maps->prefixes, &key) && errno != ENOENT)
            return -errno;
    }
    return 0;
}

static int write_prefixes(const struct steering *s, const struct steering_maps *maps, uint32_t bank)
{
    int result = clear_prefixes(maps, bank);
    for (unsigned i = 0; result == 0 && i < s->prefix_count; i++) {
        struct sluice_prefix key = map_prefix(&s->prefixes[i].prefix, bank);
        uint32_t value = s->prefixes[i].include;
        if (bpf_map_update_elem(maps->prefixes, &key, &value, BPF_ANY))
            result = -errno;
    }
    return result;
}

static struct sluice_steering record_of(const struct steering *s)
{
    struct sluice_steering r = {0};
    memcpy(r.protocols, s->protocols, sizeof r.protocols);
    for (unsigned t = 0; t < 2; t++) {
        uint64_t used = s->all[t];
        for (unsigned i = 0; i < SLUICE_PORT_WORDS; i++)
            used |= s->ports[t][i];
        if (used)
            r.protocols[0] |= 1ull << (t == STEERING_TCP ? IPPROTO_TCP : IPPROTO_UDP);
    }
    r.flags = (s->all[STEERING_TCP] ? SLUICE_ALL_TCP : 0u) | (s->all[STEERING_UDP] ? SLUICE_ALL_UDP : 0u);
    for (unsigned i = 0; i < s->prefix_count; i++)
        if (s->prefixes[i].include)
            r.flags |= SLUICE_HAS_INCLUDES;
    return r;
}

int steering_write(const struct steering *s, const struct steering_maps *maps, struct err *err)
{
    uint32_t zero = 0, bank = 0;
    if (bpf_map_lookup_elem(maps->bank, &zero, &bank))
        return err_set(err, -errno, "the steering cannot be read: %s", strerror(errno));
    bank = !(bank & 1);
    struct sluice_steering record = record_of(s);
    int result = write_ports(s, maps, bank);
    if (result == 0)
        result = write_prefixes(s, maps, bank);
    if (result == 0 && bpf_map_update_elem(maps->steering, &bank, &record, BPF_ANY))
        result = -errno;
    if (result == 0 && bpf_map_update_elem(maps->bank, &zero, &bank, BPF_ANY))
        result = -errno;
    return result ? err_set(err, result, "the steering cannot be written: %s", strerror(-result)) : 0;
}

static int read_ports(struct steering *s, const struct steering_maps *maps, uint32_t bank)
{
    for (uint32_t t = 0; t < 2; t++)
        for (uint32_t i = 0; i < SLUICE_PORT_WORDS; i++) {
            uint32_t key = (bank * 2 + t) * SLUICE_PORT_WORDS + i;
            if (bpf_map_lookup_elem(maps->ports, &key, &s->ports[t][i]))
                return -errno;
        }
    return 0;
}

static int read_prefixes(struct steering *s, const struct steering_maps *maps, uint32_t bank)
{
    struct sluice_prefix key, next;
    const struct sluice_prefix *last = NULL;
    while (bpf_map_get_next_key(maps->prefixes, last, &next) == 0) {
        uint32_t value;
        key = next;
        last = &key;
        if (key.bank != bank || bpf_map_lookup_elem(maps->prefixes, &key, &value))
            continue;
        if (s->prefix_count == STEERING_PREFIXES)
            return -ENOSPC;
        s->prefixes[s->prefix_count++] = (struct steering_prefix){prefix_of_map(&key), value & 1};
    }
    return 0;
}

int steering_read(struct steering *s, const struct steering_maps *maps, struct err *err)
{
    uint32_t zero = 0, bank = 0;
    struct sluice_steering record;
    memset(s, 0, sizeof *s);
    int result = bpf_map_lookup_elem(maps->bank, &zero, &bank) ? -errno : 0;
    bank &= 1;
    if (result == 0 && bpf_map_lookup_elem(maps->steering, &bank, &record))
        result = -errno;
    if (result == 0) {
        memcpy(s->protocols, record.protocols, sizeof s->protocols);
        s->protocols[0] &= ~(1ull << IPPROTO_TCP | 1ull << IPPROTO_UDP);
        s->all[STEERING_TCP] = record.flags & SLUICE_ALL_TCP;
        s->all[STEERING_UDP] = record.flags & SLUICE_ALL_UDP;
        result = read_ports(s, maps, bank);
    }
    if (result == 0)
        result = read_prefixes(s, maps, bank);
    return result ? err_set(err, result, "the steering cannot be read: %s", strerror(-result)) : 0;
}
