/* Why a packet must not be sent on, inline. Names of records and statistics are Suricata's where it has them.
 */
#ifndef SLUICE_PACKET_DROP_REASON_H
#define SLUICE_PACKET_DROP_REASON_H

enum drop_reason {
    DROP_NOT,
#define DROP_REASON(id, stat, name) DROP_##id,
#include "packet/drop_reason_list.h"
#undef DROP_REASON
    DROP_REASONS
};

#endif
