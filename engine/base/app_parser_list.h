/*
 * The application protocols that are parsed: APP_PARSER(PROTO, name). The parser is `name`_parser, in engine/app.
 * The list lies here so that the rules, which know no parser, can tell which exist.
 */
/* clang-format off */
APP_PARSER(DNS,   dns)
APP_PARSER(QUIC,  quic)
APP_PARSER(MDNS,  mdns)
APP_PARSER(HTTP1, http)
APP_PARSER(HTTP2, http2)
APP_PARSER(DOH2,  doh2)
APP_PARSER(TFTP,  tftp)
APP_PARSER(TLS,   tls)
APP_PARSER(WEBSOCKET, websocket)
APP_PARSER(SSH,   ssh)
APP_PARSER(MQTT,  mqtt)
APP_PARSER(KRB5,  krb5)
APP_PARSER(SNMP,  snmp)
APP_PARSER(DHCP,  dhcp)
APP_PARSER(LDAP,  ldap)
APP_PARSER(DCERPC, dcerpc)
APP_PARSER(SMB,   smb)
APP_PARSER(SMTP,  smtp)
APP_PARSER(FTP,   ftp)
APP_PARSER(FTP_DATA, ftp_data)
APP_PARSER(RFB,   rfb)
APP_PARSER(IKE,   ike)
APP_PARSER(RDP,   rdp)
APP_PARSER(NTP,   ntp)
APP_PARSER(MODBUS, modbus)
APP_PARSER(DNP3, dnp3)
APP_PARSER(SIP,   sip)
APP_PARSER(ENIP, enip)
/* clang-format on */
