#include "run/live/live_inline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet/reject.h"
#include "rule/rule.h"

int live_inline_init(struct live_inline *in, struct err *err)
{
    in->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* 0: it receives nothing */
    if (in->socket < 0)
        return err_set(err, -errno, "no socket for the answers to rejected packets: %s", strerror(errno));
    pthread_mutex_init(&in->lock, NULL);
    return 0;
}

void live_inline_fini(struct live_inline *in)
{
    if (in->socket > 0) {
        close(in->socket);
        pthread_mutex_destroy(&in->lock);
    }
    for (unsigned i = 0; i < INLINE_ANSWERS; i++)
        buf_fini(&in->waiting[i].frame);
    *in = (struct live_inline){.socket = -1};
}

static void add_answer(struct live_inline *in, const struct packet *packet, const struct frame *frame,
                       bool to_sender)
{
    if (in->count == INLINE_ANSWERS) {
        in->lost++;
        return;
    }
    struct inline_reply *answer = &in->waiting[in->count];
    if (reject_build(&answer->frame, packet, frame->bytes, to_sender))
        return;
    answer->ifindex = in->ifindexes[to_sender ? frame->port : frame->port ^ 1u];
    in->count++;
}

/* Both ends of a connection that is cut are told, unless the rule names one: neither is left waiting. */
static void live_inline_reject(void *ctx, const struct packet *packet, enum reject_to to,
                               const struct frame *frame)
{
    struct live_inline *in = ctx;
    if (frame->port >= INLINE_PORTS)
        return;
    pthread_mutex_lock(&in->lock);
    if (to != REJECT_DESTINATION)
        add_answer(in, packet, frame, true);
    add_answer(in, packet, frame, false);
    pthread_mutex_unlock(&in->lock);
}

static void send_answers(void *ctx)
{
    struct live_inline *in = ctx;
    pthread_mutex_lock(&in->lock);
    for (unsigned i = 0; i < in->count; i++) {
        const struct inline_reply *answer = &in->waiting[i];
        const struct sockaddr_ll to = {
            .sll_family = AF_PACKET, .sll_ifindex = (int)answer->ifindex, .sll_halen = ETH_ALEN};
        if (sendto(in->socket, answer->frame.p, answer->frame.n, MSG_DONTWAIT, (const void *)&to, sizeof to) <
            0)
            in->lost++;
        else
            in->answered++;
    }
    in->count = 0;
    pthread_mutex_unlock(&in->lock);
}

void live_inline_configure(struct live_inline *in, bool dry_run, struct pipeline_config *config)
{
    config->worker.inspect.tcp.inline_mode = true;
    struct exception_policies *exceptions = &config->worker.inspect.exceptions;
    if (exceptions->master == POLICY_UNSET) /* unless it is asked for, what cannot be followed passes */
        exceptions->master = POLICY_IGNORE;
    config->worker.enforce = !dry_run;
    config->worker.rejected = live_inline_reject;
    config->worker.reject_ctx = in;
    config->released = send_answers;
    config->released_ctx = in;
}
