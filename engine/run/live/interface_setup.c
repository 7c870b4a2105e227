#include "run/live/interface_setup.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "run/live/ethtool.h"
#include "run/live/receive_hash.h"

enum { UNWANTED = ETH_FLAG_LRO | ETH_FLAG_RXVLAN };

/* The kernel counts who wants it and forgets the socket that is gone: nothing is left set, not even by
 * SIGKILL. */
static int make_promiscuous(const char *interface)
{
    struct packet_mreq request = {.mr_ifindex = (int)if_nametoindex(interface), .mr_type = PACKET_MR_PROMISC};
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request) == 0)
        return fd;
    int result = -errno;
    close(fd);
    return result;
}

/* Sets a number and looks whether it has become that. 0 or a negative errno. */
static int set_and_check(const char *interface, uint32_t set, uint32_t get, uint32_t value)
{
    uint32_t now;
    int result = ethtool_set(interface, set, value);
    if (!result)
        result = ethtool_get(interface, get, &now);
    return result ? result : now == value ? 0 : -EIO;
}

/* What is on now is what it was, and so is what a killed run has found on. */
static void stop_merging(struct interface_setup *s, const struct log *log)
{
    uint32_t on;
    if (ethtool_get(s->interface, ETHTOOL_GGRO, &on) || !on)
        return;
    int result = set_and_check(s->interface, ETHTOOL_SGRO, ETHTOOL_GGRO, 0);
    s->was.merging |= result == 0;
    if (result)
        log_warning(log, "%s: GRO stays on (%s): frames may come merged", s->interface, strerror(-result));
}

static void stop_offloads(struct interface_setup *s, const struct log *log)
{
    uint32_t flags, on;
    if (ethtool_get(s->interface, ETHTOOL_GFLAGS, &flags) || !(on = flags & UNWANTED))
        return;
    int result = set_and_check(s->interface, ETHTOOL_SFLAGS, ETHTOOL_GFLAGS, flags & ~(uint32_t)UNWANTED);
    if (result != -EINVAL && result != -EOPNOTSUPP && result != -EPERM)
        s->was.flags |= on;
    if (!result)
        return;
    if (on & ETH_FLAG_LRO)
        log_warning(log, "%s: LRO stays on (%s): frames may come merged", s->interface, strerror(-result));
    if (on & ETH_FLAG_RXVLAN)
        log_warning(log, "%s: VLAN tags stay stripped (%s): rules and flows do not see them", s->interface,
                    strerror(-result));
}

/* One thread reads all queues, in the order of time, and hands flows to workers by their own hash: that the
 * card cannot costs no alert. */
static void spread(struct interface_setup *s, const struct log *log)
{
    struct receive_hash *found;
    int result = receive_hash_make_symmetric(s->interface, &found);
    if (found) {
        free(s->was.hash);
        s->was.hash = found;
    }
    if (result == 1)
        log_info(log, "%s: both directions of a flow come by one queue", s->interface);
    else
        log_info(log, "%s: the directions of a flow may come by two queues (%s); they are put in order",
                 s->interface, result ? strerror(-result) : "the driver has no key to set");
}

static void warn_if_down(const char *interface, const struct log *log)
{
    struct ifreq request = {0};
    memcpy(request.ifr_name, interface, strnlen(interface, IFNAMSIZ - 1));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0 && !(request.ifr_flags & IFF_UP))
        log_warning(log, "%s is down: nothing comes in until `ip link set %s up`", interface, interface);
    if (fd >= 0)
        close(fd);
}

static void note(const struct interface_setup *s, const struct log *log)
{
    if (!s->was.flags && !s->was.merging && !s->was.hash)
        return;
    int result = setup_state_note(s->interface, &s->was);
    if (result)
        log_info(log, "%s: what it was set to is noted nowhere (%s): a run that is killed leaves it changed",
                 s->interface, strerror(-result));
}

void interface_setup(struct interface_setup *s, const char *interface, unsigned queues, const struct log *log)
{
    *s = (struct interface_setup){.interface = interface};
    s->promiscuous = make_promiscuous(interface);
    if (s->promiscuous < 0)
        log_warning(log, "%s cannot be made promiscuous: %s", interface, strerror(-s->promiscuous));
    if (setup_state_left(interface, &s->was))
        log_notice(log, "%s: as a run that was killed has set it; it is set back at the end", interface);
    stop_merging(s, log);
    stop_offloads(s, log);
    if (queues > 1)
        spread(s, log);
    note(s, log);
    warn_if_down(interface, log);
}

/* 0 or the first failure. */
static int set_back(const char *interface, struct setup_state *was)
{
    uint32_t flags;
    int result = receive_hash_restore(interface, was->hash);
    if (was->flags && !result)
        result = ethtool_get(interface, ETHTOOL_GFLAGS, &flags);
    if (was->flags && !result)
        result = ethtool_set(interface, ETHTOOL_SFLAGS, flags | was->flags);
    if (was->merging && !result)
        result = ethtool_set(interface, ETHTOOL_SGRO, 1);
    setup_state_forget(interface);
    *was = (struct setup_state){0};
    return result;
}

void interface_restore(struct interface_setup *s, const struct log *log)
{
    if (!s->interface)
        return;
    if (s->promiscuous >= 0)
        close(s->promiscuous);
    int result = set_back(s->interface, &s->was);
    if (result && result != -ENODEV)
        log_warning(log, "%s could not be set back to what it was: %s", s->interface, strerror(-result));
    *s = (struct interface_setup){.promiscuous = -1};
}

int interface_restore_left(const char *interface)
{
    struct setup_state was;
    if (!setup_state_left(interface, &was))
        return 0;
    int result = set_back(interface, &was);
    return result ? result : 1;
}
