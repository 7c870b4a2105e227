/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Numbers of the counters: enum sluice_way, enum sluice_note, from stat_list.h. */
#ifndef SLUICE_XDP_WAYS_H
#define SLUICE_XDP_WAYS_H

#define SLUICE_WAY(name, text) SLUICE_WAY_##name,
#define SLUICE_NOTE(name, text)
enum sluice_way {
#include "stat_list.h"
    SLUICE_WAYS
};
#undef SLUICE_WAY
#undef SLUICE_NOTE
#define SLUICE_WAY(name, text)
#define SLUICE_NOTE(name, text) SLUICE_NOTE_##name,
enum sluice_note { /* stands behind the ways in the map */
                   SLUICE_NOTE_FIRST = SLUICE_WAYS - 1,
#include "stat_list.h"
                   SLUICE_STATS
};
#undef SLUICE_WAY
#undef SLUICE_NOTE

#endif
