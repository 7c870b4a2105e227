/*
 * Traffic of many connections at a time between few hosts, so that what rules keep of hosts ties them
 * together: datagrams of "mark" and "ask", connections of "needle" and "haystack" that mostly end without a
 * FIN, FTP that announces connections, which come or not. The clock jumps now and then, so that flows end by
 * their deadlines.
 */
#ifndef TESTS_SUPPORT_CROWD_H
#define TESTS_SUPPORT_CROWD_H

#include "support/conversation.h"

/* The same for the same *dice (of rand_r). At least so many frames; freed by frames_fini. */
struct frames crowd_frames(unsigned *dice, uint32_t least);

#endif
