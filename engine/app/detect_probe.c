#include "app/detect_probe.h"
#include "app/der.h"
#include "app/dns/dns_message.h"
#include "app/ntp/ntp.h"
#include "app/pgsql/pgsql_message.h"
#include "app/quic/quic_header.h"
#include "base/cursor.h"

/* Too short to tell: a stream may still grow, a datagram is judged by the caller as final. */
static enum detect_answer verdict(bool yes)
{
    return yes ? DETECT_CERTAIN : DETECT_NO;
}

/* A TLS handshake record (RFC 8446, 5.1), or an SSLv2 client hello (RFC 5246, E.2). */
enum detect_answer probe_tls(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n < 3)
        return s.n && s.p[0] != 0x16 && !(s.p[0] & 0x80) ? DETECT_NO : DETECT_UNSURE;
    if (s.p[0] == 0x16 && s.p[1] == 3 && s.p[2] <= 4)
        return DETECT_CERTAIN;
    if (!(s.p[0] & 0x80) || direction != TO_SERVER)
        return DETECT_NO;
    if (s.n < 5)
        return DETECT_UNSURE;
    return verdict(s.p[2] == 1 && ((s.p[3] == 0 && s.p[4] == 2) || (s.p[3] == 3 && s.p[4] <= 3)));
}

/* Connection-oriented DCE/RPC: version 5, a known packet type, a sane data representation (C706, 12.6.3.1).
 */
enum detect_answer probe_dcerpc(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n && s.p[0] != 5)
        return DETECT_NO;
    if (s.n < 10)
        return DETECT_UNSURE;
    size_t length = s.p[4] & 0x10 ? (size_t)s.p[8] | (size_t)s.p[9] << 8 : (size_t)s.p[8] << 8 | s.p[9];
    return verdict(s.p[1] <= 1 && s.p[2] <= 19 && (s.p[4] & 0xee) == 0 && s.p[5] <= 3 && length >= 16);
}

/* Connectionless DCE/RPC (C706, 12.5.1): version 4, 80 bytes of header. */
enum detect_answer probe_dcerpc_udp(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n < 80)
        return DETECT_NO;
    return verdict(s.p[0] == 4 && s.p[1] <= 10 && (s.p[2] & 0x80) == 0 && (s.p[3] & 0xfc) == 0 &&
                   (s.p[4] & 0xee) == 0 && s.p[5] <= 3);
}

static bool dns_says_response(struct slice s)
{
    return s.n > 2 && s.p[2] & DNS_QR >> 8;
}

/* RFC 1002, 4.3.2: the start of a session that will carry SMB. (Its messages are told by patterns.) */
enum detect_answer probe_smb(enum direction direction, struct slice s)
{
    enum { REQUEST = 0x81, POSITIVE = 0x82, NAMES = 68 };
    if (s.n < 4)
        return s.n && s.p[0] != REQUEST && s.p[0] != POSITIVE ? DETECT_NO : DETECT_UNSURE;
    size_t length = (size_t)s.p[1] << 16 | (size_t)s.p[2] << 8 | s.p[3];
    if (s.p[0] == REQUEST)
        return verdict(direction == TO_SERVER && length == NAMES);
    return verdict(direction == TO_CLIENT && s.p[0] == POSITIVE && length == 0);
}

/* A datagram is a DNS message as a whole (RFC 1035, 4.1). A response to the server has gone the other way. */
enum detect_answer probe_dns(enum direction direction, struct slice s)
{
    if (!dns_message_valid(s))
        return DETECT_NO;
    return dns_says_response(s) == (direction == TO_CLIENT) ? DETECT_CERTAIN : DETECT_TURNED;
}

/* As DNS, but for a group of hosts: none is the server of another (RFC 6762, 3). */
enum detect_answer probe_mdns(enum direction direction, struct slice s)
{
    if (!dns_message_valid(s))
        return DETECT_NO;
    return direction == TO_SERVER ? DETECT_CERTAIN : DETECT_TURNED;
}

/* Behind two bytes of length (RFC 1035, 4.2.2): the message, or what has come of it beyond its header. */
enum detect_answer probe_dns_tcp(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n < 2 + DNS_HEADER)
        return DETECT_UNSURE;
    size_t length = (size_t)s.p[0] << 8 | s.p[1];
    struct slice message = slice_first(slice_from(s, 2), length);
    if (message.n < length)
        return verdict(dns_header_plausible(message, length));
    return verdict(dns_message_valid(message));
}

enum detect_answer probe_ntp(enum direction direction, struct slice s)
{
    struct ntp_message message;
    (void)direction;
    return verdict(ntp_message_read(s, &message));
}

