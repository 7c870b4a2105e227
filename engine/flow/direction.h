/* The two directions of a flow, also used as index. Constants only. */
#ifndef SLUICE_FLOW_DIRECTION_H
#define SLUICE_FLOW_DIRECTION_H

enum direction { TO_SERVER, TO_CLIENT, DIRECTIONS };

#endif
