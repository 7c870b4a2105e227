/* The capture sources, one file of capture/ each: CAPTURE(ID). */
/* clang-format off */
CAPTURE(pcap)      /* pcap and pcapng files, compressed ones, standard input */
CAPTURE(frames)    /* in memory */
CAPTURE(afxdp)     /* interfaces, through the XDP program's sockets */
CAPTURE(ringbuf)   /* host mode: copies in a BPF ring */
CAPTURE(live_pcap) /* interfaces, through libpcap */
/* clang-format on */
