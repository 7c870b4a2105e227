/*
 * Conversations of http, dns over TCP, tls, http2, websocket, ssh, mqtt, sip, nfs and ldap with the rules
 * that must alert on them, as Suricata 8.0.8 does; and however both streams are cut into segments, the same
 * rules alert, as often.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"
#include "support/rpc_bytes.h"
#include "support/smb_bytes.h"

enum { PARTS = 12, SIDS = 64, ROUNDS = 12 };

struct part {
    bool server;
    const char *bytes;
    size_t n;
};

#define C(text)                       \
    {                                 \
        false, text, sizeof(text) - 1 \
    }
#define S(text)                      \
    {                                \
        true, text, sizeof(text) - 1 \
    }

struct example {
    const char *name, *rules;
    struct part parts[PARTS];
    const char *alerts; /* sids, each as often as it must alert; "" for none */
};

#define R(sid, options)  "alert tcp any any -> any any (" options " sid:" #sid ";)\n"
#define R2(sid, options) "alert http2 any any -> any any (" options " sid:" #sid ";)\n"
#define RF(sid, options) "alert ftp any any -> any any (" options " sid:" #sid ";)\n"
#define RS(sid, options) "alert smtp any any -> any any (" options " sid:" #sid ";)\n"
#define RW(sid, options) "alert websocket any any -> any any (" options " sid:" #sid ";)\n"
#define RH(sid, options) "alert http any any -> any any (" options " sid:" #sid ";)\n"

/* Of SSH (RFC 4253): SSH_MSG_KEXINIT, SSH_MSG_NEWKEYS. */
#define LISTS                                                                                            \
    "\0\0\0\x51\4\x14"                                                                                   \
    "0123456789abcdef"                                                                                   \
    "\0\0\0\1k\0\0\0\1h\0\0\0\2cc\0\0\0\2cs\0\0\0\2mc\0\0\0\2ms\0\0\0\4none\0\0\0\4zlib\0\0\0\0\0\0\0\0" \
    "\0\0\0\0\0"
#define NEW_KEYS "\0\0\0\x0c\x0a\x15\0\0\0\0\0\0\0\0\0\0"

