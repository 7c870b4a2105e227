/* The capture sources, one file of capture/ each: CAPTURE(ID). */
/* clang-format off */
CAPTURE(pcap)    /* pcap and pcapng files, compressed ones, standard input */
CAPTURE(afxdp)   /* an interface, through the XDP program's sockets */
CAPTURE(ringbuf) /* host mode: copies in a BPF ring */
/* clang-format on */
