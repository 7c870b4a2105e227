/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What the programs count. SLUICE_WAY(NAME, "text"): ways out; each frame takes exactly one, so they sum
 * to what the interface received. SLUICE_NOTE(NAME, "text"): things seen on the way; any number a frame.
 */
/* clang-format off */
SLUICE_WAY(STEERED,       "selected, given to the engine")
SLUICE_WAY(UNSELECTED,    "not selected")
SLUICE_WAY(BYPASSED,      "of a bypassed flow")
SLUICE_WAY(FLOW_BLOCKED,  "dropped, flow blocked")
SLUICE_WAY(HOST_BLOCKED,  "dropped, host blocked")
SLUICE_WAY(FAILED_OPEN,   "selected, no engine: let through")
SLUICE_WAY(FAILED_CLOSED, "selected, no engine: dropped")
SLUICE_WAY(RING_FULL,     "selected, the engine's ring full: let through")
SLUICE_WAY(ODD_PASSED,    "odd, treated as not selected")
SLUICE_WAY(ODD_DROPPED,   "odd, dropped")
SLUICE_WAY(NO_PEER,       "dropped, no peer port to forward to")
SLUICE_WAY(WOULD_STEER,   "would be steered (dry run)")
SLUICE_WAY(WOULD_DROP,    "would be dropped (dry run)")
SLUICE_WAY(NOT_SET_UP,    "passed, the program has no settings")

SLUICE_NOTE(NOT_IP,         "neither IPv4 nor IPv6")
SLUICE_NOTE(VLAN,           "VLAN tags")
SLUICE_NOTE(FRAGMENT_FIRST, "first fragments")
SLUICE_NOTE(FRAGMENT_LATER, "other fragments")
SLUICE_NOTE(TUNNEL,         "tunnels unwrapped")
SLUICE_NOTE(TRUNCATED,      "odd: a header is cut short")
SLUICE_NOTE(VLAN_DEEP,      "odd: more than two VLAN tags")
SLUICE_NOTE(BAD_IPV4,       "odd: wrong version or header length, IPv4")
SLUICE_NOTE(BAD_IPV6,       "odd: wrong version, IPv6")
SLUICE_NOTE(EXTENSIONS,     "odd: too many IPv6 extension headers")
SLUICE_NOTE(BAD_TUNNEL,     "odd: tunnel header that cannot be followed")
SLUICE_NOTE(BAD_TCP,        "odd: TCP header length")
SLUICE_NOTE(NO_META,        "no room for metadata")
SLUICE_NOTE(BLOCK_EXPIRED,  "of an expired block")
SLUICE_NOTE(BYPASS_ENDED,   "SYN of a bypassed flow: inspected again")
SLUICE_NOTE(SNAPPED,        "copied in part: too long")
SLUICE_NOTE(SEGMENTED,      "to be cut into segments by the device")
SLUICE_NOTE(ENGINE_SILENT,  "heartbeat too old")
SLUICE_NOTE(NO_SOCKET,      "no socket on the queue")
/* clang-format on */
