/*
 * How the transactions of each protocol look in EVE: EVE_APP(PROTO, name). `name` is a `const struct eve_app
 * eve_app_NAME` in engine/output/eve_NAME.c.
 */
/* clang-format off */
EVE_APP(DNS,   dns)
EVE_APP(MDNS,  mdns)
EVE_APP(HTTP1, http)
EVE_APP(HTTP2, http2)
EVE_APP(TFTP,  tftp)
EVE_APP(TLS,   tls)
EVE_APP(QUIC,  quic)
EVE_APP(WEBSOCKET, websocket)
EVE_APP(SSH,   ssh)
EVE_APP(MQTT,  mqtt)
EVE_APP(KRB5,  krb5)
EVE_APP(SNMP,  snmp)
EVE_APP(DHCP,  dhcp)
EVE_APP(LDAP,  ldap)
EVE_APP(DCERPC, dcerpc)
EVE_APP(SMB,   smb)
EVE_APP(SMTP,  smtp)
EVE_APP(FTP,   ftp)
EVE_APP(FTP_DATA, ftp_data)
EVE_APP(RFB,   rfb)
EVE_APP(IKE,   ike)
EVE_APP(RDP,   rdp)
EVE_APP(NTP,   ntp)
EVE_APP(MODBUS, modbus)
EVE_APP(DNP3, dnp3)
EVE_APP(SIP,   sip)
EVE_APP(ENIP, enip)
EVE_APP(NFS,   nfs)
/* clang-format on */
