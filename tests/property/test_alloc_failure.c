/*
 * Whatever allocation fails, the engine survives it: no crash, no leak (the sanitizers watch), and an honest
 * answer. The linker puts __wrap_malloc and its kind between the engine and the allocator (see the Makefile);
 * libraries keep the real ones.
 */
#include "support/check.h"
#include <stdlib.h>

#include "app/quic/quic_header.h"
#include "match/profile.h"
#include "report/page.h"
#include "rulework/explain/explain_match.h"
#include "rulework/profile/profile_ends.h"
#include "rulework/case/rule_case.h"
#include "support/conversation.h"
#include "support/engine.h"
#include "support/quic_packet.h"
#include "support/refused_alloc.h"
#include "support/rpc_bytes.h"
#include "support/smb_bytes.h"
#include "support/tls_bytes.h"

char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static uint64_t calls;
static uint64_t fail_from = UINT64_MAX, fail_until;

static bool refused(void)
{
    calls++;
    return calls >= fail_from && calls < fail_until;
}

char *__wrap_strdup(const char *s)
{
    return refused() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
    return refused() ? NULL : __real_strndup(s, n);
}

static const char rules[] =
    "alert tcp any any -> any any (msg:\"a\"; content:\"hello\"; content:\"world\"; distance:0; "
    "pcre:\"/w[a-z]+d/\"; "
    "flowbits:set,seen; metadata:a b, c d; reference:url,example.com; classtype:bad-unknown; sid:1;)\n"
    "alert tcp any any -> any any (content:\"again\"; flowbits:isset,seen; byte_test:1,>,1,0,relative; "
    "sid:2;)\n"
    "alert udp $HOME_NET any -> [10.0.0.0/8,!10.1.0.0/16] [1:100,!50] (content:\"x\"; threshold:type limit, "
    "track "
    "by_src, count 1, seconds 60; sid:3;)\n"
    "alert ip [10.0.0.1,192.168.0.0/16] any -> any any (xbits:set,x,track ip_src,expire 60; sid:4;)\n"
    "alert tcp any any -> any any (base64_decode:bytes 8,relative; base64_data; content:\"no\"; sid:5;)\n"
    "alert tcp any any -> any any (flags:S; detection_filter:track by_src, count 1, seconds 60; sid:6;)\n"
    "alert pkthdr any any -> any any (decode-event:ipv4.trunc_pkt; sid:7;)\n";

static void conversation_of_all(struct frames *f)
{
    struct conversation c = conversation_new(f);
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, "say hello world", 15);
    server_sends(&c, TCP_ACK, NULL, 0);
    c.client_sequence += 5;
    client_sends(&c, TCP_PSH | TCP_ACK, "again5", 6);
    c.client_sequence -= 11;
    client_sends(&c, TCP_PSH | TCP_ACK, "12345", 5);
    c.client_sequence += 6;
    server_sends(&c, TCP_PSH | TCP_ACK, "aGVsbG8=", 8);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    datagram(&c, true, "x", 1);
    datagram(&c, false, "x", 1);
}

static void says(struct conversation *c, bool client, const char *bytes, size_t n)
{
    if (client) {
        client_sends(c, TCP_PSH | TCP_ACK, bytes, n);
        server_sends(c, TCP_ACK, NULL, 0);
    } else {
        server_sends(c, TCP_PSH | TCP_ACK, bytes, n);
        client_sends(c, TCP_ACK, NULL, 0);
    }
}

#define CLIENT(text) says(&c, true, text, sizeof(text) - 1)
#define SERVER(text) says(&c, false, text, sizeof(text) - 1)

static struct conversation opened(struct frames *f, uint16_t port)
{
    struct conversation c = conversation_new(f);
    c.server_port = port;
    handshake(&c);
    return c;
}

static void conversation_of_http(struct frames *f)
{
    struct conversation c = opened(f, 80);
    CLIENT("POST /form?a=b HTTP/1.1\r\nHost: www.example.com\r\nContent-Type: multipart/form-data; "
           "boundary=x\r\n"
           "Content-Length: 92\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; "
           "filename=\"a.txt\"\r\n\r\n");
    CLIENT("a file of text\r\n--x--\r\n");
    SERVER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
           "19\r\n\x1f\x8b\x08\0\0\0\0\0\2\xff\xcb\x48\xcd\xc9\xc9\7\0\x86\xa6\x10\x36\5\0\0\0\r\n0\r\n\r\n");
    CLIENT("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    SERVER("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static void conversation_of_tls(struct frames *f)
{
    struct conversation c = opened(f, 443);
    CLIENT("\x16\3\1\0\4\1\0\0\x4c");
    CLIENT("\x16\3\1\0\x4c\3\3" TLS_RANDOM_BYTES "\0"
           "\0\2\xc0\x2f"
           "\1\0"
           "\0\x21" SNI ALPN);
    SERVER(SERVER_HELLO CHAIN DONE);
    CLIENT(ONE_CERTIFICATE KEY_EXCHANGE CHANGE FINISHED);
    SERVER(CHANGE FINISHED DATA);
}

static void conversation_of_http2(struct frames *f)
{
    struct conversation c = opened(f, 80);
    CLIENT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
           "\0\0\0\4\0\0\0\0\0");
    SERVER("\0\0\0\4\0\0\0\0\0"
           "\0\0\0\4\1\0\0\0\0");
    CLIENT("\0\0\x1a\1\4\0\0\0\1\x83\x86\4\5/page\x41\x0fwww.example.com"
           "\0\0\x09\0\1\0\0\0\1user=me&x");
    SERVER("\0\0\x0d\1\4\0\0\0\1\x88\x0f\x10\x09text/html"
           "\0\0\5\0\1\0\0\0\1hello");
    CLIENT("\0\0\0\4\1\0\0\0\0");
}

