/* SIP through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/sip/sip.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert sip any any -> any any (sip.method; content:\"INVITE\"; bsize:6; sid:1;)\n"
    "alert sip any any -> any any (sip.uri; content:\"sip:b@x\"; bsize:7; sid:2;)\n"
    "alert sip any any -> any any (sip.request_line; content:\"INVITE sip:b@x SIP/2.0\"; bsize:22; sid:3;)\n"
    "alert sip any any -> any any (sip.stat_code; content:\"200\"; bsize:3; sid:4;)\n"
    "alert sip any any -> any any (sip.stat_msg; content:\"OK\"; bsize:2; sid:5;)\n"
    "alert sip any any -> any any (sip.response_line; content:\"SIP/2.0 200 OK\"; bsize:14; sid:6;)\n"
    "alert sip any any -> any any (sip.protocol; content:\"SIP/2.0\"; bsize:7; flow:to_client; sid:7;)\n"
    "alert sip any any -> any any (sip.via; content:\"v1\"; bsize:2; sid:8;)\n"
    "alert sip any any -> any any (sip.via; content:\"v2\"; bsize:2; sid:9;)\n"
    "alert sip any any -> any any (sip.via; content:\"v1\"; sip.via; content:\"v2\"; sid:10;)\n"
    "alert sip any any -> any any (sip.from; content:\"f1\"; bsize:2; sid:11;)\n"
    "alert sip any any -> any any (sip.to; content:\"t1\"; bsize:2; sid:12;)\n"
    "alert sip any any -> any any (sip.user_agent; content:\"ua\"; bsize:2; sid:13;)\n"
    "alert sip any any -> any any (sip.content_type; content:\"application/sdp\"; sid:14;)\n"
    "alert sip any any -> any any (sip.content_length; content:\"00\"; bsize:2; sid:15;)\n"
    "alert sip any any -> any any (sip.from; content:\"f2\"; bsize:2; sid:16;)\n"
    "alert sip any any -> any any (sip.via; absent; flow:to_server; sid:17;)\n"
    "alert sip any any -> any any (sip.via; bsize:0; sid:18;)\n"
    "alert sip any any -> any any (sip.method; content:\"BYE\"; sid:19;)\n"
    "alert sip any any -> any any (sdp.origin; content:\"u 1 2 IN IP4 192.0.2.1\"; bsize:22; sid:20;)\n"
    "alert sip any any -> any any (sdp.session_name; content:\"n\"; bsize:1; sid:21;)\n"
    "alert sip any any -> any any (sdp.session_info; content:\"in\"; bsize:2; sid:22;)\n"
    "alert sip any any -> any any (sdp.uri; content:\"http|3a|//u/\"; bsize:9; sid:23;)\n"
    "alert sip any any -> any any (sdp.email; content:\"e@x\"; bsize:3; sid:24;)\n"
    "alert sip any any -> any any (sdp.phone_number; content:\"+1\"; bsize:2; sid:25;)\n"
    "alert sip any any -> any any (sdp.connection_data; content:\"192.0.2.2\"; endswith; sid:26;)\n"
    "alert sip any any -> any any (sdp.bandwidth; content:\"CT:2\"; bsize:4; sid:27;)\n"
    "alert sip any any -> any any (sdp.time; content:\"3 4\"; bsize:3; sid:28;)\n"
    "alert sip any any -> any any (sdp.repeat_time; content:\"25h\"; endswith; sid:29;)\n"
    "alert sip any any -> any any (sdp.timezone; content:\"-1h\"; sid:30;)\n"
    "alert sip any any -> any any (sdp.encryption_key; content:\"prompt\"; bsize:6; sid:31;)\n"
    "alert sip any any -> any any (sdp.attribute; content:\"x:y\"; bsize:3; sid:32;)\n"
    "alert sip any any -> any any (sdp.media.media; content:\"audio\"; sdp.media.media; content:\"video\"; sid:33;)\n"
    "alert sip any any -> any any (sdp.media.media_info; content:\"i2\"; bsize:2; sid:34;)\n"
    "alert sip any any -> any any (sdp.media.connection_data; content:\"192.0.2.4\"; endswith; sid:35;)\n"
    "alert sip any any -> any any (sdp.media.encryption_key; content:\"k2\"; endswith; sid:36;)\n"
    "alert sip any any -> any any (sdp.attribute; content:\"m2\"; sid:37;)\n"
    "alert sip any any -> any any (sdp.bandwidth; content:\"AS:6\"; sid:38;)\n"
    "alert sip any any -> any any (sdp.time; content:\"0 0\"; bsize:3; sid:39;)\n"
    "alert sip any any -> any any (frame:sip.pdu; content:!\"zz\"; flow:to_server; sid:50;)\n"
    "alert sip any any -> any any (frame:request.line; content:\"SIP/2.0|0d 0a|\"; endswith; sid:51;)\n"
    "alert sip any any -> any any (frame:request.headers; content:\"v1|0d 0a|\"; endswith; sid:52;)\n"
    "alert sip any any -> any any (frame:sip.request.body; content:\"body\"; bsize:4; sid:53;)\n"
    "alert sip any any -> any any (frame:sip.response.line; content:\"OK|0d 0a|\"; endswith; sid:54;)\n"
    "alert sip any any -> any any (frame:sip.response.headers; content:\"Content-Length: 0|0d 0a|\"; endswith; sid:55;)\n"
    "alert sip any any -> any any (frame:sip.response.body; content:\"v=0\"; sid:56;)\n"
    "alert sip any any -> any any (frame:sip.pdu; content:\"SIP/2.0 200\"; startswith; sid:57;)\n"
    "alert sip any any -> any any (app-layer-event:sip.invalid_data; sid:60;)\n"
    "alert sip any any -> any any (app-layer-event:sip.headers_too_long; sid:61;)\n";

#define ASK "INVITE sip:b@x SIP/2.0\r\n"
#define OK "SIP/2.0 200 OK\r\nVia: r1\r\nContent-Length: 0\r\n\r\n"
#define SDP "v=0\r\no=u 1 2 IN IP4 192.0.2.1\r\ns=n\r\nt=0 0\r\n"

static const struct app_case datagrams[] = {
    {"a call", {CLIENT(ASK "Via: v1\r\nFrom: f1\r\nTo: t1\r\nUser-Agent: ua\r\nContent-Length: 00\r\n\r\n"), SERVER(OK)}, "1@1 2@1 3@1 8@1 11@1 12@1 13@1 15@1 50@1 51@1 4@2 5@2 6@2 7@2 54@2 55@2 57@2"},
    {"fields that come twice", {CLIENT(ASK "Via: v1\r\nVia: v2\r\nFrom: f2\r\nFrom: f1\r\nTo: x\r\nTo: t1\r\nContent-Length: 0\r\nContent-Length: 00\r\n\r\n")}, "1@1 2@1 3@1 8@1 9@1 10@1 11@1 12@1 15@1 16@1 50@1 51@1"},
    {"two in one field", {CLIENT(ASK "Via: v1, v2\r\n\r\n")}, "1@1 2@1 3@1 10@1 50@1 51@1"},
    {"compact forms", {CLIENT(ASK "v: v1\r\nf: f1\r\nt: t1\r\nc: application/sdp\r\nl: 00\r\n\r\n")}, "1@1 2@1 3@1 8@1 11@1 12@1 14@1 15@1 50@1 51@1"},
    {"compact and long", {CLIENT(ASK "v: v1\r\nVia: v2\r\n\r\n")}, "1@1 2@1 3@1 8@1 9@1 10@1 50@1 51@1"},
    {"a folded field", {CLIENT(ASK "Via: v1\r\n v2\r\nFrom: f1\r\n\r\n")}, "1@1 2@1 3@1 10@1 11@1 50@1 51@1"},
    {"blanks", {CLIENT(ASK "Via : v1\r\nFrom\t:f1\r\nTo: \tt1 \t\r\n\r\n")}, "1@1 2@1 3@1 8@1 11@1 12@1 50@1 51@1"},
    {"an empty field", {CLIENT(ASK "Via:\r\n\r\n")}, "1@1 2@1 3@1 18@1 50@1 51@1"},
    {"no fields", {CLIENT(ASK "\r\n")}, "1@1 2@1 3@1 17@1 50@1 51@1"},
    {"a body", {CLIENT(ASK "Via: v1\r\n\r\nbody")}, "1@1 2@1 3@1 8@1 50@1 51@1 52@1 53@1"},
    {"a length that is too short", {CLIENT(ASK "Via: v1\r\nContent-Length: 2\r\n\r\nbody")}, "1@1 2@1 3@1 8@1 50@1 51@1 53@1"},
    {"a length that is none", {CLIENT(ASK "Content-Length: -1\r\nVia: v1\r\n\r\nbody")}, "1@1 2@1 3@1 8@1 50@1 51@1 52@1 53@1"},
    {"a session", {CLIENT(ASK "Content-Type: application/sdp\r\n\r\n" SDP), SERVER("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" SDP)}, "1@1 2@1 3@1 14@1 17@1 20@1 21@1 39@1 50@1 51@1 4@2 5@2 6@2 7@2 20@2 21@2 39@2 54@2 55@2 56@2 57@2"},
    {"all lines: what describes the session", {CLIENT(ASK "\r\nv=0\r\no=u 1 2 IN IP4 192.0.2.1\r\ns=n\r\ni=in\r\nu=http://u/\r\ne=e@x\r\np=+1\r\nc=IN IP4 192.0.2.2\r\nb=AS:1\r\nb=CT:2\r\nt=1 2\r\nr=7d 1h 0 25h\r\nt=3 4\r\n")}, "1@1 2@1 3@1 17@1 20@1 21@1 22@1 23@1 24@1 25@1 26@1 27@1 28@1 29@1 50@1"},
    {"all lines: the media", {CLIENT(ASK "\r\n" SDP "z=1 -1h 2 0\r\nk=prompt\r\na=sendrecv\r\na=x:y\r\nm=audio 1 RTP/AVP 0\r\ni=i1\r\nc=IN IP4 192.0.2.3\r\nb=AS:6\r\nk=clear:k1\r\na=x:m1\r\nm=video 2 RTP/AVP 0\r\ni=i2\r\nc=IN IP4 192.0.2.4\r\nk=clear:k2\r\na=x:m2\r\n")}, "1@1 2@1 3@1 17@1 20@1 21@1 30@1 31@1 32@1 33@1 34@1 35@1 36@1 39@1 50@1"},
    {"two in a datagram", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n" ASK "Via: v2\r\nContent-Length: 0\r\n\r\n")}, "1@1 2@1 3@1 8@1 50@1 51@1"},
    {"another version", {CLIENT("INVITE sip:b@x SIP/3.77\r\nVia: v1\r\n\r\n")}, "1@1 2@1 8@1 50@1 52@1"},
    {"a code of letters", {CLIENT(ASK "\r\n"), SERVER("SIP/2.0 abc OK\r\nVia: v1\r\n\r\n")}, "1@1 2@1 3@1 17@1 50@1 51@1 5@2 7@2 8@2 54@2"},
    {"an empty reason", {CLIENT(ASK "\r\n"), SERVER("SIP/2.0 200 \r\nVia: v1\r\n\r\n")}, "1@1 2@1 3@1 17@1 50@1 51@1 4@2 7@2 8@2 57@2"},
    {"codes of other lengths", {CLIENT(ASK "\r\n"), SERVER("SIP/2.0 20 OK\r\nVia: v1\r\n\r\n"), SERVER("SIP/2.0 2000 OK\r\nVia: v1\r\n\r\n")}, "1@1 2@1 3@1 17@1 50@1 51@1 57@3"},
    {"blanks too many", {CLIENT("INVITE  sip:b@x SIP/2.0\r\nVia: v1\r\n\r\n"), CLIENT("INVITE sip:b@x  SIP/2.0\r\nVia: v1\r\n\r\n")}, "50@1 50@2"},
    {"no version", {CLIENT("INVITE sip:b@x\r\nVia: v1\r\n\r\n"), CLIENT("INVITE sip:b@x sip/2.0\r\nVia: v1\r\n\r\n")}, "50@1 50@2"},
    {"no SIP in between", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT("\r\n\r\n"), CLIENT("\000\000\000\000"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n")}, "1@1 2@1 3@1 8@1 50@1 51@1 50@2 50@3 1@4 2@4 3@4 9@4 50@4 51@4"},
    {"the answer first", {SERVER(OK), CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n")}, ""},
};

/* Different here: more of what is no good SIP, or that of the other side, is read. */
static const struct app_case more_datagrams[] = {
    {"no reason", {CLIENT(ASK "\r\n"), SERVER("SIP/2.0 200\r\nVia: v1\r\n\r\n")}, "1@1 2@1 3@1 17@1 50@1 51@1 4@2 7@2 8@2 57@2"},
    {"names in other letters", {CLIENT(ASK "VIA: v1\r\nfrom: f1\r\nT: t1\r\n\r\n")}, "1@1 2@1 3@1 8@1 11@1 12@1 50@1 51@1"},
    {"ends of lines", {CLIENT("INVITE sip:b@x SIP/2.0\nVia: v1\nFrom: f1\n\nbody")}, "1@1 2@1 3@1 8@1 11@1 50@1 53@1"},
    {"no end", {CLIENT(ASK "Via: v1\r\nFrom: f1"), CLIENT("INVITE sip:b@x SIP/2.0")}, "1@1 2@1 3@1 8@1 11@1 50@1 51@1 1@2 2@2 3@2 17@2 50@2"},
    {"lines that are no fields", {CLIENT(ASK "Via: v1\r\nfoo\r\nf(oo: x\r\nFrom: f1\r\n\r\n")}, "1@1 2@1 3@1 8@1 11@1 50@1 51@1"},
    {"bytes that are no text", {CLIENT(ASK "Via: v1\r\nTo: \377\000\303\r\nFrom: f1\r\n\r\n")}, "1@1 2@1 3@1 8@1 11@1 50@1 51@1"},
    {"a method with other characters", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT("FOO-b.ar sip:b@x SIP/2.0\r\nVia: v2\r\n\r\n")}, "1@1 2@1 3@1 8@1 50@1 51@1 2@2 9@2 50@2 51@2"},
    {"an empty line before", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT("\r\n" ASK "Via: v2\r\nContent-Length: 0\r\n\r\n")}, "1@1 2@1 3@1 8@1 50@1 51@1 1@2 2@2 3@2 9@2 50@2 51@2"},
    {"a request of the server, an answer of the client", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), SERVER("BYE sip:a@x SIP/2.0\r\nVia: v2\r\nContent-Length: 0\r\n\r\n"), CLIENT(OK)}, "1@1 2@1 3@1 8@1 50@1 51@1 7@2 9@2 51@2 50@3 54@3 55@3 57@3"},
    {"a session in another order", {CLIENT(ASK "\r\nv=0\r\nt=0 0\r\nx\r\nA=1\r\ns=n\r\na=x:y\r\no=u 1 2 IN IP4 192.0.2.1\r\n")}, "1@1 2@1 3@1 17@1 20@1 21@1 32@1 39@1 50@1 51@1"},
    {"a session with lines that are not of its form", {CLIENT(ASK "\r\nv=0\r\no=u 1 2 IN IP4 192.0.2.1\r\ns=n\r\nc=192.0.2.2\r\nt=0 0\r\nr=7d 1h 0\r\nr=7d 1h 0 25h\r\nm=any\r\ni=\377\r\nm=audio\r\nm=video\r\ni=i2")}, "1@1 2@1 3@1 17@1 20@1 21@1 26@1 29@1 33@1 34@1 39@1 50@1 51@1"},
};