/* RFC 2131, 2: on its ports whatever is long enough. */
enum detect_answer probe_dhcp(enum direction direction, struct slice s)
{
    (void)direction;
    return verdict(s.n >= 240);
}

/* RFC 1350, 5; as in Suricata whatever the packet is. */
enum detect_answer probe_tftp(enum direction direction, struct slice s)
{
    (void)direction;
    return verdict(s.n >= 4 && s.p[0] == 0);
}

/* The outer SEQUENCE of BER, with a length that fits; *at is where its content begins. */
static bool ber_sequence(struct slice s, uint8_t tag, size_t *at)
{
    if (s.n < 2 || s.p[0] != tag)
        return false;
    size_t bytes = s.p[1] & 0x80 ? (size_t)(s.p[1] & 0x7f) : 0;
    if (bytes > 4 || s.n < 2 + bytes)
        return false;
    *at = 2 + bytes;
    return true;
}

/* RFC 3416, 3: SEQUENCE, all of it, INTEGER version 0, 1 or 3. */
enum detect_answer probe_snmp(enum direction direction, struct slice s)
{
    struct cursor c = cursor_of(s);
    struct slice content;
    (void)direction;
    if (!der_take(&c, DER_SEQUENCE, &content) || content.n < 3)
        return DETECT_NO;
    return verdict(content.p[0] == DER_INTEGER && content.p[1] == 1 &&
                   (content.p[2] <= 1 || content.p[2] == 3));
}

/* RFC 4120, 5: an APPLICATION tag of a known message, pvno 5 within. */
enum detect_answer probe_krb5(enum direction direction, struct slice s)
{
    (void)direction;
    size_t at;
    if (!s.n || (s.p[0] & 0x60) != 0x60)
        return DETECT_NO;
    unsigned type = s.p[0] & 0x1f;
    bool known = (type >= 10 && type <= 15) || (type >= 20 && type <= 22) || type == 25 || type == 30;
    return verdict(known && ber_sequence(s, s.p[0], &at) && s.n > at && s.p[at] == 0x30);
}

enum detect_answer probe_krb5_tcp(enum direction direction, struct slice s)
{
    if (s.n < 12)
        return DETECT_UNSURE;
    return probe_krb5(direction, slice_from(s, 4));
}

/* The header of RFC 7296, 3.1, whose exchanges are known; in version 1 (RFC 2408, 3.1) any is. */
static bool ike_plausible(struct slice s)
{
    enum { HEAD = 28, IKE_SA_INIT = 34, INFORMATIONAL = 37 };
    if (s.n < HEAD)
        return false;
    unsigned version = s.p[17] >> 4, exchange = s.p[18];
    return version == 1 || (version == 2 && exchange >= IKE_SA_INIT && exchange <= INFORMATIONAL);
}

/* Who knows no SPI of the responder yet is the initiator, whichever side seemed to be. */
enum detect_answer probe_ike(enum direction direction, struct slice s)
{
    static const uint8_t none[8];
    if (!ike_plausible(s))
        return DETECT_NO;
    bool asks = memcmp(s.p + sizeof none, none, sizeof none) == 0;
    return asks && direction == TO_CLIENT ? DETECT_TURNED : DETECT_CERTAIN;
}

/* Behind four zero bytes, which no ESP begins with (RFC 3948, 2.2). */
enum detect_answer probe_ike_marked(enum direction direction, struct slice s)
{
    if (s.n < 4 || memcmp(s.p, "\0\0\0\0", 4) != 0)
        return DETECT_NO;
    return probe_ike(direction, slice_from(s, 4));
}

/*
 * On its ports whatever has the form of a QUIC packet is one: that is every datagram which begins with a bit
 * of 0, unless it claims to be one of Google's with a version.
 */
enum detect_answer probe_quic(enum direction direction, struct slice s)
{
    (void)direction;
    struct quic_header header;
    return verdict(quic_header_parse(s, &header) == 0);
}

/* RFC 4511, 5.1: SEQUENCE, INTEGER message id, an operation with an APPLICATION tag. */
enum detect_answer probe_ldap(enum direction direction, struct slice s)
{
    enum { SHORTEST = 7 };
    (void)direction;
    size_t at;
    if (s.n && s.p[0] != 0x30)
        return DETECT_NO;
    if (s.n < SHORTEST)
        return DETECT_UNSURE;
    if (!ber_sequence(s, 0x30, &at) || s.n < at + 2 || s.p[at] != 2 || s.p[at + 1] < 1 || s.p[at + 1] > 4)
        return DETECT_NO;
    size_t operation = at + 2 + s.p[at + 1];
    if (s.n <= operation)
        return DETECT_UNSURE;
    return verdict(s.p[operation] & 0x40);
}

