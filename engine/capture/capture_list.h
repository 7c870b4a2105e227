/* The capture sources, one file of capture/ each: CAPTURE(ID). */
/* clang-format off */
CAPTURE(pcap)   /* pcap and pcapng files, compressed ones, standard input */
/* clang-format on */
