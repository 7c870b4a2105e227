/* IPv4 options that `ipopts` names, as bits of ip_fields.options (RFC 791, 1108, 2113, 4782). */
#ifndef SLUICE_PACKET_IP_OPTION_H
#define SLUICE_PACKET_IP_OPTION_H

enum ip_option {
    IP_OPTION_RR = 1 << 0,
    IP_OPTION_LSRR = 1 << 1,
    IP_OPTION_SSRR = 1 << 2,
    IP_OPTION_EOL = 1 << 3,
    IP_OPTION_NOP = 1 << 4,
    IP_OPTION_TS = 1 << 5,
    IP_OPTION_SEC = 1 << 6,
    IP_OPTION_ESEC = 1 << 7,
    IP_OPTION_SATID = 1 << 8,
    IP_OPTION_CIPSO = 1 << 9,
    IP_OPTION_RTRALT = 1 << 10,
    IP_OPTION_QS = 1 << 11,
    IP_OPTION_OTHER = 1 << 12,
};

#endif