/* A datagram holds all of the message. */
enum detect_answer probe_ldap_udp(enum direction direction, struct slice s)
{
    struct cursor c = cursor_of(s);
    struct slice content;
    return der_take(&c, DER_SEQUENCE, &content) ? probe_ldap(direction, s) : DETECT_NO;
}

/* ONC RPC (RFC 5531, 9) of program 100003; a reply only has its shape. Either from the wrong side tells
 * nothing. */
enum detect_answer probe_nfs(enum direction direction, struct slice s)
{
    if (s.n < 24)
        return DETECT_NO;
    bool call = memcmp(s.p + 4, "\0\0\0\0\0\0\0\2\0\1\x86\xa3", 12) == 0;
    bool reply = memcmp(s.p + 4, "\0\0\0\1\0\0\0", 7) == 0;
    if (!call && !reply)
        return DETECT_NO;
    return call == (direction == TO_SERVER) ? DETECT_CERTAIN : DETECT_UNSURE;
}

enum detect_answer probe_nfs_tcp(enum direction direction, struct slice s)
{
    if (s.n < 28)
        return DETECT_UNSURE;
    return s.p[0] & 0x80 ? probe_nfs(direction, slice_from(s, 4)) : DETECT_NO;
}

/* TPKT (RFC 1006, 6): its port and its version are enough. */
enum detect_answer probe_rdp(enum direction direction, struct slice s)
{
    (void)direction;
    return verdict(s.n && s.p[0] == 3);
}

/* MQTT 5, 2.1: a packet type that exists, whichever side sends it, as its port says the rest. */
enum detect_answer probe_mqtt(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n < 2)
        return DETECT_UNSURE;
    if (s.p[0] >> 4 == 0 || (s.p[0] & 6) == 6) /* no type 0, no quality of service 3 */
        return DETECT_NO;
    for (size_t i = 1; i <= 4; i++) { /* the length: four bytes at most (1.5.5) */
        if (i >= s.n)
            return DETECT_UNSURE;
        if (!(s.p[i] & 0x80))
            return DETECT_CERTAIN;
    }
    return DETECT_NO;
}

/* RFC 854: IAC and a negotiation, or text, as of a login's prompt; text may have IAC in it. */
enum detect_answer probe_telnet(enum direction direction, struct slice s)
{
    (void)direction;
    if (s.n < 3)
        return DETECT_UNSURE;
    if (s.p[0] == 0xff)
        return verdict(s.p[1] >= 0xf0);
    for (size_t i = 0; i < 3; i++)
        if ((s.p[i] < 0x20 || s.p[i] > 0x7e) && s.p[i] != '\r' && s.p[i] != '\n' && s.p[i] != '\t' &&
            (!i || s.p[i] != 0xff))
            return DETECT_NO;
    return DETECT_CERTAIN;
}

/* The greeting of an SMTP (RFC 5321, 4.2) or FTP (RFC 959, 5.4) server; the port tells which. */
enum detect_answer probe_reply_220(enum direction direction, struct slice s)
{
    if (direction != TO_CLIENT)
        return DETECT_NO;
    if (s.n < 4)
        return DETECT_UNSURE;
    if (memcmp(s.p, "220", 3) != 0 || (s.p[3] != ' ' && s.p[3] != '-'))
        return DETECT_NO;
    return verdict(memchr(s.p, '\n', s.n) != NULL);
}

/* A greeting that names a host, which is enough on the port of SMTP. */
enum detect_answer probe_smtp(enum direction direction, struct slice s)
{
    if (probe_reply_220(direction, s) != DETECT_CERTAIN)
        return DETECT_NO;
    for (size_t i = 4; i < s.n && s.p[i] > ' '; i++)
        if (s.p[i] == '.')
            return DETECT_CERTAIN;
    return DETECT_NO;
}

/* What a TLS server may answer a client that was told: an alert or, resumed, data (RFC 8446, 5.1). */
enum detect_answer probe_tls_answer(enum direction direction, struct slice s)
{
    return verdict(direction == TO_CLIENT && s.n >= 3 && (s.p[0] == 0x15 || s.p[0] == 0x17) && s.p[1] == 3 &&
                   s.p[2] <= 4);
}

