/*
 * Protocols told by a look at their structure: PROBE(PROTO, OVER, PORT, function). PORT (of either side) 0:
 * on any port. The functions are in detect_probe.c.
 */
/* clang-format off */
PROBE(TLS,    T, 0,    probe_tls)
PROBE(DCERPC, T, 0,    probe_dcerpc)
PROBE(DCERPC, U, 0,    probe_dcerpc_udp)
PROBE(DNS,    T, 53,   probe_dns_tcp)
PROBE(DNS,    U, 53,   probe_dns)
PROBE(MDNS,   U, 5353, probe_mdns)
PROBE(NTP,    U, 123,  probe_ntp)
PROBE(DHCP,   U, 67,   probe_dhcp)
PROBE(DHCP,   U, 68,   probe_dhcp)
PROBE(TFTP,   U, 69,   probe_tftp)
PROBE(SNMP,   U, 161,  probe_snmp)
PROBE(SNMP,   U, 162,  probe_snmp)
PROBE(KRB5,   U, 88,   probe_krb5)
PROBE(KRB5,   T, 88,   probe_krb5_tcp)
PROBE(IKE,    U, 500,  probe_ike)
PROBE(IKE,    U, 4500, probe_ike)
PROBE(QUIC,   U, 443,  probe_quic)
PROBE(QUIC,   U, 80,   probe_quic)
PROBE(LDAP,   T, 389,  probe_ldap)
PROBE(LDAP,   T, 3268, probe_ldap)
PROBE(LDAP,   U, 389,  probe_ldap_udp)
PROBE(NFS,    T, 2049, probe_nfs_tcp)
PROBE(NFS,    U, 2049, probe_nfs)
PROBE(RDP,    T, 3389, probe_rdp)
PROBE(MQTT,   T, 1883, probe_mqtt)
PROBE(TELNET, T, 23,   probe_telnet)
PROBE(POP3,   T, 110,  probe_pop3)
PROBE(HTTP2,  T, 80,   probe_http2)
PROBE(SMTP,   T, 25,   probe_smtp)
PROBE(SMTP,   T, NO_PORT, probe_reply_220) /* only confirms what the client has told */
PROBE(TLS,    T, NO_PORT, probe_tls_answer)
PROBE(FTP,    T, 21,   probe_reply_220)
/* clang-format on */
