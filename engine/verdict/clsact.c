#include "verdict/clsact.h"

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
    struct nlmsghdr head;
    struct tcmsg tc;
};

/* 1: a filter is in the answer, 0: the answer ends without, -1: there is more to read, -2: it fails. */
static int look(const char *answer, ssize_t length)
{
    const struct nlmsghdr *m = (const void *)answer;
    for (; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
        if (m->nlmsg_type == RTM_NEWTFILTER)
            return 1;
        if (m->nlmsg_type == NLMSG_DONE)
            return 0;
        if (m->nlmsg_type == NLMSG_ERROR)
            return -2;
    }
    return -1;
}

static bool has_filters(unsigned ifindex, uint32_t direction)
{
    struct request r = {.head = {.nlmsg_len = sizeof r,
                                 .nlmsg_type = RTM_GETTFILTER,
                                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                        .tc = {.tcm_family = AF_UNSPEC,
                               .tcm_ifindex = (int)ifindex,
                               .tcm_parent = TC_H_MAKE(TC_H_CLSACT, direction)}};
    char answer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), found = -1;
    if (fd < 0)
        return true;
    if (send(fd, &r, sizeof r, 0) != sizeof r)
        found = -2;
    while (found == -1) {
        ssize_t length = recv(fd, answer, sizeof answer, 0);
        found = length <= 0 ? -2 : look(answer, length);
    }
    close(fd);
    return found != 0;
}

bool clsact_is_used(unsigned ifindex)
{
    return has_filters(ifindex, TC_H_MIN_INGRESS) || has_filters(ifindex, TC_H_MIN_EGRESS);
}