/* RFC 1939, 3: a status of the server; a client of this port is taken at its word when it sends a line. */
enum detect_answer probe_pop3(enum direction direction, struct slice s)
{
    if (direction == TO_CLIENT) {
        if (s.n < 4)
            return DETECT_UNSURE;
        return verdict(memcmp(s.p, "+OK", 3) == 0 || memcmp(s.p, "-ERR", 4) == 0);
    }
    for (size_t i = 0; i < s.n && i < 256; i++) {
        if (i == 0 && (s.p[i] == '+' || s.p[i] == '-')) /* a status from the wrong side */
            return DETECT_UNSURE;
        if (s.p[i] == '\n')
            return DETECT_CERTAIN;
        if ((s.p[i] < 0x20 || s.p[i] > 0x7e) && s.p[i] != '\r' && s.p[i] != '\t')
            return DETECT_NO;
    }
    return s.n < 256 ? DETECT_UNSURE : DETECT_NO;
}

/*
 * RFC 9113, 3.4: what the server sends first is a SETTINGS frame of stream 0. The client's preface is a
 * pattern; here its length is only waited for.
 */
enum detect_answer probe_http2(enum direction direction, struct slice s)
{
    if (direction == TO_SERVER)
        return s.n < 25 ? DETECT_UNSURE : DETECT_NO;
    if (s.n < 9)
        return DETECT_UNSURE;
    size_t length = (size_t)s.p[0] << 16 | (size_t)s.p[1] << 8 | s.p[2];
    return verdict(length % 6 == 0 && s.p[3] == 4 && (s.p[4] & 0xfe) == 0 &&
                   memcmp(s.p + 5, "\0\0\0\0", 4) == 0);
}

/*
 * MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: protocol 0, a length that may be, a function
 * that is in use; the answer may be an exception. A message is waited for as a whole.
 */
enum detect_answer probe_modbus(enum direction direction, struct slice s)
{
    enum { HEADER = 6, LEAST = 2, MOST = 254, LAST = 24, ENCAPSULATED = 43, EXCEPTION = 0x80 };
    if (s.n < HEADER + LEAST)
        return DETECT_UNSURE;
    size_t length = (size_t)s.p[4] << 8 | s.p[5];
    unsigned function = direction == TO_CLIENT ? s.p[7] & ~EXCEPTION & 0xffU : s.p[7];
    if (s.p[2] || s.p[3] || length < LEAST || length > MOST ||
        (function != ENCAPSULATED && (!function || function > LAST)))
        return DETECT_NO;
    if (s.p[7] & EXCEPTION && length != LEAST + 1)
        return DETECT_NO;
    return s.n < HEADER + length ? DETECT_UNSURE : DETECT_CERTAIN;
}

/*
 * CIP Networks Library, volume 2, 2-3: a command and a state that there are; what begins a session has the
 * length that it must have. A registration is waited for as a whole, of others the header.
 */
enum detect_answer probe_enip(enum direction direction, struct slice s)
{
    enum { HEADER = 24, REGISTER = 0x65, UNREGISTER = 0x66 };
    (void)direction;
    struct cursor c = cursor_of(s);
    uint16_t command, length;
    uint32_t session, status;
    if (s.n < HEADER)
        return DETECT_UNSURE;
    if (!cursor_le16(&c, &command) || !cursor_le16(&c, &length) || !cursor_le32(&c, &session) ||
        !cursor_le32(&c, &status))
        return DETECT_NO;
    switch (command) {
#define ENIP_COMMAND(code, name) case code:
#include "base/enip_name_list.h"
#undef ENIP_COMMAND
        break;
    default:
        return DETECT_NO;
    }
    switch (status) {
#define ENIP_STATUS(code, name) case code:
#include "base/enip_name_list.h"
#undef ENIP_STATUS
        break;
    default:
        return DETECT_NO;
    }
    return verdict(command == REGISTER ? length == 4 : command != UNREGISTER || length == 0 || length == 4);
}

/* IEEE 1815, 9.2.4: the two bytes that start a frame, and a length that a header has at least. */
enum detect_answer probe_dnp3(enum direction direction, struct slice s)
{
    enum { HEADER = 10, LENGTH_LEAST = 5 };
    (void)direction;
    if (s.n && s.p[0] != 0x05)
        return DETECT_NO;
    if (s.n < HEADER)
        return DETECT_UNSURE;
    return verdict(s.p[1] == 0x64 && s.p[2] >= LENGTH_LEAST);
}

/* On its port what begins like a message, or answers a request for encryption. */
enum detect_answer probe_pgsql(enum direction direction, struct slice s)
{
    enum { ENOUGH = 64 };
    struct pgsql_header h;
    if (direction == TO_CLIENT && s.n == 1 && memchr("NSG", s.p[0], 3))
        return DETECT_CERTAIN;
    if (!pgsql_plausible(s, direction))
        return DETECT_NO;
    if (pgsql_read_header(s, direction, &h) != PGSQL_READ)
        return DETECT_UNSURE;
    return s.n < ENOUGH && s.n - h.header < h.length ? DETECT_UNSURE : DETECT_CERTAIN;
}
