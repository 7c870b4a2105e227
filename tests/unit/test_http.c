/* HTTP/1 through the whole engine, with what was asked of Suricata 8.0.8 of the same packets; and where a
 * transaction is refused: nothing is parsed any more. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/http/http.h"
#include "app/session.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
#define ASK "GET /a%20b?q=1 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: x\r\n\r\n"
#define NEXT "GET /next HTTP/1.1\r\nHost: b\r\n\r\n"
#define PAGE "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\nhello"
#define EMPTY "HTTP/1.1 204 No Content\r\n\r\n"
#define POST "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"

#define LONG_16 "aaaaaaaaaaaaaaaa"
#define LONG_256 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16
#define LONG LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256 LONG_256

static const char rules[] =
    "alert http any any -> any any (http.uri; content:\"/a b?q=1\"; bsize:8; sid:1;)\n"
    "alert http any any -> any any (http.uri.raw; content:\"/a%20b\"; sid:2;)\n"
    "alert http any any -> any any (http.host; content:\"www.example.com\"; sid:3;)\n"
    "alert http any any -> any any (http.method; content:\"POST\"; sid:4;)\n"
    "alert http any any -> any any (http.request_body; content:\"user=me\"; sid:5;)\n"
    "alert http any any -> any any (http.stat_code; content:\"200\"; sid:6;)\n"
    "alert http any any -> any any (http.response_body; content:\"hello\"; sid:7;)\n"
    "alert http any any -> any any (file.data; content:\"hello\"; flow:to_client; sid:8;)\n"
    "alert http any any -> any any (http.header_names; content:\"|0d 0a|Host|0d 0a|User-Agent|0d 0a 0d 0a|\"; sid:9;)\n"
    "alert http any any -> any any (http.user_agent; content:!\"x\"; sid:10;)\n"
    "alert http any any -> any any (http.uri; content:\"/next\"; sid:11;)\n"
    "alert http any any -> any any (http.request_line; content:\"GET /a%20b?q=1 HTTP/1.1\"; bsize:23; sid:12;)\n"
    "alert http any any -> any any (http.protocol; content:\"HTTP/1.0\"; sid:13;)\n"
    "alert http any any -> any any (http.cookie; content:\"k=v\"; sid:14;)\n"
    "alert http any any -> any any (http.stat_code; content:\"204\"; sid:15;)\n"
    "alert http1:request_headers any any -> any any (flowbits:isnotset,h; flowbits:set,h; sid:20;)\n"
    "alert http1:request_complete any any -> any any (flowbits:isnotset,c; flowbits:set,c; sid:21;)\n"
    "alert http1:response_headers any any -> any any (flowbits:isnotset,r; flowbits:set,r; sid:22;)\n"
    "alert http1:response_complete any any -> any any (flowbits:isnotset,d; flowbits:set,d; sid:23;)\n"
    "alert http any any -> any any (app-layer-event:http.missing_host_header; sid:30;)\n"
    "alert http any any -> any any (app-layer-event:http.invalid_content_length_field_in_request; sid:31;)\n"
    "alert http any any -> any any (app-layer-event:http.invalid_request_chunk_len; sid:32;)\n"
    "alert http any any -> any any (app-layer-event:http.invalid_response_chunk_len; sid:33;)\n"
    "alert http any any -> any any (app-layer-event:http.request_header_invalid; sid:34;)\n"
    "alert http any any -> any any (app-layer-event:http.unable_to_match_response_to_request; sid:35;)\n"
    "alert http any any -> any any (app-layer-event:http.host_header_ambiguous; sid:36;)\n"
    "alert http any any -> any any (app-layer-event:http.request_header_repetition; sid:37;)\n"
    "alert http any any -> any any (app-layer-event:http.response_field_missing_colon; sid:38;)\n"
    "alert http any any -> any any (app-layer-event:http.invalid_transfer_encoding_value_in_request; sid:39;)\n"
    "alert http any any -> any any (app-layer-event:http.gzip_decompression_failed; sid:40;)\n"
    "alert http any any -> any any (app-layer-event:http.uri_delim_non_compliant; sid:41;)\n"
    "alert http any any -> any any (app-layer-event:http.method_delim_non_compliant; sid:42;)\n"
    "alert http any any -> any any (app-layer-event:http.100_continue_already_seen; sid:43;)\n";

static const struct app_case cases[] = {
    {"a page", {CLIENT(ASK), SERVER(PAGE), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@9 7@9 8@9 22@9 23@9"},
    {"a page and another", {CLIENT(ASK), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@9 7@9 8@9 22@9 23@9 11@11 15@13"},
    {"pipelined", {CLIENT(ASK NEXT), SERVER(PAGE EMPTY), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 9@7 11@7 12@7 20@7 21@7 6@9 7@9 8@9 15@9 22@9 23@9"},
    {"a request in four segments", {CLIENT("GE"), CLIENT("T /a%20b?q=1 HT"), CLIENT("TP/1.1\r\nHost: www.exa"), CLIENT("mple.com\r\nUser-Agent: x\r\n\r\n"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "1@10 2@10 12@10 20@10 3@13 9@13 21@13 6@15 7@15 8@15 22@15 23@15 11@17 15@end"},
    {"a response in four segments", {CLIENT(ASK), SERVER("HTTP/1."), SERVER("1 200 OK\r\nServer: s\r\nContent-Le"), SERVER("ngth: 5\r\n\r\nhe"), SERVER("llo"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@10 22@10 7@15 8@15 23@15 11@17 15@end"},
    {"a form", {CLIENT(POST "user=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 5@7 20@7 21@7 6@9 7@9 8@9 22@9 23@9 11@11 15@end"},
    {"a form in parts", {CLIENT(POST), CLIENT("user"), CLIENT("=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "4@6 20@6 5@11 21@11 6@13 7@13 8@13 22@13 23@13 11@15 15@end"},
    {"chunks", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nuser\r\n3\r\n=me\r\n0\r\n\r\n"),
      SERVER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 5@7 20@7 21@7 6@9 7@9 8@9 22@9 23@9 11@11 15@end"},
    {"an answer's chunk of no length", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 33@7 6@9 22@9 33@9 11@11 7@end 8@end 23@end"},
    {"to the end of the connection", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\n\r\nhel"), SERVER("lo"), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@8 22@8 7@13 8@13 23@13"},
    {"100", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"), SERVER("HTTP/1.1 100 Continue\r\n\r\n"), CLIENT("user=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 20@7 5@11 21@11 6@13 7@13 8@13 22@13 23@13 11@15 15@end"},
    {"HEAD", {CLIENT("HEAD /next HTTP/1.1\r\nHost: a\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"), CLIENT(ASK), SERVER(PAGE), CLIENT(NEXT)}, "11@7 20@7 21@7 6@9 22@9 23@9 1@11 2@11 3@11 9@11 12@11 6@13 7@13 8@13 11@end"},
    {"HTTP/0.9", {CLIENT("GET /next\r\n"), SERVER("hello"), CLIENT_FIN, SERVER_FIN}, "11@7 20@7 21@7 7@end 8@end 22@end 23@end"},
    {"HTTP/1.0", {CLIENT("GET /next HTTP/1.0\r\n\r\n"), SERVER("HTTP/1.0 200 OK\r\n\r\nhello"), SERVER_FIN, CLIENT_FIN}, "11@7 13@7 20@7 21@7 6@8 13@8 22@8 7@11 8@11 23@11"},
    {"no host", {CLIENT("GET /next HTTP/1.1\r\n\r\n"), SERVER(PAGE), CLIENT(ASK), SERVER(PAGE)}, "11@7 20@7 21@7 30@7 6@9 7@9 8@9 22@9 23@9 30@9 1@11 2@11 3@11 9@11 12@11 6@end 7@end 8@end"},
    {"another host in the line", {CLIENT("GET http://c/next HTTP/1.1\r\nHost: b\r\n\r\n"), SERVER(PAGE), CLIENT(ASK), SERVER(PAGE)}, "11@7 20@7 21@7 36@7 6@9 7@9 8@9 22@9 23@9 36@9 1@11 2@11 3@11 9@11 12@11 6@end 7@end 8@end"},
    {"a header twice, a cookie", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nCookie: k=v\r\nX: 1\r\nX: 2\r\n\r\n"), SERVER(PAGE), CLIENT(ASK), SERVER(PAGE)}, "11@7 14@7 20@7 21@7 37@7 6@9 7@9 8@9 22@9 23@9 37@9 1@11 2@11 3@11 9@11 12@11 6@end 7@end 8@end"},
    {"lengths that contradict", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: xyz\r\n\r\nuser=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 20@7"},
    {"an encoding that is none", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xyz\r\n\r\nuser=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 20@7"},
    {"a header without a colon", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer\r\nContent-Length: 5\r\n\r\nhello"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 38@7 6@9 7@9 8@9 22@9 23@9 38@9 11@11 15@end"},
    {"tabs in the line", {CLIENT("GET\t/next\tHTTP/1.1\r\nHost: a\r\n\r\n"), SERVER(PAGE), CLIENT(ASK), SERVER(PAGE)}, "11@7 20@7 21@7 41@7 42@7 6@9 7@9 8@9 22@9 23@9 41@9 42@9 1@11 2@11 3@11 9@11 12@11 6@end 7@end 8@end"},
    {"a gzip that is none", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@9 7@9 8@9 22@9 23@9 11@11 15@end"},
    {"an answer that nobody asked for", {CLIENT(ASK), SERVER(PAGE PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 35@7 6@9 6@9 7@9 7@9 8@9 8@9 22@9 23@9 35@9 11@11 15@end"},
    {"bytes missing in a body", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello"), SERVER_GAP(10), SERVER("world"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@8 22@8 7@11 8@11 23@11 11@13 15@end"},
    {"bytes missing in a header", {CLIENT("GET /next HTTP/1.1\r\nHo"), CLIENT_GAP(10), CLIENT("\r\n\r\n"), SERVER(PAGE), CLIENT(ASK), SERVER(EMPTY)}, "11@6 20@6 21@9 30@9 6@11 7@11 8@11 22@11 23@11 30@11 1@13 2@13 3@13 9@13 12@13 15@end"},
    {"a request missing", {CLIENT(ASK), SERVER(PAGE), CLIENT_GAP(30), SERVER(EMPTY), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 3@7 9@7 12@7 20@7 21@7 6@8 7@8 8@8 22@8 23@8 35@9 15@11 35@11 11@13 15@end"},
    {"an answer missing", {CLIENT(ASK), SERVER_GAP(60), CLIENT(NEXT), SERVER(EMPTY), CLIENT(ASK), SERVER(PAGE)}, "1@6 2@6 3@6 9@6 12@6 20@6 21@6 11@9 15@11 22@11 23@11 1@13 2@13 3@13 9@13 12@13 6@end 7@end 8@end"},
    {"half a request", {CLIENT("GET /next HTTP/1.1\r\nHost: a\r\n"), CLIENT_FIN, SERVER_FIN}, "11@6 20@6 21@9"},
};
/* Headers that come in parts. */
static const char part_rules[] =
    "alert http any any -> any any (http.user_agent; content:\"x\"; sid:1;)\n"
    "alert http any any -> any any (http.user_agent; content:!\"z\"; sid:2;)\n"
    "alert http any any -> any any (http.accept; content:\"/\"; sid:3;)\n"
    "alert http any any -> any any (http.accept; content:!\"z\"; sid:4;)\n"
    "alert http any any -> any any (http.request_header; content:\"x\"; sid:5;)\n"
    "alert http any any -> any any (http.request_header; content:!\"z\"; sid:6;)\n"
    "alert http any any -> any any (http.header; content:\"x\"; sid:7;)\n"
    "alert http any any -> any any (flow:to_server; http.header.raw; content:\"x\"; sid:8;)\n"
    "alert http any any -> any any (http.header_names; content:\"User\"; sid:9;)\n"
    "alert http any any -> any any (http.host; content:\"b\"; sid:10;)\n"
    "alert http any any -> any any (http.host.raw; content:\"b\"; sid:11;)\n"
    "alert http any any -> any any (http.cookie; content:\"k\"; sid:12;)\n"
    "alert http any any -> any any (http.start; content:\"x\"; sid:13;)\n"
    "alert http any any -> any any (http.protocol; content:\"1.1\"; sid:14;)\n"
    "alert http any any -> any any (http.content_type; content:\"t\"; sid:15;)\n"
    "alert http any any -> any any (http.referer; content:\"r\"; sid:16;)\n"
    "alert http any any -> any any (http.connection; content:\"c\"; sid:17;)\n"
    "alert http any any -> any any (http.accept_enc; content:\"g\"; sid:18;)\n"
    "alert http any any -> any any (http.accept_lang; content:\"l\"; sid:19;)\n"
    "alert http any any -> any any (http.content_len; content:\"5\"; sid:20;)\n"
    "alert http any any -> any any (http.server; content:\"s\"; sid:21;)\n"
    "alert http any any -> any any (http.location; content:\"l\"; sid:22;)\n"
    "alert http any any -> any any (http.response_header; content:\"s\"; sid:23;)\n"
    "alert http any any -> any any (http.stat_msg; content:\"O\"; sid:24;)\n"
    "alert http any any -> any any (http.response_line; content:\"O\"; sid:25;)\n"
    "alert http any any -> any any (http.user_agent; absent; sid:26;)\n"
    "alert http any any -> any any (http.user_agent; bsize:1; sid:27;)\n"
    "alert http any any -> any any (http.uri; content:\"next\"; http.user_agent; content:!\"z\"; sid:28;)\n"
    "alert http any any -> any any (http.server; content:!\"z\"; sid:29;)\n"
    "alert http any any -> any any (http.host; content:!\"z\"; sid:30;)\n"
    "alert http any any -> any any (http.user_agent; content:\"xx\"; sid:31;)\n"
    "alert http any any -> any any (http.user_agent; content:\"yy\"; endswith; sid:32;)\n"
    "alert http any any -> any any (http.user_agent; content:\"yy, xx\"; bsize:6; sid:33;)\n"
    "alert http any any -> any any (http.request_header; content:\"xx\"; sid:34;)\n";