static const struct app_case streams[] = {
    {"a call in a stream", {CLIENT(ASK "Via: v1\r\nFrom: f1\r\nTo: t1\r\nUser-Agent: ua\r\nContent-Length: 00\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 8@7 11@7 12@7 13@7 15@7 50@7 51@7 4@9 5@9 6@9 7@9 54@9 55@9 57@9"},
    {"in pieces", {CLIENT("INVITE s"), CLIENT("ip:b@x SIP/2.0\r"), CLIENT("\nVia: v1\r\n\r"), CLIENT("\n"), SERVER("SIP/2.0 2"), SERVER("00 OK\r\nVia: r1\r\nContent-Length: 0\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "1@13 2@13 3@13 8@13 50@13 51@13 52@13 4@17 5@17 6@17 7@17 54@17 55@17 57@17"},
    {"several at once", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n" ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK OK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 8@7 9@7 50@7 50@7 51@7 51@7 4@9 4@9 5@9 5@9 6@9 6@9 7@9 7@9 54@9 54@9 55@9 55@9 57@9 57@9"},
    {"sessions at once", {CLIENT(ASK "Via: v1\r\nContent-Length: 43\r\n\r\n" SDP ASK "Via: v2\r\nContent-Length: 43\r\n\r\n" SDP), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 8@7 9@7 20@7 20@7 21@7 21@7 39@7 39@7 50@7 4@9 5@9 6@9 7@9 54@9 55@9 57@9"},
    {"the answer first, in a stream", {SERVER(OK), CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "4@7 5@7 6@7 7@7 54@7 55@7 57@7 1@8 2@8 3@8 8@8 50@8 51@8"},
    {"no length", {CLIENT(ASK "Via: v1\r\n\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 52@6 1@9 2@9 3@9 9@9 50@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
};

/* Different here: a body has the length that its message says; and reading goes on behind what is no SIP, or missing. */
static const struct app_case more_streams[] = {
    {"another method first", {CLIENT("FOO sip:b@x SIP/2.0\r\nVia: v1\r\n\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 2@9 2@9 3@9 8@9 9@9 50@9 50@9 51@9 51@9 52@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"bodies", {CLIENT(ASK "Via: v1\r\nContent-Length: 4\r\n\r\nbody" ASK "Via: v2\r\nContent-Length: 4\r\n\r\nbody"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 8@7 9@7 50@7 50@7 51@7 51@7 53@7 53@7 4@9 5@9 6@9 7@9 54@9 55@9 57@9"},
    {"a body in pieces", {CLIENT(ASK "Via: v1\r\nContent-Length: 4\r\n\r\nb"), CLIENT("ody" ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 1@9 2@9 2@9 3@9 3@9 8@9 9@9 50@9 50@9 51@9 51@9 53@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"a body that ends with the stream", {CLIENT(ASK "Via: v1\r\nContent-Length: 40\r\n\r\nbody"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "4@9 5@9 6@9 7@9 54@9 55@9 57@9 1@11 2@11 3@11 8@11 50@11 51@11 53@11"},
    {"a length that is too short, in a stream", {CLIENT(ASK "Via: v1\r\nContent-Length: 4\r\n\r\nbody\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 53@6 1@9 2@9 3@9 9@9 50@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"a length that is none, in a stream", {CLIENT(ASK "Via: v1\r\nContent-Length: x\r\n\r\nbody\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 1@9 2@9 3@9 9@9 50@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"empty lines between", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT("\r\n\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER("\r\n"), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 1@11 2@11 3@11 9@11 50@11 51@11"},
    {"something else between", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT("foo\r\n\r\nbar\r\n"), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 1@11 2@11 3@11 9@11 50@11 51@11 4@13 5@13 6@13 7@13 54@13 55@13 57@13"},
    {"requests of both", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), SERVER(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), CLIENT(OK), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 8@7 50@7 51@7 4@8 5@8 6@8 7@8 54@8 55@8 57@8 7@11 9@11 51@11 50@12 54@12 55@12 57@12"},
    {"a gap", {CLIENT(ASK "Via: v1\r\nContent-Length: 0\r\n\r\n"), CLIENT_GAP(100), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 8@6 50@6 51@6 1@9 2@9 3@9 9@9 50@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"a gap in a body", {CLIENT(ASK "Via: v1\r\nContent-Length: 4\r\n\r\nbo"), CLIENT_GAP(2), CLIENT(ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 1@9 2@9 2@9 3@9 3@9 8@9 9@9 50@9 50@9 51@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
    {"a gap over messages", {CLIENT(ASK "Via: v1\r\nContent-Length: 4\r\n\r\nbo"), CLIENT_GAP(50), CLIENT("tail of one\r\n\r\n" ASK "Via: v2\r\nContent-Length: 0\r\n\r\n"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 1@9 2@9 2@9 3@9 3@9 8@9 9@9 50@9 50@9 51@9 51@9 4@11 5@11 6@11 7@11 54@11 55@11 57@11"},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct app_suite over_udp = {.rules = rules, .port = 5060, .udp = true};
static const struct app_suite over_tcp = {.rules = rules, .port = 5060};

static void test_datagrams(void **state)
{
    (void)state;
    app_cases_check(&over_udp, datagrams, COUNT(datagrams));
}

static void test_more_datagrams(void **state)
{
    (void)state;
    app_cases_check(&over_udp, more_datagrams, COUNT(more_datagrams));
}

static void test_streams(void **state)
{
    (void)state;
    app_cases_check(&over_tcp, streams, COUNT(streams));
}

static void test_more_streams(void **state)
{
    (void)state;
    app_cases_check(&over_tcp, more_streams, COUNT(more_streams));
}

/* A body of many bytes is not waited for: what is kept of it makes a transaction, the rest is passed over. */
static void test_long_body(void **state)
{
    (void)state;
    static const char head[] = ASK "Content-Length: 1000000\r\n\r\n";
    static const char next[] = ASK "Via: v1\r\n\r\n";
    char zeros[10000] = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &sip_parser, false));
    app_driver_feed(&d, TO_SERVER, slice_of(head, sizeof head - 1));
    for (int i = 0; i < 100; i++) {
        app_driver_feed(&d, TO_SERVER, slice_of(zeros, sizeof zeros));
        assert_in_range(d.pending[TO_SERVER].n, 0, SIP_BODY_MOST + SIP_HEAD_MOST);
        assert_int_equal(d.session->next_id, (i + 1) * sizeof zeros >= SIP_BODY_MOST);
    }
    app_driver_feed(&d, TO_SERVER, slice_of(next, sizeof next - 1));
    assert_int_equal(d.session->next_id, 2);
    app_driver_close(&d);
}

/* Neither is the end of a head, nor that of a line which begins nothing. */
static void test_long_head(void **state)
{
    (void)state;
    char xs[10000];
    struct app_driver d;
    memset(xs, 'x', sizeof xs);
    assert_true(app_driver_open(&d, &sip_parser, false));
    app_driver_feed(&d, TO_SERVER, slice_str(ASK "X: "));
    for (int i = 0; i < 10; i++)
        app_driver_feed(&d, TO_SERVER, slice_of(xs, sizeof xs));
    assert_int_equal(d.session->next_id, 1);
    assert_in_range(d.pending[TO_SERVER].n, 0, SIP_HEAD_MOST);
    app_driver_feed(&d, TO_SERVER, slice_str("\r\n" ASK "\r\n"));
    assert_int_equal(d.session->next_id, 2);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams), cmocka_unit_test(test_more_datagrams),
        cmocka_unit_test(test_streams),   cmocka_unit_test(test_more_streams),
        cmocka_unit_test(test_long_body), cmocka_unit_test(test_long_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