static void conversation_of_websocket(struct frames *f)
{
    struct conversation c = opened(f, 80);
    CLIENT("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    SERVER("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    CLIENT("\1\x83\0\0\0\0hel"
           "\x80\x82\0\0\0\0lo");
    SERVER("\xc1\7\xca\x48\xcd\xc9\xc9\7\0");
    CLIENT("\x88\x80\0\0\0\0");
    SERVER("\x88\0");
}

static void conversation_of_dcerpc(struct frames *f)
{
    struct conversation c = opened(f, 135);
    CLIENT(BIND_TWO);
    SERVER(BIND_ACK);
    CLIENT(ASK_BEGIN ASK_MIDDLE ASK_END);
    SERVER(ANSWER);
    CLIENT(ALTER);
    SERVER(ALTERED);
    CLIENT(ASK_OTHER);
    SERVER(ANSWER_OTHER);
}

static void conversation_of_smb(struct frames *f)
{
    struct conversation c = opened(f, 445);
    CLIENT(NEGOTIATE LOGON CONNECT CREATE);
    SERVER(NEGOTIATED LOGGED_ON CONNECTED CREATED);
    CLIENT(WRITE_1 WRITE_3 WRITE_2 CLOSE);
    SERVER(WROTE CLOSED);
    CLIENT(OPEN_PIPE);
    SERVER(CREATED);
    CLIENT(PIPE_BIND PIPE_READ);
    SERVER(WROTE PIPE_ACK);
    CLIENT(PIPE_ASK);
    SERVER(PIPE_ANSWER);
    CLIENT(CLOSE);
    SERVER(CLOSED);
}

static void conversation_of_smtp(struct frames *f)
{
    struct conversation c = opened(f, 25);
    SERVER("220 mx.example.com ESMTP\r\n");
    CLIENT("EHLO me.example\r\n");
    SERVER("250-mx\r\n250 PIPELINING\r\n");
    CLIENT("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n");
    SERVER("250 ok\r\n250 ok\r\n354 go\r\n");
    CLIENT("From: a\r\nTo: b,\r\n c\r\nSubject: s\r\nReceived: r\r\n"
           "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nhttp://u.example/x y\r\n"
           "--B\r\nContent-Type: a/b; name*0=f; name*1=\".txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
           "aGVsbG8gd29ybGQ=\r\n--B--\r\n.\r\n");
    SERVER("250 queued\r\n");
    CLIENT("QUIT\r\n");
    SERVER("221 bye\r\n");
}

static void conversation_of_ftp(struct frames *f)
{
    struct conversation c = opened(f, 21);
    SERVER("220 ready\r\n");
    CLIENT("USER bob\r\n");
    SERVER("230-one\r\n230 two\r\n");
    CLIENT("PASV\r\n");
    SERVER("227 x (10,0,0,2,195,80)\r\n");
    CLIENT("RETR f.bin\r\n");
    SERVER("150 comes\r\n");
    c = opened(f, 50000);
    SERVER("the payload");
    SERVER("of two segments");
    CLIENT("");
}

static void conversation_of_dns(struct frames *f)
{
    static const char query[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";
    static const char answer[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\3www\7example\3com\0\0\1\0\1"
                                 "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";
    struct conversation c = conversation_new(f);
    c.server_port = 53;
    datagram(&c, true, query, sizeof query - 1);
    datagram(&c, false, answer, sizeof answer - 1);
    c = opened(f, 53);
    CLIENT("\0\x21"
           "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1");
    CLIENT("\0");
}

static void conversation_of_tftp(struct frames *f)
{
    struct conversation c = conversation_new(f);
    c.server_port = 69;
    datagram(&c, true, "\0\1boot.img\0octet", 17);
    datagram(&c, true, "\0\2conf.txt\0netascii", 20);
}

#define SSH_LISTS                                                                                        \
    "\0\0\0\x51\4\x14"                                                                                   \
    "0123456789abcdef"                                                                                   \
    "\0\0\0\1k\0\0\0\1h\0\0\0\2cc\0\0\0\2cs\0\0\0\2mc\0\0\0\2ms\0\0\0\4none\0\0\0\4zlib\0\0\0\0\0\0\0\0" \
    "\0\0\0\0\0"
#define SSH_NEW_KEYS "\0\0\0\x0c\x0a\x15\0\0\0\0\0\0\0\0\0\0"

static void conversation_of_ssh(struct frames *f)
{
    struct conversation c = opened(f, 22);
    CLIENT("SSH-2.0-OpenSSH_9.2 Debian\r\n");
    SERVER("SSH-2.0-OpenSSH_7.4\r\n" SSH_LISTS);
    CLIENT(SSH_LISTS SSH_NEW_KEYS);
    SERVER(SSH_NEW_KEYS);
}

static void conversation_of_mqtt(struct frames *f)
{
    struct conversation c = opened(f, 1883);
    CLIENT("\x10\x13\0\4MQTT\5\2\0\x3c\3\x21\0\x14\0\3"
           "abc");
    SERVER("\x20\6\0\0\3\x22\0\x0a");
    CLIENT("\x82\x08\0\3\0\0\2t1\0"
           "\x30\7\0\2tx\0hi");
    SERVER("\x90\4\0\3\0\x11\xe0\2\x8b\0");
    CLIENT("\x30\2\0\5");
}

static void conversation_of_nfs(struct frames *f)
{
    struct conversation c = opened(f, 2049);
    CLIENT("\200\000\000T\000\000\000\003\000\000\000\000\000\000\000\002\000\001\206\243\000\000\000\003"
           "\000\000\000\003\000\000\000\001\000\000\000\030\000\000\000\001\000\000\000\002me\000\000\000"
           "\000\000\007\000\000\000\010\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\004\001"
           "\002\003\004\000\000\000\010name.txt");
    SERVER(
        "\200\000\000,\000\000\000\003\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000\000\000\000\000");
    CLIENT("\200\000\000<\000\000\000\004\000\000\000\000\000\000\000\002\000\001\206\243\000\000\000\003"
           "\000\000\000\006\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\004"
           "\005\006\007\010\000\000\000\000\000\000\000\000\000\000\000\005\200\000\000<\000\000\000\005"
           "\000\000\000\000\000\000\000\002\000\001\206\243\000\000\000\003\000\000\000\006\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000"
           "\000\000\000\005\000\000\000\006\200\000\000L\000\000\000\006\000\000\000\000\000\000\000\002"
           "\000\001\206\243\000\000\000\003\000\000\000\007\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000\000\000\000\000\000\000\000\005"
           "\000\000\000\000\000\000\000\005write\000\000\000\200\000\000H\000\000\000\007\000\000\000\000"
           "\000\000\000\002\000\001\206\243\000\000\000\003\000\000\000\007\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000\000\000\000\005"
           "\000\000\000\004\000\000\000\000\000\000\000\004back\200\000\000<\000\000\000\010\000\000\000"
           "\000\000\000\000\002\000\001\206\243\000\000\000\003\000\000\000\025\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000\000\000\000"
           "\000\000\000\000\000");
    SERVER("\200\000\0004\000\000\000\005\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\006\000\000\000\001\000\000\000\006"
           " again\000\000\200\000\0004\000\000\000\004\000\000\000\001\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\005\000\000\000\000\000"
           "\000\000\005hello\000\000\000\200\000\0004\000\000\000\006\000\000\000\001\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\005\000\000\000\000\000\000\000\000\000\000\000\001\200\000\0004\000\000\000\007\000"
           "\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\004\000\000\000\000\000\000\000\000\000\000\000\001\200"
           "\000\000,\000\000\000\010\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001");
}

static void conversation_of_sip(struct frames *f)
{
    struct conversation c = opened(f, 5060);
    CLIENT("INVITE sip:b@x SIP/2.0\r\nVia: v1\r\nContent-Length: 44\r\n\r\n"
           "v=0\r\no=u\r\ns=n\r\nt=0 0\r\na=x:y\r\nm=audio\r\ni=i1\r\n\r\n");
    SERVER("SIP/2.0 200 OK\r\nVia: v1\r\n\r\n");
    CLIENT("BYE sip:b@x SIP/2.0\r\nVia: v2\r\n\r\n");
    SERVER("SIP/2.0 200 OK\r\n\r\n");
}

static const char krb5_request[] =
    "\152\201\203\060\201\200\241\003\002\001\005\242\003\002\001\012\244\164\060\162\240\007\003\005"
    "\000\100\201\000\020\241\023\060\021\240\003\002\001\001\241\012\060\010\033\003\144\145\163\033"
    "\001\170\242\015\033\013\105\130\101\115\120\114\105\056\103\117\115\243\040\060\036\240\003\002"
    "\001\002\241\027\060\025\033\006\153\162\142\164\147\164\033\013\105\130\101\115\120\114\105\056"
    "\103\117\115\245\021\030\017\062\060\063\067\060\071\061\063\060\062\064\070\060\065\132\247\004"
    "\002\002\060\071\250\010\060\006\002\001\022\002\001\027";
static const char krb5_answer[] =
    "\153\173\060\171\240\003\002\001\005\241\003\002\001\013\243\003\033\001\122\244\020\060\016\240"
    "\003\002\001\001\241\007\060\005\033\003\144\145\163\245\076\141\074\060\072\240\003\002\001\005"
    "\241\003\033\001\122\242\026\060\024\240\003\002\001\002\241\015\060\013\033\006\153\162\142\164"
    "\147\164\033\001\122\243\026\060\024\240\003\002\001\022\241\003\002\001\002\242\010\004\006\143"
    "\151\160\150\145\162\246\026\060\024\240\003\002\001\027\241\003\002\001\002\242\010\004\006\143"
    "\151\160\150\145\162";
static const char snmp_trap[] =
    "\060\064\002\001\000\004\006\160\165\142\154\151\143\244\047\006\006\053\006\001\004\001\143\100"
    "\004\012\000\000\001\002\001\002\002\001\005\103\001\001\060\016\060\014\006\010\053\006\001\002"
    "\001\001\001\000\005\000";
static const char snmp_user[] =
    "\060\131\002\001\003\060\016\002\001\115\002\003\000\377\343\004\001\004\002\001\003\004\040\060"
    "\036\004\003\145\156\147\002\001\001\002\001\002\004\005\141\144\155\151\156\004\004\141\165\164"
    "\150\004\004\160\162\151\166\060\042\004\003\143\164\170\004\000\240\031\002\001\005\002\001\000"
    "\002\001\000\060\016\060\014\006\010\053\006\001\002\001\001\001\000\005\000";

static const char ike_request[] =
    "\344\172\131\037\320\127\130\177\000\000\000\000\000\000\000\000\001\020\004\000\000\000\000\000"
    "\000\000\000\160\004\000\000\074\000\000\000\001\000\000\000\001\000\000\000\060\001\001\000\001"
    "\000\000\000\050\001\001\000\000\200\001\000\007\200\016\000\200\200\002\000\002\200\004\000\002"
    "\200\003\000\001\200\013\000\001\000\014\000\004\000\001\121\200\012\000\000\006\113\113\015\000"
    "\000\006\116\116\000\000\000\014\166\145\156\144\157\162\061\062";
static const char ike_answer[] =
    "\344\172\131\037\320\127\130\177\240\013\216\360\220\053\270\354\001\020\004\000\000\000\000\000"
    "\000\000\000\143\004\000\000\074\000\000\000\001\000\000\000\001\000\000\000\060\001\001\000\001"
    "\000\000\000\050\001\001\000\000\200\001\000\007\200\016\000\200\200\002\000\002\200\004\000\002"
    "\200\003\000\001\200\013\000\001\000\014\000\004\000\001\121\200\015\000\000\006\113\113\000\000"
    "\000\005\166";
static const char ike2_answer[] =
    "\344\172\131\037\320\127\130\177\240\013\216\360\220\053\270\354\041\040\042\040\000\000\000\000"
    "\000\000\000\070\000\000\000\034\000\000\000\030\001\001\000\002\003\000\000\010\001\000\000\003"
    "\000\000\000\010\004\000\000\016";

static void conversation_of_krb5(struct frames *f)
{
    struct conversation c = conversation_new(f);
    c.server_port = 88;
    datagram(&c, true, krb5_request, sizeof krb5_request - 1);
    datagram(&c, false, krb5_answer, sizeof krb5_answer - 1);
}

static void conversation_of_snmp(struct frames *f)
{
    struct conversation c = conversation_new(f);
    c.server_port = 161;
    datagram(&c, true, snmp_trap, sizeof snmp_trap - 1);
    datagram(&c, true, snmp_user, sizeof snmp_user - 1);
}

static void conversation_of_ike(struct frames *f)
{
    struct conversation c = conversation_new(f);
    c.server_port = 500;
    datagram(&c, true, ike_request, sizeof ike_request - 1);
    datagram(&c, false, ike_answer, sizeof ike_answer - 1);
    datagram(&c, false, ike2_answer, sizeof ike2_answer - 1);
}

static const char rdp_connect[] =
    "\003\000\000\044\037\340\000\000\000\000\000\103\157\157\153\151\145\072\040\155\163\164\163\150"
    "\141\163\150\075\101\067\060\060\066\067\015\012\003\000\001\036\002\360\200\177\145\202\001\022"
    "\004\001\001\004\001\001\001\001\377\060\031\002\001\042\002\001\002\002\001\000\002\001\001\002"
    "\001\000\002\001\001\002\002\377\377\002\001\002\060\031\002\001\001\002\001\001\002\001\001\002"
    "\001\001\002\001\000\002\001\001\002\002\004\040\002\001\002\060\034\002\002\377\377\002\002\374"
    "\027\002\002\377\377\002\001\001\002\001\000\002\001\001\002\002\377\377\002\001\002\004\202\000"
    "\261\000\005\000\024\174\000\001\200\250\000\010\000\020\000\001\300\000\104\165\143\141\200\232"
    "\001\300\206\000\004\000\010\000\200\004\140\003\001\312\003\252\011\004\000\000\050\012\000\000"
    "\141\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\004\000\000\000\000\000\000\000\014\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\001\312\003\300\024\000\001\000\000\000\157\156"
    "\145\000\000\000\000\000\000\000\200\300";
static const char rdp_answer[] =
    "\003\000\000\013\006\320\000\000\000\000\000\026\003\003\000\061\002\000\000\055\003\003\040\041"
    "\042\043\044\045\046\047\050\051\052\053\054\055\056\057\060\061\062\063\064\065\066\067\070\071"
    "\072\073\074\075\076\077\000\300\057\000\000\005\377\001\000\001\000\026\003\003\001\312\013\000"
    "\001\306\000\001\303\000\001\300\060\202\001\274\060\202\001\045\240\003\002\001\002\002\002\112"
    "\061\060\015\006\011\052\206\110\206\367\015\001\001\013\005\000\060\055\061\026\060\024\006\003"
    "\125\004\012\014\015\105\170\141\155\160\154\145\040\124\162\165\163\164\061\023\060\021\006\003"
    "\125\004\003\014\012\105\170\141\155\160\154\145\040\103\101\060\036\027\015\062\065\060\061\060"
    "\061\060\060\060\060\060\060\132\027\015\062\067\061\062\063\061\062\063\065\071\065\071\132\060"
    "\032\061\030\060\026\006\003\125\004\003\014\017\167\167\167\056\145\170\141\155\160\154\145\056"
    "\143\157\155\060\201\237\060\015\006\011\052\206\110\206\367\015\001\001\001\005\000\003\201\215"
    "\000\060\201\211\002\201\201\000\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
    "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
    "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
    "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
    "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
    "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\002\003\001\000\001\060\015\006"
    "\011\052\206\110\206\367\015\001\001\013\005\000\003\201\201\000\125\125\125\125\125\125\125\125"
    "\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125"
    "\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125"
    "\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125"
    "\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125"
    "\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125\125"
    "\026\003\003\000\004\016\000\000\000";

static void conversation_of_rdp(struct frames *f)
{
    struct conversation c = opened(f, 3389);
    says(&c, true, rdp_connect, sizeof rdp_connect - 1);
    says(&c, false, rdp_answer, sizeof rdp_answer - 1);
}

static void conversation_of_ntp(struct frames *f)
{
    struct conversation c = conversation_new(f);
    static const char question[48] = {0x23};
    c.server_port = 123;
    datagram(&c, true, question, sizeof question);
}

static void conversation_of_dht(struct frames *f)
{
    static const char ping[] = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";
    static const char pong[] = "d1:rd2:id20:mnopqrstuvwxyz123456e1:y1:re";
    struct conversation c = conversation_new(f);
    c.server_port = 6881;
    datagram(&c, true, ping, sizeof ping - 1);
    datagram(&c, false, pong, sizeof pong - 1);
}

static void conversation_of_dhcp(struct frames *f)
{
    struct conversation c = conversation_new(f);
    char message[252] = {2, 1, 6};
    c.server_port = 67;
    memcpy(message + 236, "\x63\x82\x53\x63\x35\1\5\x33\4\0\0\x0e\x10\xff", 14);
    datagram(&c, true, message, sizeof message);
}

static void conversation_of_ldap(struct frames *f)
{
    struct conversation c = opened(f, 389);
    CLIENT("\060\060\002\001\001\143\053\004\004\144\143\075\170\012\001\002\012\001\000\002\002\003\350\002"
           "\001\036\001\001\000\207\013\157\142\152\145\143\164\103\154\141\163\163\060\006\004\001\052\004"
           "\001\053");
    SERVER("\060\066\002\001\001\144\061\004\004\144\143\075\170\060\051\060\034\004\013\157\142\152\145\143"
           "\164\103\154\141\163\163\061\015\004\003\164\157\160\004\006\144\157\155\141\151\156\060\011\004"
           "\002\144\143\061\003\004\001\170\060\025\002\001\001\145\020\012\001\004\004\004\144\143\075\172"
           "\004\005\154\151\155\151\164");
    CLIENT("\x30\5\2\1\2\x42\0");
}

static void conversation_of_rfb(struct frames *f)
{
    struct conversation c = opened(f, 5900);
    SERVER("RFB 003.008\n");
    CLIENT("RFB 003.008\n");
    SERVER("\2\1\2");
    CLIENT("\2");
    SERVER("0123456789abcdef");
    CLIENT("fedcba9876543210");
    SERVER("\0\0\0\0");
    CLIENT("\1");
    SERVER("\3\x20\2\x58\x20\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0\0\0\0\4"
           "desk");
    CLIENT("\3");
}

static void conversation_of_pgsql(struct frames *f)
{
    struct conversation c = opened(f, 5432);
    CLIENT("\0\0\0\x12\0\3\0\0user\0bob\0\0");
    SERVER("R\0\0\0\x8\0\0\0\0S\0\0\0\x8"
           "a\0b\0Z\0\0\0\5I");
    CLIENT("Q\0\0\0\xdselect 1\0");
    SERVER("D\0\0\0\xb\0\1\0\0\0\1xC\0\0\0\xdSELECT 1\0Z\0\0\0\5I");
    CLIENT("Q\0\0\0\xb"
           "delete\0");
    SERVER("E\0\0\0\x9"
           "Mno\0\0D\0\0\0\6\0\1Z\0\0\0\5I");
    CLIENT("X\0\0\0\4");
}

static void conversation_of_telnet(struct frames *f)
{
    struct conversation c = opened(f, 23);
    SERVER("\xff\xfd\x01\xff\xfb\x03");
    CLIENT("\xff\xfb\x01");
    SERVER("login: ");
    CLIENT("bob\r\n");
    SERVER("Password: ");
}

static void conversation_of_pop3(struct frames *f)
{
    struct conversation c = opened(f, 110);
    SERVER("+OK ready\r\n");
    CLIENT("USER\r\n");
    SERVER("-ERR\r\n");
    CLIENT("retr 1\r\n");
    SERVER("+OK\r\n");
    CLIENT("RETR 1\r\n");
    SERVER("+OK\r\nline\r\n.\r\n");
}

static void conversation_of_dnp3(struct frames *f)
{
    struct conversation c = opened(f, 20000);
    CLIENT("\005\144\016\304\002\000\003\000\357\307\300\300\001\074\002\006\074\003\006\073\002");
    SERVER(
        "\005\144\377\104\003\000\002\000\147\114\100\300\201\000\000\036\001\000\000\073\001\005\000\000\000"
        "\001\025\303\005\000\000\000\001\005\000\000\000\001\005\000\000\000\001\005\350\212\000\000\000\001"
        "\005\000\000\000\001\005\000\000\000\001\005\000\211\324\000\000\001\005\000\000\000\001\005\000\000"
        "\000\001\005\000\000\212\202\000\001\005\000\000\000\001\005\000\000\000\001\005\000\000\000\076\330"
        "\001\005\000\000\000\001\005\000\000\000\001\005\000\000\000\001\072\012\005\000\000\000\001\005\000"
        "\000\000\001\005\000\000\000\001\005\350\212\000\000\000\001\005\000\000\000\001\005\000\000\000\001"
        "\005\000\211\324\000\000\001\005\000\000\000\001\005\000\000\000\001\005\000\000\212\202\000\001\005"
        "\000\000\000\001\005\000\000\000\001\005\000\000\000\076\330\001\005\000\000\000\001\005\000\000\000"
        "\001\005\000\000\000\001\072\012\005\000\000\000\001\005\000\000\000\001\005\000\000\000\001\005\350"
        "\212\000\000\000\001\005\000\000\000\001\005\000\000\000\001\005\000\211\324\000\000\001\005\000\000"
        "\000\001\005\000\000\000\001\005\000\000\212\202\000\001\005\000\000\000\001\005\000\000\000\001\005"
        "\000\000\000\076\330\001\005\000\000\000\001\005\000\000\000\026\163\005\144\102\104\003\000\002\000"
        "\362\266\201\001\005\000\000\000\001\005\000\000\000\001\005\000\000\000\276\242\001\005\000\000\000"
        "\001\005\000\000\000\001\005\000\000\000\001\072\012\005\000\000\000\001\005\000\000\000\001\005\000"
        "\000\000\001\005\350\212\000\000\000\001\005\000\000\000\001\005\000\000\000\026\163");
    CLIENT("\005\144\032\304\002\000\003\000\100\362\300\300\003\014\001\050\001\000\001\000\003\001\144\000"
           "\000\000\357\175\144\000\000\000\000\000\133");
    SERVER("\005\144\031\104\003\000\002\000\302\151\300\363\202\000\000\036\001\000\000\001\001\005\000\000"
           "\000\001\003\327\006\000\000\000\175\353");
}

static void conversation_of_enip(struct frames *f)
{
    struct conversation c = opened(f, 44818);
    CLIENT("e\000\004\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001"
           "\000\000\000");
    SERVER("e\000\004\000\021\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001"
           "\000\000\000");
    CLIENT("o\000\060\000\021\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\000\000\002\000\000\000\000\000\262\000 \000\012\002 "
           "\002$\001\002\000\006\000\016\000\016\003 \001$\002\060\007\003\002 "
           "\004$\002\002\000\007\000\011\000");
    SERVER("o\000$"
           "\000\021\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
           "\000\000\000\002\000\000\000\000\000\262\000\024\000\212\000\000\000\002\000\006\000\012\000\216"
           "\000\000\000\203\000\001\001\005\000");
    CLIENT("c\000\000\000\021\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000");
    SERVER("c\000\063\000\021\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001"
           "\000\014\000-"
           "\000\001\000\000\002\257\022\012\000\000\002\000\000\000\000\000\000\000\000\001\000\014\000:"
           "\000\004\003\060\000\216MR\000\013\061\067\065\066-ENBT/A\003");
}

static void conversation_of_modbus(struct frames *f)
{
    struct conversation c = opened(f, 502);
    CLIENT("\0\1\0\0\0\13\1\20\0\4\0\2\4\0\7\0\11");
    SERVER("\0\1\0\0\0\6\1\20\0\4\0\2");
    CLIENT("\0\2\0\0\0\6\1\3\0\4\0\1");
    SERVER("\0\2\0\0\0\5\1\3\2\0\1");
    CLIENT("\0\3\0\0\0\0\1\3");
    CLIENT("\0\4\0\0\0\2\1\21");
}

static void conversation_of_quic(struct frames *f)
{
    struct conversation c = conversation_new(f);
    struct buf crypto = {0}, bytes = {0};
    c.server_port = 443;
    for (int i = 0; i < 2; i++) { /* the hello in two parts, the second first */
        size_t from = i ? 0 : 60, to = i ? 60 : 999;
        buf_clear(&crypto);
        quic_put_crypto(&crypto, from, slice_first(slice_from(quic_client_hello(), from), to - from));
        struct quic_packet packet = {.version = QUIC_VERSION_1,
                                     .first = 0xc1,
                                     .number = (uint64_t)i,
                                     .key_id = slice_str("\x11\x11\x11\x11\x11\x11\x11\x11"),
                                     .destination_id = slice_str("\x11\x11\x11\x11\x11\x11\x11\x11"),
                                     .source_id = slice_str("\x22\x22\x22\x22"),
                                     .frames = buf_slice(&crypto),
                                     .padded = 300};
        buf_clear(&bytes);
        quic_put_packet(&bytes, &packet);
        datagram(&c, true, bytes.p, bytes.n);
    }
    buf_fini(&crypto);
    buf_fini(&bytes);
}

static const struct subject {
    const char *name, *rules;
    void (*talk)(struct frames *frames);
    uint32_t count; /* rules: sids 1 to count, each alerts when nothing fails */
} subjects[] = {
    {"packets and streams", rules, conversation_of_all, 2},
    {"http",
     "alert http any any -> any any (http.uri; content:\"/form\"; filestore; sid:1;)\n"
     "alert http any any -> any any (file.data; content:\"hello\"; http.header; content:\"gzip\"; sid:2;)\n"
     "alert http any any -> any any (file.name; content:\"a.txt\"; filemagic:\"text\"; filesize:>1; sid:3;)\n"
     "alert http any any -> any any (http.header_names; to_lowercase; content:\"host\"; "
     "http.request_body; content:\"file\"; sid:4;)\n",
     conversation_of_http, 4},
    {"tls",
     "alert tls any any -> any any (tls.sni; content:\"www\"; ja4.hash; content:\"t12\"; sid:1;)\n"
     "alert tls any any -> any any (tls.cert_subject; content:\"www\"; tls.subjectaltname; content:\"alt\"; "
     "tls.store; sid:2;)\n"
     "alert tls any any -> any any (tls.certs; content:\"Old\"; ja3s.string; content:\"771\"; sid:3;)\n"
     "alert tls any any -> any any (frame:tls.data; content:\"www.example.com\"; flow:to_server; sid:4;)\n",
     conversation_of_tls, 4},
    {"http2",
     "alert http2 any any -> any any (http.uri; content:\"/page\"; http.request_body; content:\"user\"; "
     "sid:1;)\n"
     "alert http2 any any -> any any (file.data; content:\"hello\"; http.response_line; content:\"200\"; "
     "sid:2;)\n"
     "alert http2 any any -> any any (http2.header_name; content:\":path\"; sid:3;)\n"
     "alert http2 any any -> any any (frame:http2.pdu; content:\"hello\"; endswith; sid:4;)\n",
     conversation_of_http2, 4},
    {"websocket",
     "alert websocket any any -> any any (websocket.payload; content:\"hello\"; flow:to_server; sid:1;)\n"
     "alert websocket any any -> any any (websocket.flags:comp; websocket.payload; content:\"hello\"; "
     "sid:2;)\n",
     conversation_of_websocket, 2},
    {"dcerpc",
     "alert dcerpc any any -> any any (dcerpc.opnum:12; dcerpc.stub_data; content:\"hello stub\"; sid:1;)\n"
     "alert dcerpc any any -> any any (dcerpc.iface:4b324fc8-1670-01d3-1278-5a47bf6ee188; flow:to_server; "
     "sid:2;)\n",
     conversation_of_dcerpc, 2},
    {"frames of dcerpc",
     "alert dcerpc any any -> any any (frame:dcerpc.pdu; content:\"hello stub\"; endswith; sid:1;)\n",
     conversation_of_dcerpc, 1},
    {"smb",
     "alert smb any any -> any any (smb.share; content:\"share\"; sid:1;)\n"
     "alert smb any any -> any any (smb.ntlmssp_user; content:\"doe\"; frame:smb2.pdu; content:\"SMB\"; "
     "sid:9;)\n"
     "alert smb any any -> any any (file.name; content:\"a.exe\"; file.data; content:\"hello world again\"; "
     "sid:2;)\n"
     "alert smb any any -> any any (dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; dcerpc.stub_data; "
     "content:\"hello stub\"; sid:3;)\n"
     "alert smb any any -> any any (frame:smb2.data; content:\"hello \"; flow:to_server; sid:4;)\n",
     conversation_of_smb, 4},
    {"smtp",
     "alert smtp any any -> any any (smtp.helo; content:\"me\"; smtp.rcpt_to; content:\"<b@y>\"; sid:1;)\n"
     "alert smtp any any -> any any (email.url; content:\"u.example\"; email.received; content:\"r\"; "
     "sid:2;)\n"
     "alert smtp any any -> any any (file.data; content:\"hello world\"; file.name; content:\"f.txt\"; "
     "filestore; sid:3;)\n",
     conversation_of_smtp, 3},
    {"frames of smtp",
     "alert smtp any any -> any any (frame:smtp.command_line; content:\"QUIT\"; bsize:4; sid:1;)\n"
     "alert smtp any any -> any any (frame:smtp.response_line; content:\"queued|0d 0a|\"; endswith; sid:2;)\n"
     "alert smtp any any -> any any (frame:smtp.data; content:\"B--|0d 0a 2e 0d 0a|\"; endswith; sid:3;)\n",
     conversation_of_smtp, 3},
    {"ftp",
     "alert ftp any any -> any any (ftp.command; content:\"USER\"; ftp.command_data; content:\"bob\"; "
     "sid:1;)\n"
     "alert ftp any any -> any any (ftp.reply; content:\"two\"; ftp.completion_code; content:\"230\"; "
     "sid:2;)\n"
     "alert ftp-data any any -> any any (file.name; content:\"f.bin\"; file.data; content:\"payload\"; "
     "filestore; sid:3;)\n",
     conversation_of_ftp, 3},
    {"dns",
     "alert dns any any -> any any (dns.query; dotprefix; content:\".www.example\"; sid:1;)\n"
     "alert dns any any -> any any (dns.response.rrname; content:\"www\"; dns.answers.rrname; "
     "content:\"com\"; sid:2;)\n",
     conversation_of_dns, 2},
    {"tftp", "alert tftp any any -> any any (msg:\"a\"; sid:1;)\n", conversation_of_tftp, 1},
    {"ssh",
     "alert ssh any any -> any any (ssh.software; content:\"OpenSSH_9\"; ssh.hassh.string; "
     "content:\"cc|3b|mc\"; "
     "sid:1;)\n"
     "alert ssh any any -> any any (ssh.hassh.server.string; content:\"cs|3b|ms\"; ssh.proto; content:\"2\"; "
     "sid:2;)\n"
     "alert ssh any any -> any any (frame:ssh.record.hdr; content:\"|15|\"; flow:to_server; sid:3;)\n",
     conversation_of_ssh, 3},
    {"mqtt",
     "alert mqtt any any -> any any (mqtt.connect.clientid; content:\"abc\"; mqtt.reason_code:0; sid:1;)\n"
     "alert mqtt any any -> any any (mqtt.publish.topic; content:\"tx\"; mqtt.publish.message; "
     "content:\"hi\"; "
     "sid:2;)\n"
     "alert mqtt any any -> any any (mqtt.subscribe.topic; content:\"t1\"; mqtt.reason_code:17; sid:3;)\n"
     "alert mqtt any any -> any any (frame:mqtt.data; content:\"|00 03|\"; flow:to_client; sid:4;)\n",
     conversation_of_mqtt, 4},
    {"nfs",
     "alert nfs any any -> any any (file.name; content:\"name\"; file.data; content:\"hello again\"; "
     "sid:1;)\n"
     "alert nfs any any -> any any (file.data; content:\"writeback\"; filestore; sid:2;)\n"
     "alert nfs any any -> any any (frame:rpc.creds; content:\"|00 00 00 01|\"; startswith; sid:3;)\n",
     conversation_of_nfs, 3},
    {"sip",
     "alert sip any any -> any any (sip.via; content:\"v1\"; sdp.media.media_info; content:\"i1\"; sid:1;)\n"
     "alert sip any any -> any any (sip.method; content:\"BYE\"; frame:request.headers; content:\"v2\"; "
     "sid:2;)\n",
     conversation_of_sip, 2},
    {"krb5",
     "alert krb5 any any -> any any (krb5.cname; content:\"des\"; krb5.sname; content:\"krbtgt\"; sid:1;)\n"
     "alert krb5 any any -> any any (krb5.ticket_encryption:18; app-layer-event:krb5.weak_encryption; "
     "sid:2;)\n",
     conversation_of_krb5, 2},
    {"snmp",
     "alert snmp any any -> any any (snmp.community; content:\"public\"; snmp.trap_type:linkdown; sid:1;)\n"
     "alert snmp any any -> any any (snmp.usm; content:\"admin\"; sid:2;)\n",
     conversation_of_snmp, 2},
    {"ike",
     "alert ike any any -> any any (ike.vendor; content:\"76\"; ike.nonce_payload; content:\"N\"; sid:1;)\n"
     "alert ike any any -> any any (ike.chosen_sa_attribute:alg_enc=7; ike.resp_spi; content:\"a00b\"; "
     "sid:2;)\n"
     "alert ike any any -> any any (app-layer-event:ike.weak_crypto_enc; sid:3;)\n",
     conversation_of_ike, 3},
    {"rdp", "alert rdp any any -> any any (content:\"Duca\"; sid:1;)\n", conversation_of_rdp, 1},
    {"ntp", "alert ntp any any -> any any (content:\"|23 00|\"; sid:1;)\n", conversation_of_ntp, 1},
    {"bittorrent-dht",
     "alert bittorrent-dht any any -> any any (content:\"ping\"; sid:1;)\n"
     "alert bittorrent-dht any any -> any any (app-layer-event:bittorrent-dht.malformed_packet; sid:2;)\n",
     conversation_of_dht, 2},
    {"dhcp", "alert dhcp any any -> any any (dhcp.leasetime:3600; sid:1;)\n", conversation_of_dhcp, 1},
    {"ldap",
     "alert ldap any any -> any any (ldap.request.dn; content:\"dc=x\"; ldap.request.attribute_type; "
     "content:\"+\"; sid:1;)\n"
     "alert ldap any any -> any any (ldap.responses.operation:search_result_done,-1; ldap.responses.message; "
     "content:\"limit\"; sid:2;)\n"
     "alert ldap any any -> any any (ldap.responses.attribute_type; content:\"dc\"; "
     "ldap.responses.result_code:4; sid:3;)\n",
     conversation_of_ldap, 3},
    {"frames of ldap",
     "alert ldap any any -> any any (frame:ldap.pdu; content:\"dc=x\"; flow:to_server; sid:1;)\n"
     "alert ldap any any -> any any (frame:ldap.pdu; content:\"limit\"; endswith; sid:2;)\n",
     conversation_of_ldap, 2},
    {"rfb",
     "alert rfb any any -> any any (rfb.name; content:\"desk\"; rfb.secresult:ok; sid:1;)\n"
     "alert rfb any any -> any any (rfb.sectype:2; frame:rfb.pdu; content:\"fedcba\"; sid:2;)\n",
     conversation_of_rfb, 2},
    {"pgsql",
     "alert pgsql any any -> any any (pgsql.query; content:\"select\"; sid:1;)\n"
     "alert pgsql any any -> any any (pgsql.query; content:\"delete\"; "
     "app-layer-event:pgsql.malformed_response; sid:2;)\n",
     conversation_of_pgsql, 2},
    {"telnet",
     "alert telnet any any -> any any (frame:telnet.data; content:\"bob\"; startswith; sid:1;)\n"
     "alert telnet any any -> any any (frame:telnet.ctl; content:\"|ff fb 01|\"; sid:2;)\n",
     conversation_of_telnet, 2},
    {"pop3",
     "alert pop3 any any -> any any (app-layer-event:pop3.incorrect_argument_count; flow:to_server; sid:1;)\n"
     "alert pop3 any any -> any any (app-layer-event:pop3.unknown_command; flow:to_server; sid:2;)\n",
     conversation_of_pop3, 2},
    {"dnp3",
     "alert dnp3 any any -> any any (dnp3_func:select; dnp3_obj:12,1; sid:1;)\n"
     "alert dnp3 any any -> any any (dnp3.data; bsize:>260; dnp3_obj:30,1; sid:2;)\n",
     conversation_of_dnp3, 2},
    {"enip",
     "alert enip any any -> any any (cip_service:3,4,9; enip.cip_status:1; sid:1;)\n"
     "alert enip any any -> any any (enip.product_name; content:\"1756\"; frame:enip.pdu; content:\"ENBT\"; "
     "sid:2;)\n",
     conversation_of_enip, 2},
    {"modbus",
     "alert modbus any any -> any any (modbus:access write holding, address 6, value 9; sid:1;)\n"
     "alert modbus any any -> any any (app-layer-event:modbus.invalid_length; flow:to_server; sid:2;)\n",
     conversation_of_modbus, 2},
    {"quic",
     "alert quic any any -> any any (quic.sni; content:\"example\"; ja4.hash; content:\"q13\"; sid:1;)\n"
     "alert quic any any -> any any (ja3.string; content:\"771,\"; startswith; sid:2;)\n",
     conversation_of_quic, 2},
};

/* Each match is explained and written, as for a report: that may fail, and must not break anything. */
static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    struct explain_case explained = {0};
    struct html page = {0};
    struct eval *eval = event == PROBE_MATCHED ? eval_new() : NULL;
    (void)ctx;
    if (eval && !explain_match_make(&explained, eval, rule, view, tx))
        page_explained_bytes(&page, rule, &explained);
    explain_case_fini(&explained);
    buf_fini(&page.out);
    eval_free(eval);
}

/* And what the rules cost is added to another worker's, and told. */
static void on_profile(void *ctx, const struct match_profile *profile)
{
    (void)ctx;
    struct match_profile *sum = match_profile_new(match_profile_count(profile));
    if (sum && !match_profile_add(sum, profile)) {
        for (uint32_t i = 0; i < match_profile_count(sum); i++) {
            struct profile_endings endings;
            if (!match_profile_rule(sum, i))
                continue;
            profile_endings_of(match_profile_rule(sum, i), &endings);
            profile_endings_fini(&endings);
        }
    }
    match_profile_free(sum);
}

/* Runs with allocations [from, until) refused; returns how many there were. */
static uint64_t run(const struct subject *s, const struct frames *f, uint64_t from, uint64_t until)
{
    const struct match_probe probe = {.happened = on_happened};
    struct engine_options options = {
        .checksums = CHECKSUM_ON, .every_protocol = true, .probe = &probe, .profile = on_profile};
    struct found found;
    calls = 0;
    fail_from = from;
    fail_until = until;
    int rc = engine_run(s->rules, f->list, f->count, &options, &found);
    uint64_t made = calls;
    fail_from = UINT64_MAX;
    if (from > made) {
        assert_int_equal(rc, 0);
        for (uint32_t sid = 1; f->count && sid <= s->count; sid++)
            if (!found_count(&found, sid))
                fail_msg("%s: sid %u does not alert", s->name, sid);
    } else {
        assert_true(rc <= 0);
    }
    found_fini(&found);
    return made;
}

/* All of the engine's; of each protocol's, those that are made once the rules are loaded. */
static void test_each_allocation_fails_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        const struct subject *s = &subjects[i];
        struct frames f = {0}, none = {0};
        s->talk(&f);
        uint64_t first = i ? run(s, &none, UINT64_MAX, UINT64_MAX) : 1;
        uint64_t all = run(s, &f, UINT64_MAX, UINT64_MAX);
        assert_true(all > first);
        for (uint64_t k = first; k <= all; k++)
            run(s, &f, k, k + 1);
        frames_fini(&f);
    }
}

