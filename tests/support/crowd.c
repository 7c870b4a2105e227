#include "support/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "packet/transport.h"

enum { OPEN_MOST = 24 };

static unsigned roll(unsigned *dice, unsigned sides)
{
    return (unsigned)rand_r(dice) % sides;
}

struct talk {
    unsigned *dice;
    struct conversation c;
    unsigned step;
};

static void say(struct talk *t, const char *text)
{
    client_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
    server_sends(&t->c, TCP_ACK, NULL, 0);
}

static void answer(struct talk *t, const char *text)
{
    server_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
}

/* A connection that FTP announces, or (of others) that nobody has. */
static bool ftp_goes_on(struct talk *t)
{
    static const char *const lines[] = {"220 ready\r\n", "230 fine\r\n",
                                        "227 Entering Passive Mode (192,168,1,1,8,0).\r\n",
                                        "150 here it comes\r\n"};
    static const char *const asked[] = {"USER a\r\n", "PASV\r\n", "RETR f\r\n"};
    if (!t->step)
        handshake(&t->c);
    if (t->step && t->step < 4)
        say(t, asked[t->step - 1]);
    if (t->step < 4)
        answer(t, lines[t->step]);
    return ++t->step < 5;
}

/* Most of them end without a FIN: by their deadlines, at the end of a batch or of all. */
static bool tcp_goes_on(struct talk *t)
{
    static const char *const texts[] = {"a needle here", "a haystack there", "neither"};
    const char *text = texts[roll(t->dice, 3)];
    switch (t->step++) {
    case 0:
        handshake(&t->c);
        return true;
    case 1:
        if (t->c.server_port == 2048)
            answer(t, "the payload");
        else
            client_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
        return true;
    default:
        if (roll(t->dice, 3))
            server_sends(&t->c, roll(t->dice, 2) ? TCP_ACK : TCP_RST | TCP_ACK, NULL, 0);
        return false;
    }
}

static bool goes_on(struct talk *t)
{
    static const char *const texts[] = {"mark", "ask", "nothing"};
    if (t->c.server_port == 21)
        return ftp_goes_on(t);
    if (t->c.server_port != 53)
        return tcp_goes_on(t);
    const char *text = texts[roll(t->dice, 3)];
    datagram(&t->c, roll(t->dice, 2), text, strlen(text));
    return roll(t->dice, 4);
}

struct frames crowd_frames(unsigned *dice, uint32_t least)
{
    static const uint16_t ports[] = {21, 53, 53, 2048, 8080, 8081};
    struct frames f = {0};
    struct talk talks[OPEN_MOST];
    unsigned open = 0, made = 0;
    while (f.count < least) {
        while (open < OPEN_MOST) {
            struct talk *t = &talks[open++];
            *t = (struct talk){.dice = dice, .c = conversation_new(&f)};
            t->c.client_ip += roll(dice, 4);
            t->c.client_port = (uint16_t)(20000 + ++made);
            t->c.server_port = ports[roll(dice, 6)];
        }
        unsigned which = roll(dice, open);
        if (!goes_on(&talks[which]))
            talks[which] = talks[--open];
        if (roll(dice, 40) == 0)
            f.clock_ns += roll(dice, 20) * UINT64_C(1000000000);
        if (roll(dice, 400) == 0)
            f.clock_ns += UINT64_C(700000000000); /* all end */
    }
    return f;
}