static const struct app_case part_cases[] = {
    {"a line at a time", {CLIENT("GET /next HTTP/1.1\r\n"), CLIENT("Host: b\r\n"), CLIENT("User-Agent: x\r\n"), CLIENT("Accept: */*\r\n"), CLIENT("\r\n"), SERVER(PAGE), CLIENT(NEXT)}, "14@6 6@10 11@10 1@12 2@12 5@12 27@12 28@12 3@15 4@15 7@15 8@15 9@15 10@15 13@15 30@15 14@17 20@17 21@17 23@17 24@17 25@17 29@17 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"a line and the next letter", {CLIENT("GET /next HTTP/1.1\r\nH"), CLIENT("ost: b\r\nU"), CLIENT("ser-Agent: x\r\nA"), CLIENT("ccept: */*\r\nC"), CLIENT("ookie: k=v\r\n\r\n"), SERVER(PAGE), CLIENT(NEXT)}, "14@6 6@8 11@8 1@10 2@10 5@10 27@10 28@10 3@12 4@12 7@15 8@15 9@15 10@15 12@15 13@15 30@15 14@17 20@17 21@17 23@17 24@17 25@17 29@17 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"twice the same", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nUser-Agent: y\r\nA"), CLIENT(": 1\r\nUser-Agent: x\r\nB"), CLIENT(": 2\r\nB: 3\r\n\r\n"), SERVER(PAGE), CLIENT(NEXT)}, "2@6 6@6 11@6 14@6 27@6 28@6 1@8 5@8 7@11 8@11 9@11 10@11 13@11 30@11 14@13 20@13 21@13 23@13 24@13 25@13 29@13 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"twice the same, longer", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nUser-Agent: yy\r\nA"), CLIENT(": 1\r\nUser-Agent: xx\r\nB"), CLIENT(": 2\r\nB: 3\r\n\r\n"), SERVER(PAGE), CLIENT(NEXT)}, "2@6 6@6 11@6 14@6 28@6 32@6 1@8 5@8 31@8 33@8 34@8 7@11 8@11 9@11 10@11 13@11 30@11 14@13 20@13 21@13 23@13 24@13 25@13 29@13 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"never all", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nUser-Agent: x\r\nA"), CLIENT(": 1\r\nReferer: r\r\nB"), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 5@6 6@6 11@6 14@6 27@6 28@6 16@8 7@11 8@11 9@11 13@11"},
    {"never all, open", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nUser-Agent: x\r\nA"), CLIENT(": 1\r\nReferer: r\r\nB")}, "1@6 2@6 5@6 6@6 11@6 14@6 27@6 28@6 7@end 8@end 9@end 13@end 16@end"},
    {"the others", {CLIENT("GET /next HTTP/1.1\r\nContent-Type: t\r\nC"), CLIENT("onnection: c\r\nAccept-Encoding: g\r\nA"), CLIENT("ccept-Language: l\r\nContent-Length: 5\r\nX"), CLIENT(": 1\r\n\r\n"), CLIENT("hello"), SERVER(PAGE), CLIENT(NEXT)}, "6@6 14@6 15@6 17@8 18@8 19@10 20@10 13@12 26@12 14@17 20@17 21@17 23@17 24@17 25@17 29@17 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"an answer in parts", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\nL"), SERVER("ocation: l\r\nContent-Type: t\r\nC"), SERVER("ontent-Length: 5\r\nX"), SERVER(": 1\r\n\r\nhello"), CLIENT(NEXT), SERVER(EMPTY)}, "1@7 2@7 5@7 6@7 7@7 8@7 9@7 13@7 14@7 27@7 30@7 14@8 21@8 23@8 24@8 25@8 29@8 15@10 22@10 20@12 6@17 10@17 11@17 13@17 14@17 26@17 30@17 14@end"},
    {"an answer that never comes whole", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\nL"), SERVER("ocation: l\r\nContent-Type: t\r\nC"), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 5@7 6@7 7@7 8@7 9@7 13@7 14@7 27@7 30@7 14@8 21@8 23@8 24@8 25@8 29@8 15@10 22@10"},
    {"a cookie first", {CLIENT("GET /next HTTP/1.1\r\nCookie: k=v\r\nA"), CLIENT(": 1\r\nHost: b\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\nSet-Cookie: k=w\r\nS"), SERVER("erver: s\r\nContent-Length: 0\r\n\r\n"), CLIENT(NEXT)}, "6@6 12@6 14@6 10@9 11@9 13@9 26@9 30@9 12@10 14@10 24@10 25@10 21@13 23@13 29@13 6@end 10@end 11@end 13@end 14@end 26@end 30@end"},
    {"a header that is too long", {CLIENT("GET /next HTTP/1.1\r\nUser-Agent: x\r\nA: " LONG), CLIENT(LONG LONG), CLIENT(LONG), SERVER(PAGE), CLIENT(NEXT), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 5@6 6@6 14@6 27@6 28@6 14@13 20@13 21@13 23@13 24@13 25@13 29@13 7@14 8@14 9@14 10@14 11@14 13@14 30@14"},
};

/* What becomes a tunnel: the rules see all of HTTP first. */
static const char tunnel_rules[] =
    "alert tcp-stream any any -> any any (content:!\"zzzz\"; sid:1;)\n"
    "alert tcp-stream any any -> any any (content:\"hello\"; sid:2;)\n"
    "alert http any any -> any any (content:\"Host\"; sid:3;)\n"
    "alert http any any -> any any (flow:to_client; content:\"HTTP/1.1\"; sid:4;)\n"
    "alert http any any -> any any (http.method; content:\"E\"; sid:5;)\n"
    "alert http any any -> any any (http.stat_code; content:\"0\"; sid:6;)\n"
    "alert tcp any any -> any any (content:\"hello\"; sid:7;)\n";

static const struct app_case tunnel_cases[] = {
    {"CONNECT", {CLIENT("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\n\r\n"), CLIENT("hello"), SERVER("hello")}, "1@end 1@end 1@end 1@end 2@end 2@end 3@end 4@end 5@end 6@end 7@end 7@end"},
    {"CONNECT, refused", {CLIENT("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), SERVER("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"), CLIENT("hello"), SERVER("hello")}, "5@7 1@9 4@9 6@9 1@end 1@end 2@end 2@end 3@end 7@end 7@end"},
    {"CONNECT and the client's first", {CLIENT("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nhello"), SERVER("HTTP/1.1 200 OK\r\n\r\n"), CLIENT("hello"), SERVER("hello")}, "1@end 1@end 1@end 1@end 2@end 2@end 2@end 3@end 4@end 5@end 6@end 7@end 7@end 7@end"},
    {"HTTP in the tunnel", {CLIENT("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\n\r\n"), CLIENT(ASK), SERVER(PAGE), CLIENT(NEXT)}, "1@11 3@11 5@11 1@13 2@13 4@13 6@13 7@13 1@end 1@end 1@end 3@end 3@end 4@end 5@end 5@end 6@end"},
    {"CONNECT behind another", {CLIENT(ASK), SERVER(PAGE), CLIENT("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\n\r\n"), CLIENT("hello"), SERVER("hello")}, "1@7 3@7 5@7 1@9 2@9 4@9 6@9 7@9 1@end 1@end 1@end 1@end 2@end 2@end 3@end 4@end 5@end 6@end 7@end 7@end"},
};

/* What is there and empty. */
static const char empty_rules[] =
    "alert http any any -> any any (http.stat_msg; content:!\"zzz\"; sid:1;)\n"
    "alert http any any -> any any (http.stat_msg; absent; sid:2;)\n"
    "alert http any any -> any any (http.stat_msg; bsize:0; sid:3;)\n"
    "alert http any any -> any any (flow:to_server; http.cookie; content:!\"zzz\"; sid:4;)\n"
    "alert http any any -> any any (flow:to_server; http.cookie; absent; sid:5;)\n"
    "alert http any any -> any any (flow:to_client; http.cookie; bsize:0; sid:6;)\n"
    "alert http any any -> any any (http.user_agent; bsize:0; sid:7;)\n"
    "alert http any any -> any any (http.user_agent; absent; sid:8;)\n";

static const struct app_case empty_cases[] = {
    {"neither reason nor values", {CLIENT("GET /next HTTP/1.1\r\nHost: b\r\nCookie:\r\nUser-Agent: \r\n\r\n"), SERVER("HTTP/1.1 204\r\nSet-Cookie:\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "4@7 7@7 1@9 3@9 6@9 5@11 8@11 1@end"},
    {"no answer", {CLIENT(NEXT)}, "5@end 8@end"},
    {"no answer, closed", {CLIENT(NEXT), CLIENT_FIN, SERVER_FIN}, "5@6 8@6"},
    {"no second answer", {CLIENT(NEXT), SERVER(EMPTY), CLIENT(NEXT), CLIENT_FIN, SERVER_FIN}, "5@7 8@7 1@9 5@10 8@10"},
    {"a header that is too long, and an answer", {CLIENT("GET /next HTTP/1.1\r\nA: " LONG), CLIENT(LONG LONG LONG), CLIENT("\r\n\r\n"), SERVER(PAGE), CLIENT_FIN, SERVER_FIN}, "5@11 8@11 1@13"},
    {"a blank for a reason", {CLIENT(NEXT), SERVER("HTTP/1.1 204 \r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "5@7 8@7 1@9 3@9 5@11 8@11 1@end"},
};

/* http.header is looked at again with the end of the message, where a trailer may have come. */
static const char trailer_rules[] =
    "alert http any any -> any any (flow:to_client; http.header; content:\"Server\"; sid:1;)\n"
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"Server\"; sid:2;)\n"
    "alert http any any -> any any (flow:to_client; http.header; content:!\"zzz\"; sid:3;)\n"
    "alert http any any -> any any (flow:to_client; http.header; content:\"Late\"; sid:4;)\n"
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"Late\"; sid:5;)\n"
    "alert http any any -> any any (flow:to_client; http.header_names; content:\"Late\"; sid:6;)\n"
    "alert http any any -> any any (flow:to_client; http.response_header; content:\"Late\"; sid:7;)\n"
    "alert http any any -> any any (flow:to_server; http.header; content:\"Host\"; sid:8;)\n"
    "alert http any any -> any any (flow:to_server; http.header.raw; content:\"Host\"; sid:9;)\n"
    "alert http any any -> any any (flow:to_server; http.header; content:\"Late\"; sid:10;)\n"
    "alert http any any -> any any (flow:to_server; http.header.raw; content:\"Late\"; sid:11;)\n"
    "alert http any any -> any any (flow:to_server; http.uri; content:\"/form\"; http.header; content:\"Host\"; sid:12;)\n"
    "alert http any any -> any any (flow:to_server; http.header; content:\"Host\"; http.request_body; content:\"user\"; sid:13;)\n"
    "alert http any any -> any any (flow:to_client; http.header; content:\"Server\"; file.data; content:\"hel\"; sid:14;)\n"
    "alert http any any -> any any (flow:to_client; http.stat_code; content:\"200\"; http.header; content:\"Server\"; sid:15;)\n"
    "alert http any any -> any any (flow:to_client; http.header; content:\"Server\"; http.header; content:\"Length\"; sid:16;)\n"
    "alert http any any -> any any (flow:to_client; http.server; content:\"s\"; sid:17;)\n"
    "alert http any any -> any any (flow:to_client; http.header; bsize:>0; sid:18;)\n"
    "alert http any any -> any any (content:\"Server\"; http_header; sid:19;)\n"
    "alert http any any -> any any (flow:to_client; http.header; absent; sid:20;)\n"
    "alert http any any -> any any (flow:to_server; http.header; content:!\"zzz\"; sid:21;)\n";

#define CHUNKED "HTTP/1.1 200 OK\r\nServer: s\r\nTransfer-Encoding: chunked\r\n\r\n"
static const struct app_case trailer_cases[] = {
    {"a page", {CLIENT(ASK), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@9 2@9 3@9 14@9 15@9 16@9 17@9 18@9 19@9 8@11 9@11 21@11 20@end"},
    {"a page in two segments", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\nhe"), SERVER("llo"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 16@8 17@8 18@8 19@8 14@11 8@13 9@13 21@13 20@end"},
    {"a page in two segments, each looked at", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\nhe"), SERVER("l"), SERVER("lo"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 16@8 17@8 18@8 19@8 14@13 8@15 9@15 21@15 20@end"},
    {"chunks", {CLIENT(ASK), SERVER(CHUNKED "3\r\nhel\r\n"), SERVER("2\r\nlo\r\n"), SERVER("0\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 17@8 18@8 19@8 1@13 14@13 15@13 19@13 8@15 9@15 21@15 20@end"},
    {"chunks and a trailer", {CLIENT(ASK), SERVER(CHUNKED "3\r\nhel\r\n"), SERVER("2\r\nlo\r\n"), SERVER("0\r\nLate: 1\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 17@8 18@8 19@8 1@13 4@13 5@13 14@13 15@13 19@13 8@15 9@15 21@15 20@end"},
    {"chunks without an end", {CLIENT(ASK), SERVER(CHUNKED "3\r\nhel\r\n"), SERVER("2\r\nlo\r\n"), SERVER_FIN, CLIENT_FIN}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 17@8 18@8 19@8 14@end"},
    {"chunks and a trailer at once", {CLIENT(ASK), SERVER(CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\nLate: 1\r\n\r\n"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 1@9 2@9 3@9 4@9 5@9 6@9 7@9 14@9 15@9 17@9 18@9 19@9 8@11 9@11 21@11 20@end"},
    {"to the end of the connection", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\n\r\nhel"), SERVER("lo"), SERVER_FIN, CLIENT_FIN}, "8@7 9@7 21@7 1@8 2@8 3@8 15@8 17@8 18@8 19@8 14@13"},
    {"a form in parts", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"), CLIENT("user"), CLIENT("=me&x"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "8@6 9@6 12@6 21@6 13@11 1@13 2@13 3@13 14@13 15@13 16@13 17@13 18@13 19@13 8@15 9@15 21@15 20@end"},
    {"a form in chunks and a trailer", {CLIENT("POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), CLIENT("4\r\nuser\r\n"), CLIENT("0\r\nLate: 1\r\n\r\n"), SERVER(PAGE), CLIENT(NEXT), SERVER(EMPTY)}, "8@6 9@6 12@6 21@6 8@11 10@11 11@11 13@11 1@13 2@13 3@13 14@13 15@13 16@13 17@13 18@13 19@13 8@15 9@15 21@15 20@end"},
    {"headers in parts", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nServer: s\r\nA"), SERVER(": 1\r\nContent-Length: 5\r\n\r\nhello"), CLIENT(NEXT), SERVER(EMPTY)}, "8@7 9@7 21@7 17@8 1@11 2@11 3@11 14@11 15@11 16@11 18@11 19@11 8@13 9@13 21@13 20@end"},
};
/* The word that begins an answer, cut by a segment that ends the one before. In Suricata a body of known length, as in
 * the first four and the last, ends with the next line only (4@11, 4@17, never). */
static const char cut_rules[] =
    "alert http any any -> any any (http.response_line; content:\"HTTP/1.1 204 No Content|0d 0a|\"; bsize:25; sid:1;)\n"
    "alert http any any -> any any (http.response_line; content:\"HTTP/1.1 200 OK|0d 0a|\"; bsize:17; sid:2;)\n"
    "alert http any any -> any any (http.stat_code; content:\"204\"; sid:3;)\n"
    "alert http any any -> any any (file.data; content:\"hello\"; bsize:5; sid:4;)\n"
    "alert http any any -> any any (http.header; content:\"H: h\"; sid:5;)\n";
static const struct app_case cut_cases[] = {
    {"an answer's first letter", {CLIENT(ASK NEXT), SERVER(PAGE "H"), SERVER("TTP/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 4@8 1@11 3@11"},
    {"two letters", {CLIENT(ASK NEXT), SERVER(PAGE "HT"), SERVER("TP/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 4@8 1@11 3@11"},
    {"three letters", {CLIENT(ASK NEXT), SERVER(PAGE "HTT"), SERVER("P/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 4@8 1@11 3@11"},
    {"one by one", {CLIENT(ASK NEXT), SERVER(PAGE "H"), SERVER("T"), SERVER("T"), SERVER("P"), SERVER("/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 4@8 1@17 3@17"},
    {"behind no body", {CLIENT(NEXT ASK), SERVER(EMPTY "H"), SERVER("TTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\nhello"), CLIENT_FIN, SERVER_FIN}, "1@8 3@8 2@11 4@11"},
    {"behind chunks", {CLIENT(ASK NEXT), SERVER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHT"), SERVER("TP/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 4@8 1@11 3@11"},
    {"behind an interim answer", {CLIENT(NEXT), SERVER("HTTP/1.1 100 Continue\r\n\r\nH"), SERVER("TTP/1.1 204 No Content\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "1@11 3@11"},
    {"a body that ends so", {CLIENT(ASK NEXT), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nheH"), SERVER("lo" EMPTY), CLIENT_FIN, SERVER_FIN}, "2@8 1@11 3@11"},
    {"a field that begins so", {CLIENT(ASK), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nH"), SERVER(": h\r\n\r\n"), CLIENT_FIN, SERVER_FIN}, "2@8 5@11"},
    {"nothing more", {CLIENT(ASK), SERVER(PAGE "HT"), SERVER_FIN, CLIENT_FIN}, "2@8 4@8"},
};
/* The raw head of an answer behind an interim one. In Suricata that one's, and half a status line, are in front of it where
 * a segment cuts them (3@11, 2@11 3@11, nothing). */
static const char interim_rules[] =
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"Server: s|0d 0a|\"; startswith; sid:1;)\n"
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"HTTP\"; sid:2;)\n"
    "alert http any any -> any any (flow:to_client; http.header.raw; content:\"X: y\"; sid:3;)\n";
#define INTERIM "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"
static const struct app_case interim_cases[] = {
    {"in one segment", {CLIENT(NEXT), SERVER(INTERIM PAGE), CLIENT_FIN, SERVER_FIN}, "1@9"},
    {"in two", {CLIENT(NEXT), SERVER(INTERIM), SERVER(PAGE), CLIENT_FIN, SERVER_FIN}, "1@11"},
    {"within the line", {CLIENT(NEXT), SERVER(INTERIM "HTTP/1.1 2"), SERVER("00 OK\r\nServer: s\r\nContent-Length: 5\r\n\r\nhello"), CLIENT_FIN, SERVER_FIN}, "1@11"},
    {"within the interim one", {CLIENT(NEXT), SERVER("HTTP/1.1 100 Continue\r\nX:"), SERVER(" y\r\n\r\n" PAGE), CLIENT_FIN, SERVER_FIN}, "1@11"},
    {"two of them", {CLIENT(NEXT), SERVER("HTTP/1.1 102 Processing\r\nX: y\r\n\r\n" INTERIM PAGE), CLIENT_FIN, SERVER_FIN}, "1@9 3@9"},
};
/* clang-format on */

static void test_interim(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = interim_rules, .port = 80};
    app_cases_check(&suite, interim_cases, sizeof interim_cases / sizeof interim_cases[0]);
}

static void test_cut(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = cut_rules, .port = 80};
    app_cases_check(&suite, cut_cases, sizeof cut_cases / sizeof cut_cases[0]);
}

static void test_trailers(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = trailer_rules, .port = 80};
    app_cases_check(&suite, trailer_cases, sizeof trailer_cases / sizeof trailer_cases[0]);
}

static void test_empty(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = empty_rules, .port = 80};
    app_cases_check(&suite, empty_cases, sizeof empty_cases / sizeof empty_cases[0]);
}

static void test_tunnel(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = tunnel_rules, .port = 80};
    app_cases_check(&suite, tunnel_cases, sizeof tunnel_cases / sizeof tunnel_cases[0]);
}

static void test_parts(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = part_rules, .port = 80};
    app_cases_check(&suite, part_cases, sizeof part_cases / sizeof part_cases[0]);
}

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

enum { MANY = 1000, MEMORY = 64 << 20 /* of app_driver */ };

static void open_driver(struct app_driver *d)
{
    assert_true(app_driver_open(d, &http_parser, false));
}

static void ask(struct app_driver *d, unsigned times)
{
    struct buf requests = {0};
    for (unsigned i = 0; i < times; i++)
        assert_int_equal(buf_append(&requests, slice_str("GET / HTTP/1.1\r\nHost: a\r\n\r\n")), 0);
    app_driver_feed(d, TO_SERVER, buf_slice(&requests));
    buf_fini(&requests);
}

static void test_requests_past_the_most(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    ask(&d, MANY);
    assert_int_equal(d.session->alive, 512);
    assert_true(d.bad);
    app_driver_close(&d);
}

static void test_requests_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    size_t most = MEMORY - 10000;
    assert_true(app_memory_take(d.session, most));
    ask(&d, MANY);
    assert_in_range(d.session->alive, 1, 9);
    assert_true(d.bad);
    app_memory_give(d.session, most);
    app_driver_close(&d);
}

static void test_responses_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    assert_true(app_memory_take(d.session, MEMORY));
    for (int i = 0; i < MANY && !d.bad; i++)
        app_driver_feed(&d, TO_CLIENT, slice_str("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert_int_equal(d.session->alive, 0);
    assert_true(d.bad);
    app_memory_give(d.session, MEMORY);
    app_driver_close(&d);
}

/* The line need not be complete when the transaction is refused. */
static void test_half_a_request_without_memory(void **state)
{
    (void)state;
    struct app_driver d;
    open_driver(&d);
    assert_true(app_memory_take(d.session, MEMORY));
    app_driver_feed(&d, TO_SERVER, slice_str("GET / HT"));
    assert_true(d.bad);
    app_memory_give(d.session, MEMORY);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),

        cmocka_unit_test(test_tunnel),
        cmocka_unit_test(test_requests_past_the_most),
        cmocka_unit_test(test_requests_without_memory),
        cmocka_unit_test(test_responses_without_memory),
        cmocka_unit_test(test_half_a_request_without_memory),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_trailers),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_interim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