static const struct example examples[] = {
    {"request",
     RH(1, "http.method; content:\"GET\";") RH(2, "http.uri; content:\"/a b\"; startswith;") RH(
         3, "http.uri.raw; content:\"%20\";") RH(4, "http.host; content:\"www.example.com\"; bsize:15;")
         RH(5, "http.header_names; content:\"|0d 0a|Host|0d 0a|Cookie|0d 0a 0d 0a|\"; bsize:18;") RH(
             6, "http.cookie; content:\"id=7\";") RH(7, "http.header; content:\"Cookie\";")
             RH(8, "http.user_agent; absent;") RH(9, "content:\"/a b\"; http_uri; content:!\"zz\"; http_uri;")
                 RH(10, "pcre:\"/^.a\\sb/U\";") RH(11, "urilen:4;") RH(12, "urilen:6,raw;")
                     RH(13, "http.stat_code; content:\"200\";") RH(14, "http.stat_msg; content:\"Fine\";")
                         RH(15, "http.response_body; content:\"body\"; startswith; endswith;")
                             RH(16, "file.data; content:!\"other\"; content:\"bod\";"),
     {C("GET /a%20b HTTP/1.1\r\nHost: WWW.example.com:8080\r\nCookie: id=7\r\n\r\n"),
      S("HTTP/1.1 200 Fine\r\nContent-Length: 4\r\n\r\nbody")},
     "1 2 3 4 5 6 8 9 10 11 12 13 14 15 16"},
    {"each request is a transaction",
     RH(1, "http.uri; content:\"/p\";") RH(2, "http.uri; content:\"one\"; http.host; content:\"b\";")
         RH(3, "http.uri; content:\"two\"; http.host; content:\"b\";"),
     {C("GET /p/one HTTP/1.1\r\nHost: a\r\n\r\nGET /p/two HTTP/1.1\r\nHost: b\r\n\r\n"),
      S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No\r\n\r\n")},
     "1 1 3"},
    {"chunks and trailers",
     RH(1, "http.response_body; content:\"abcdef\"; bsize:6;")
         RH(2, "http.request_body; content:\"hello\"; bsize:5;"),
     {C("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nT: "
        "r\r\n\r\n"),
      S("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")},
     "1 2"},
    {"a form with a file",
     RH(1, "file.name; content:\"evil.exe\";") RH(2, "flow:to_server; file.data; content:\"MZ\"; startswith;")
         RH(3, "filename:\"evil\"; filesize:4; fileext:\"exe\";") RH(4, "filename:\"evil\"; filesize:>4;")
             RH(5, "flow:to_server; file.data; content:\"value\";"),
     {C("POST /u HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=xx\r\nContent-Length: "
        "151\r\n\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"evil.exe\"\r\n\r\nMZ!!\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\nvalue\r\n--xx--\r\n"),
      S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
     "1 2 3"},
    {"same instance",
     RH(1, "http.request_header; content:\"A: \"; content:\"one\";")
         RH(2, "http.request_header; content:\"A: \"; content:\"two\";")
             RH(3, "http.request_header; content:\"A: \"; http.request_header; content:\"two\";"),
     {C("GET / HTTP/1.1\r\nA: one\r\nB: two\r\n\r\n"), S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
     "1 3"},
    {"request and response",
     "alert http any any => any any (http.uri; content:\"/x\"; http.stat_code; content:\"404\"; sid:1;)\n"
     "alert http any any => any any (http.uri; content:\"/x\"; http.stat_code; content:\"200\"; sid:2;)\n",
     {C("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), S("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")},
     "1"},
    {"events",
     RH(1, "app-layer-event:http.missing_host_header; flow:to_server;")
         RH(2, "app-layer-event:http.host_header_ambiguous;"),
     {C("GET / HTTP/1.1\r\n\r\n"), S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
     "1"},
    {"dns over tcp",
     R(1, "dns.query; content:\"www.example.com\"; bsize:15;") R(
         2, "dns.query; dotprefix; content:\".example.com\"; endswith;") R(3, "dns.opcode:0; flow:to_server;")
         R(4, "dns.rrtype:A; flow:to_server;") R(5, "dns.rcode:nxdomain;")
             R(6, "dns.query; content:\"www\"; dns.query; content:\"other\";"),
     {C("\0\x21\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"),
      S("\0\x21\x12\x34\x81\x83\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1")},
     "1 2 3 4 5"},
    {"tls hello",
     R(1, "tls.sni; content:\"ab.test\"; bsize:7;") R(2, "ssl_state:client_hello; flow:to_server;")
         R(3, "tls.sni; content:\"zz\";"),
     {C("\x16\x03\x01\0\x43\1\0\0\x3f\3\3"
        "01234567890123456789012345678901"
        "\0\0\2\xc0\x2f\1\0\0\x14"
        "\0\0\0\x0c\0\x0a\0\0\7ab.test"
        "\xff\1\0\0")},
     "1 2"},
    {"what stands before an error of dns is seen",
     R(1, "dns.query; content:\"www.example.com\";"),
     {C("\000!J1\001\000\000\001\000\000\000\000\000\000\003www\007example\003com\000\000\001\000\001"
        "\000\024J1\001\000\000\001\000\000\000\000\000\000\003www\007exa")},
     "1"},
    {"a packed body",
     RH(1, "http.response_body; content:\"packed body, packed\"; startswith;")
         RH(2, "file.data; content:\", end\"; endswith;"),
     {C("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
      S("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 39\r\n\r\n\037\213\010\000\000\000"
        "\000\000\002\003+HL\316NMQH\312O\251\324Q( \216\223\232\227\002\000\254\234\236'7\000\000\000")},
     "1 2"},
    {"tls certificate",
     R(1, "tls.sni; content:\"ab.test\";") R(2, "tls.cert_subject; content:\"CN=ab.test\"; bsize:10;") R(
         3, "tls.cert_issuer; content:\"Example CA\"; endswith;") R(4, "tls.cert_serial; content:\"4A:31\";")
         R(5, "tls.subjectaltname; content:\"cd.test\"; bsize:7;")
             R(6, "tls.certs; content:\"|30 82|\"; startswith;") R(7, "tls.alpn; content:\"h2\"; bsize:2;")
                 R(8, "ssl_state:server_hello; flow:to_client;") R(9, "tls.cert_chain_len:1;")
                     R(10, "tls.cert_subject; content:\"zz\";")
                         R(11, "frame:tls.pdu; content:\"|16 03 01|\"; startswith;")
                             R(12, "flow:to_server; frame:tls.data; content:\"ab.test\";"),
     {C("\026\003\001\000s\001\000\000o\003\003\000\001\002\003\004\005\006\007\010\011\n\013\014\r\016"
        "\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\000\000\010\300/\3000\000"
        "\234\000/\001\000\000>\000\000\000\014\000\n\000\000\007ab.test\000\n\000\006\000\004\000\035"
        "\000\027\000\013\000\002\001\000\000\r\000\010\000\006\004\003\010\004\004\001\000\020\000\016"
        "\000\014\002h2\010http/1.1"),
      S("\026\003\003\0001\002\000\000-\003\003 !\"#$%&'()*+,-./0123456789:;<=>\077\000\300/\000\000\005"
        "\377\001\000\001\000\026\003\003\001\343\013\000\001\337\000\001\334\000\001\3310\202\001\3250"
        "\202\001>\240\003\002\001\002\002\002J10\r\006\011*\206H\206\367\r\001\001\013\005\0000-1\0260"
        "\024\006\003U\004\n\014\rExample Trust1\0230\021\006\003U\004\003\014\nExample CA0\036\027\r250"
        "101000000Z\027\r271231235959Z0\0221\0200\016\006\003U\004\003\014\007ab.test0\201\2370\r\006"
        "\011*\206H\206\367\r\001\001\001\005\000\003\201\215\0000\201\211\002\201\201\000\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301\301"
        "\301\301\301\301\301\301\301\301\301\301\002\003\001\000\001\243\0370\0350\033\006\003U\035\021"
        "\004\0240\022\202\007ab.test\202\007cd.test0\r\006\011*\206H\206\367\r\001\001\013\005\000\003"
        "\201\201\000UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUU"
        "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUU\026\003\003\000\004\016\000\000\000")},
     "1 2 3 4 5 6 7 8 9 11 12"},
    {"http2",
     R2(1, "http.uri; content:\"/h2\"; bsize:3;") R2(2, "http.method; content:\"POST\";") R2(
         3, "http.host; content:\"a.test\"; bsize:6;") R2(4, "http.request_header; content:\"x-one: two\";")
         R2(5, "http.stat_code; content:\"200\";") R2(
             6, "flow:to_client; file.data; content:\"h2 answer\"; bsize:9;")
             R2(7, "flow:to_server; file.data; content:\"post data\"; bsize:9;") R2(
                 8, "http.uri; content:\"/next\";") R2(9,
                                                       "http2.settings:SETTINGS_MAX_CONCURRENT_STREAMS=100;")
                 R2(11, "http.uri; content:\"/h2\"; http.method; content:\"GET\";")
                     R2(12, "http2.header_name; content:\"content-encoding\";")
                         R2(13, "frame:http2.data; content:\"post \"; bsize:5;") R2(
                             14, "frame:http2.hdr; content:\"|00 00 05 00|\"; startswith; flow:to_server;"),
     {C("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\000\000\000\004\000\000\000\000\000\000\000\011\001\000\000"
        "\000\000\001\203\206\000\005:path\000\000\"\011\004\000\000\000\001\003/h2\000\n:authority\006a"
        ".test\000\005x-one\003two\000\000\005\000\000\000\000\000\001post \000\000\004\000\001\000\000"
        "\000\001data\000\000+\001\005\000\000\000\003\202\206\000\005:path\005/next\000\n:authority\017"
        "www.example.com"),
      S("\000\000\006\004\000\000\000\000\000\000\003\000\000\000d\000\000\030\001\004\000\000\000\001"
        "\210\000\020content-encoding\004gzip\000\000\007\000\000\000\000\000\001\037\213\010\000\000"
        "\000\000\000\000\026\000\001\000\000\000\001\000\002\003\3130RH\314+.O-\002\000\010\261\370b"
        "\011\000\000\000")},
     "1 2 3 4 5 6 8 9 12 13 14"}, /* 7: a request's body is not file.data, as in Suricata */
    {"ftp",
     RF(1, "ftp.command; content:\"USER\"; ftp.command_data; content:\"bob\"; bsize:3;")
         RF(2, "ftp.reply; content:\"230-one\"; bsize:7;") RF(3, "ftp.reply; content:\"two\"; bsize:3;")
             RF(4, "ftp.completion_code; content:\"230\"; bsize:3;")
                 RF(5, "ftp.mode:passive; ftp.dynamic_port:1025; flow:to_client;")
                     RF(6, "ftp.command; content:\"NOOP\";"),
     {S("220 ready\r\n"), C("USER bob\r\n"), S("230-one\r\nmore\r\n230 two\r\n"), C("PASV\r\n"),
      S("227 x (10,0,0,2,4,1)\r\n"), C("RETR f\r\n"), S("150 comes\r\n"), S("226 came\r\n"),
      C("NOOP\r\nNOOP\r\n"), S("200 ok\r\n200 ok\r\n"), C("QUIT\r\n"), S("221 bye\r\n")},
     "1 2 3 4 5 6 6"},
    {"smtp",
     RS(1, "smtp.helo; content:\"me.example\"; bsize:10;") RS(2, "smtp.mail_from; content:\"<a@x>\";") RS(
         3, "smtp.rcpt_to; content:\"<c@y>\"; bsize:5;") RS(4, "email.subject; content:\"one two\"; bsize:7;")
         RS(5, "email.url; content:\"u.example/x\"; bsize:11;")
             RS(6, "file.name; content:\"a.bin\"; file.data; content:\"hello world\"; bsize:11;")
                 RS(7, "file.data; content:\"plain|0d 0a|text\"; bsize:11;")
                     RS(8, "email.subject; content:\"second\";")
                         RS(9, "email.cc; absent; email.subject; content:\"one\";")
                             RS(10, "frame:smtp.command_line; content:\"DATA\"; bsize:4;")
                                 RS(11, "frame:smtp.response_line; content:\"354 go|0d 0a|\"; bsize:8;")
                                     RS(12, "frame:smtp.data; content:\"second|0d 0a 0d 0a|x\"; bsize:25;"),
     {S("220 mx.example.com\r\n"), C("EHLO me.example\r\n"), S("250-mx\r\n250 ok\r\n"),
      C("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRCPT TO:<c@y>\r\nDATA\r\n"),
      S("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
      C("Subject: one\r\n  two\r\nContent-Type: multipart/mixed; boundary=\"--b\"\r\n\r\n----b\r\n\r\n"
        "see http://u.example/x \r\n----b\r\nContent-Type: x/y; name=a.bin\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\naGVsbG8g\r\nd29ybGQ=\r\n----b\r\nContent-Disposition: attachment;\r\n "
        "filename=b.txt\r\n\r\nplain\r\ntext\r\n----b--\r\n.\r\n"),
      S("250 queued\r\n"), C("MAIL FROM:<z>\r\nDATA\r\n"), S("250 ok\r\n354 go\r\n"),
      C("Subject: second\r\n\r\nx\r\n.\r\nQUIT\r\n"), S("250 ok\r\n221 bye\r\n")},
     "1 1 2 3 4 5 6 7 8 9 10 10 11 11 12"},
    {"websocket",
     RW(1, "websocket.payload; content:\"hello world\"; bsize:11;")
         RW(2, "websocket.payload; content:\"inflated text\"; bsize:13;")
             RW(3, "websocket.opcode:ping; websocket.payload; content:\"png\";")
                 RW(4, "websocket.opcode:text; websocket.payload; content:\"hello\"; bsize:5;")
                     RW(5, "websocket.mask:0;") RW(6, "websocket.payload; content:\"zz\";"),
     {C("GET /chat HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nU"
        "pgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-"
        "WebSocket-Version: 13\r\n\r\n"),
      S("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-"
        "Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
      C("\001\205\000\000\000\000hello\211\203\000\000\000\000png\200\206\000\000\000\000 world\302\217"
        "\000\000\000\000\312\314K\313I,IMQ(I\255(\001\000")},
     "1 2 3 4 5 5 5 5"},
    {"mqtt",
     R(1, "mqtt.connect.username; content:\"user\"; mqtt.connect.password; content:\"pass\"; "
          "mqtt.reason_code:0;")
         R(2, "mqtt.publish.topic; content:\"t/x\"; bsize:3; mqtt.publish.message; content:\"hi\"; bsize:2;")
             R(3, "mqtt.type:PUBCOMP; mqtt.qos:1;")
                 R(4, "mqtt.subscribe.topic; content:\"t/2\"; mqtt.reason_code:128;") R(
                     5, "frame:mqtt.pdu; content:\"t/x\";") R(6, "app-layer-event:mqtt.missing_unsubscribe;"),
     {C("\x10\x1b\0\4MQTT\4\xc2\0\x3c\0\3"
        "abc\0\4user\0\4pass"),
      S("\x20\2\0\0"), C("\x30\7\0\3t/xhi\x35\x09\0\3t/x\0\2hi\x82\x0d\0\3\0\2t1\0\0\3t/2\1"),
      S("\x50\2\0\2\x90\4\0\3\0\x80\xb0\2\0\4"), C("\x62\2\0\2"), S("\x70\2\0\2")},
     "1 2 2 3 4 5 5 6"},
    {"sip",
     R(1, "sip.method; content:\"INVITE\"; sip.via; content:\"v2\";")
         R(2, "sip.stat_code; content:\"200\"; sip.from; content:\"f|0d 0a 20|1\";")
             R(3, "sdp.media.media; content:\"video\"; sdp.attribute; content:\"x:y\";")
                 R(4, "frame:sip.request.body; content:\"1234\"; bsize:4;")
                     R(5, "frame:sip.request.headers; content:\"v3|0d 0a|\"; endswith;")
                         R(6, "sip.method; content:\"BYE\";"),
     {C("INVITE sip:b@x SIP/2.0\r\nVia: v1\r\nv: v2\r\nContent-Length: 61\r\n\r\n"
        "v=0\r\nt=0 0\r\na=x:y\r\nm=audio 1 RTP/AVP 0\r\nm=video 2 RTP/AVP 0\r\n\r\n\r\n"
        "ACK sip:b@x SIP/2.0\r\nContent-Length: 4\r\n\r\n1234foo\r\n"),
      S("SIP/2.0 200 OK\r\nf: f\r\n 1\r\n\r\nSIP/2.0 200 OK\r\n\r\n"),
      C("\r\n\r\nBYE sip:b@x SIP/2.0\nVia: v3\r\n\n")},
     "1 2 3 4 5 6"},
    {"ldap",
     R(1, "ldap.request.dn; content:\"dc=x\"; bsize:4;")
         R(2, "ldap.responses.dn; content:\"dc=z\"; ldap.responses.count:2;")
             R(3, "ldap.responses.attribute_type; content:\"objectClass\"; bsize:11;")
                 R(4, "ldap.responses.result_code:size_limit_exceeded,1;")
                     R(5, "ldap.request.operation:unbind_request;")
                         R(6, "frame:ldap.pdu; content:\"limit\"; endswith; bsize:23;"),
     {C("\060\060\002\001\001\143\053\004\004\144\143\075\170\012\001\002\012\001\000\002\002\003\350\002\001"
        "\036\001\001\000\207\013\157\142\152\145\143\164\103\154\141\163\163\060\006\004\001\052\004\001"
        "\053"),
      S("\060\066\002\001\001\144\061\004\004\144\143\075\170\060\051\060\034\004\013\157\142\152\145\143\164"
        "\103\154\141\163\163\061\015\004\003\164\157\160\004\006\144\157\155\141\151\156\060\011\004\002\144"
        "\143\061\003\004\001\170\060\025\002\001\001\145\020\012\001\004\004\004\144\143\075\172\004\005\154"
        "\151\155\151\164"),
      C("\x30\5\2\1\2\x42\0")},
     "1 2 3 4 5 6"},
    {"ssh",
     R(1, "ssh.software; content:\"OpenSSH_9.2\"; bsize:11;")
         R(2, "ssh.proto; content:\"2.0\"; flow:to_client;")
             R(3, "ssh.hassh.string; content:\"k|3b|cc|3b|mc|3b|none\"; bsize:12;")
                 R(4, "ssh.hassh.server.string; content:\"k|3b|cs|3b|ms|3b|zlib\"; bsize:12;")
                     R(5, "frame:ssh.record.hdr; content:\"|15|\"; endswith; bsize:6;")
                         R(6, "ssh.software; content:\"OpenSSH_9.2 \";"),
     {C("SSH-2.0-OpenSSH_9.2 Debian\r\n" LISTS), S("SSH-2.0-OpenSSH_7.4\r\n" LISTS), C(NEW_KEYS),
      S(NEW_KEYS)},
     "1 2 3 4 5 5"},
    {"dcerpc",
     R(1, "dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; dcerpc.opnum:12; flow:to_server;")
         R(2, "dcerpc.stub_data; content:\"hello stub\"; bsize:10;")
             R(3, "dcerpc.stub_data; content:\"hello back\"; endswith;")
                 R(4, "frame:dcerpc.hdr; bsize:16; flow:to_client;")
                     R(5, "frame:dcerpc.data; content:\"hello stub\"; endswith; bsize:18;"),
     {C(BIND), S(BIND_ACK), C(ASK_BEGIN ASK_MIDDLE ASK_END ASK_OTHER), S(ANSWER ANSWER_OTHER)},
     "1 2 2 3 3 4 4 4 5"},
    {"nfs",
     R(1, "file.name; content:\"name.txt\"; file.data; content:\"hello again\"; bsize:11; flow:to_client;")
         R(2, "file.data; content:\"writeback\"; bsize:9; flow:to_server;")
             R(3, "nfs_procedure:3; nfs.version:3;") R(4, "nfs_procedure:21;")
                 R(5, "frame:nfs.nfs.pdu; content:\"name.txt\"; endswith;"),
     {C("\200\000\000T\000\000\000\003\000\000\000\000\000\000\000\002\000\001\206\243\000\000\000\003"
        "\000\000\000\003\000\000\000\001\000\000\000\030\000\000\000\001\000\000\000\002me\000\000\000"
        "\000\000\007\000\000\000\010\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\004\001"
        "\002\003\004\000\000\000\010name.txt"),
      S("\200\000\000,\000\000\000\003\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\004\005\006\007\010\000\000\000\000\000\000\000\000"),
      C("\200\000\000<\000\000\000\004\000\000\000\000\000\000\000\002\000\001\206\243\000\000\000\003"
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
        "\000\000\000\000\000"),
      S("\200\000\0004\000\000\000\005\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\006\000\000\000\001\000\000\000\006"
        " again\000\000\200\000\0004\000\000\000\004\000\000\000\001\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\005\000\000\000\000\000"
        "\000\000\005hello\000\000\000\200\000\0004\000\000\000\006\000\000\000\001\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\005\000\000\000\000\000\000\000\000\000\000\000\001\200\000\0004\000\000\000\007\000"
        "\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\004\000\000\000\000\000\000\000\000\000\000\000\001\200"
        "\000\000,\000\000\000\010\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001")},
     "1 2 3 4 5"},
    {"smb",
     R(1, "smb.share; content:\"share\"; endswith;")
         R(2, "file.data; content:\"hello world again\"; bsize:17;")
             R(3, "smb.ntlmssp_user; content:\"doe\"; bsize:3;")
                 R(4, "frame:smb.smb2.data; content:\"hello\"; flow:to_server;"),
     {C(NEGOTIATE LOGON CONNECT CREATE), S(NEGOTIATED LOGGED_ON CONNECTED CREATED),
      C(WRITE_1 WRITE_3 WRITE_2 CLOSE), S(WROTE CLOSED)},
     "1 2 3 4"},
};

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void send_part(struct conversation *c, const struct part *part, uint32_t *seed, unsigned most)
{
    for (size_t at = 0; at < part->n;) {
        size_t n = most > 1460 ? part->n : 1 + next(seed) % most;
        if (n > part->n - at)
            n = part->n - at;
        (part->server ? server_sends : client_sends)(c, TCP_ACK | TCP_PSH, part->bytes + at, n);
        at += n;
        if (at == part->n || next(seed) % 4 == 0)
            (part->server ? client_sends : server_sends)(c, TCP_ACK, NULL, 0);
    }
}

static void count_alerts(const struct example *example, uint32_t *seed, unsigned most, unsigned counts[SIDS])
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    if (strstr(example->rules, "dns."))
        c.server_port = 53;
    if (strstr(example->rules, "ldap."))
        c.server_port = 389;
    if (strstr(example->rules, "mqtt."))
        c.server_port = 1883;
    if (strstr(example->rules, "nfs."))
        c.server_port = 2049;
    handshake(&c);
    for (int i = 0; i < PARTS && example->parts[i].bytes; i++)
        send_part(&c, &example->parts[i], seed, most);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, NULL, 0);
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    assert_int_equal(engine_run(example->rules, f.list, f.count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    memset(counts, 0, SIDS * sizeof *counts);
    for (uint32_t i = 0; i < found.count; i++)
        if (found.list[i].sid < SIDS)
            counts[found.list[i].sid]++;
    found_fini(&found);
    frames_fini(&f);
}

static void check(const struct example *example, const unsigned counts[SIDS], unsigned most)
{
    unsigned want[SIDS] = {0};
    char *end;
    for (const char *s = example->alerts; *s; s = end) {
        unsigned long sid = strtoul(s, &end, 10);
        if (end == s)
            break;
        want[sid]++;
    }
    for (unsigned sid = 0; sid < SIDS; sid++)
        if (counts[sid] != want[sid])
            fail_msg("%s, segments of at most %u: sid %u alerts %u times, not %u", example->name, most, sid,
                     counts[sid], want[sid]);
}

static void test_whole(void **state)
{
    (void)state;
    uint32_t seed = 1;
    unsigned counts[SIDS];
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        count_alerts(&examples[i], &seed, 65535, counts);
        check(&examples[i], counts, 65535);
    }
}

static void test_byte_by_byte(void **state)
{
    (void)state;
    uint32_t seed = 1;
    unsigned counts[SIDS];
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        count_alerts(&examples[i], &seed, 1, counts);
        check(&examples[i], counts, 1);
    }
}

static void test_cut_anyhow(void **state)
{
    (void)state;
    uint32_t seed = 20261124;
    unsigned counts[SIDS];
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
            unsigned most = 2 + next(&seed) % 40;
            count_alerts(&examples[i], &seed, most, counts);
            check(&examples[i], counts, most);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_cut_anyhow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