static void test_all_from_one_on_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        const struct subject *s = &subjects[i];
        struct frames f = {0}, none = {0};
        s->talk(&f);
        uint64_t first = i ? run(s, &none, UINT64_MAX, UINT64_MAX) : 1;
        uint64_t all = run(s, &f, UINT64_MAX, UINT64_MAX);
        for (uint64_t k = first; k <= all; k += 1 + (k - first) / 50)
            run(s, &f, k, UINT64_MAX);
        frames_fini(&f);
    }
}

/* A file of tests with a bit of everything that flows may say. */
static const char test_file[] =
    "rules: [a.rules, 'alert ip any any -> any any (sid:1;)']\n"
    "hosts: {a: 10.0.0.1, b: 10.0.0.2}\n"
    "tests:\n"
    "- name: all\n"
    "  expect: {1: 1, 2: any}\n"
    "  not: [3, {sid: 4, flow: x}]\n"
    "  again: 1\n"
    "  silent-when: [sides-swapped, hosts-swapped]\n"
    "  buffers: {http.uri: /x}\n"
    "  flows:\n"
    "  - {name: x, client: a, server: b, repeat: 3, steps: [{client: abcdef, segments: 2, order: [1], "
    "duplicate: 0, "
    "overlap: {at: 1, bytes: x}, acks: each, ttl: 3}, {segment: client, flags: R}]}\n"
    "  - http: {request: POST /x, headers: {X: y}, body: {lines: [a, b]}, chunked: 1, response: {body: [a, "
    "b], gzip: "
    "true}}\n"
    "  - dns: {query: [a, .example], answers: [10.0.0.3, {text: [hi]}]}\n"
    "  - tls: {sni: a.example, names: [a.example]}\n"
    "  - {proto: 47, steps: [{client: {packet: {proto: icmp, steps: [{ping: {random: 9, times: 2, length: "
    "1}}]}}}]}\n"
    "  - {proto: udp, steps: [{client: {base64: abc}, fragments: [0, 8]}]}\n";

static uint64_t read_tests(uint64_t from, uint64_t until)
{
    struct case_file file;
    struct err err = {0};
    calls = 0;
    fail_from = from;
    fail_until = until;
    int rc = case_file_parse(&file, "x.test.yaml", slice_str(test_file), &err);
    uint64_t made = calls;
    fail_from = UINT64_MAX;
    if (from > made && rc)
        fail_msg("%u:%u: %s", err.line, err.column, err.message);
    if (from <= made)
        assert_true(!rc || err.message[0]);
    case_file_fini(&file);
    return made;
}

static void test_reading_tests(void **state)
{
    (void)state;
    uint64_t all = read_tests(UINT64_MAX, UINT64_MAX);
    assert_true(all > 100);
    for (uint64_t k = 1; k <= all; k++) {
        read_tests(k, k + 1);
        read_tests(k, UINT64_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading_tests),
        cmocka_unit_test(test_each_allocation_fails_alone),
        cmocka_unit_test(test_all_from_one_on_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
