/* The keyword families, one file of rule/keyword/ each: KEYWORDS(FAMILY). */
/* clang-format off */
KEYWORDS(content)      /* content and its modifiers, uricontent's refusal, rawbytes, replace, pkt_data */
KEYWORDS(pcre)
KEYWORDS(byte)         /* byte_test, byte_jump, byte_extract, byte_math */
KEYWORDS(size)         /* isdataat, bsize, dsize, absent, entropy */
KEYWORDS(base64)
KEYWORDS(rpc)
KEYWORDS(asn1)
KEYWORDS(transform)
KEYWORDS(meta)         /* sid, gid, rev, msg, classtype, priority, reference, metadata, target, noalert, alert, ... */
KEYWORDS(flow)         /* flow, flow.age, flow.pkts, flow.bytes, stream_size */
KEYWORDS(state)        /* flowbits, flowint, flowvar, pktvar, xbits, hostbits */
KEYWORDS(threshold)    /* threshold, detection_filter, tag */
KEYWORDS(tcp)          /* flags, seq, ack, window, tcp.mss, tcp.wscale, tcp.hdr */
KEYWORDS(ip)           /* ttl, tos, id, ipopts, fragbits, fragoffset, ip_proto, sameip, ipv4.hdr, ipv6.hdr, udp.hdr, ... */
KEYWORDS(icmp)         /* itype, icode, icmp_id, icmp_seq, icmpv4.hdr, icmpv6.hdr, icmpv6.mtu, igmp.* */
KEYWORDS(link)         /* arp.*, ether.*, vlan.* */
KEYWORDS(event)        /* decode-event, stream-event, app-layer-protocol */
KEYWORDS(reputation)   /* iprep, geoip */
KEYWORDS(dataset)      /* dataset, datarep */
KEYWORDS(sticky)       /* sticky buffers and numbers of the application layer, by base/buffer_list.h */
KEYWORDS(http)         /* http_uri and the other old modifiers, uricontent, urilen */
KEYWORDS(dns)          /* dns.opcode, dns.rcode, dns.rrtype */
KEYWORDS(tls)          /* ssl_version, ssl_state, tls.version, tls_cert_*, tls.subject:"..." and its like */
KEYWORDS(file)         /* filename, fileext, filemagic, filesize, filemd5, filesha1, filesha256, filestore */
KEYWORDS(app)          /* app-layer-event */
KEYWORDS(http2)        /* http2.frametype, http2.errorcode, http2.settings */
KEYWORDS(websocket)    /* websocket.opcode, websocket.flags */
KEYWORDS(mqtt)         /* mqtt.type, mqtt.qos, mqtt.flags, mqtt.connect.flags, mqtt.connack.session_present */
KEYWORDS(krb5)         /* krb5_msg_type, krb5_err_code, krb5.ticket_encryption */
KEYWORDS(snmp)         /* snmp.trap_type */
KEYWORDS(ntp)          /* ntp.mode */
KEYWORDS(ldap)         /* ldap.request.operation, ldap.responses.operation, ldap.responses.result_code */
KEYWORDS(dcerpc)       /* dcerpc.iface, dcerpc.opnum */
KEYWORDS(smb)          /* smb.version */
KEYWORDS(ftp)          /* ftp.mode, ftp.reply_received, ftpbounce, ftpdata_command */
KEYWORDS(rfb)          /* rfb.secresult */
KEYWORDS(ike)          /* ike.chosen_sa_attribute */
KEYWORDS(dnp3)         /* dnp3_func, dnp3_ind, dnp3_obj */
KEYWORDS(enip)         /* enip_command, enip.status, cip_service */
KEYWORDS(modbus)       /* modbus */
KEYWORDS(nfs)          /* nfs.version, nfs_procedure */
KEYWORDS(frame)
/* clang-format on */
