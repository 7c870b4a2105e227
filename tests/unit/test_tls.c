/* TLS through the whole engine: what rules see of handshakes, with what was asked of Suricata 8.0.8 of the
 * same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/tls/tls_known.h"
#include "app/tls/tls_session.h"
#include "app/session.h"
#include "support/app_case.h"
#include "support/app_driver.h"
#include "support/tls_bytes.h"

/* clang-format off */
static const char rules[] =
    "alert tls any any -> any any (tls.sni; content:\"www.example.com\"; bsize:15; sid:1;)\n"
    "alert tls any any -> any any (tls.version:1.2; sid:2;)\n"
    "alert tls any any -> any any (tls.version:1.3; sid:3;)\n"
    "alert tls any any -> any any (tls.cert_subject; content:\"CN=www.example.com\"; sid:4;)\n"
    "alert tls any any -> any any (tls.cert_issuer; content:\"O=Example Trust, CN=Example CA\"; sid:5;)\n"
    "alert tls any any -> any any (tls.cert_serial; content:\"4A:31\"; bsize:5; sid:6;)\n"
    "alert tls any any -> any any (tls.cert_fingerprint; content:\"e6:0b:49:5d:45:96:b4:4b:55:3f:1b:96:af:37:6c:c3:6c:2a:11:cf\"; "
    "sid:7;)\n"
    "alert tls any any -> any any (tls.certs; content:\"Old\"; sid:8;)\n"
    "alert tls any any -> any any (tls.subjectaltname; content:\"alt.example.com\"; sid:9;)\n"
    "alert tls any any -> any any (tls.alpn; content:\"h2\"; sid:10;)\n"
    "alert tls any any -> any any (tls.cert_chain_len:2; sid:11;)\n"
    "alert tls any any -> any any (tls_cert_notafter:<2021-01-01; sid:12;)\n"
    "alert tls any any -> any any (ja3.string; content:\"771,49199,0-16,,\"; sid:13;)\n"
    "alert tls any any -> any any (ja3s.string; content:\"771,49199,65281\"; sid:14;)\n"
    "alert tls any any -> any any (ja4.hash; content:\"t12d0102h2_\"; startswith; sid:15;)\n"
    "alert tls any any -> any any (tls.random; content:\"0123\"; startswith; flow:to_server; sid:16;)\n"
    "alert tls any any -> any any (tls.sni; content:!\"example\"; sid:17;)\n"
    "alert tls any any -> any any (ssl_state:client_hello; sid:20;)\n"
    "alert tls any any -> any any (ssl_state:server_hello; sid:21;)\n"
    "alert tls any any -> any any (ssl_state:client_keyx; sid:22;)\n"
    "alert tls any any -> any any (ssl_version:tls1.2; sid:23;)\n"
    "alert tls:client_hello_done any any -> any any (flowbits:isnotset,b30; flowbits:set,b30; sid:30;)\n"
    "alert tls:client_handshake_done any any -> any any (flowbits:isnotset,b31; flowbits:set,b31; sid:31;)\n"
    "alert tls:server_hello any any -> any any (flowbits:isnotset,b32; flowbits:set,b32; sid:32;)\n"
    "alert tls:server_handshake_done any any -> any any (flowbits:isnotset,b33; flowbits:set,b33; sid:33;)\n"
    "alert tls any any -> any any (app-layer-event:tls.handshake_invalid_length; sid:40;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_sni_length; sid:41;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_sni_type; sid:42;)\n"
    "alert tls any any -> any any (app-layer-event:tls.multiple_sni_extensions; sid:43;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_record_type; sid:44;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_record_version; sid:45;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_handshake_message; sid:46;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_alert_message; sid:47;)\n"
    "alert tls any any -> any any (app-layer-event:tls.overflow_heartbeat_message; sid:48;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_heartbeat_message; sid:49;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_certificate; sid:50;)\n"
    "alert tls any any -> any any (app-layer-event:tls.certificate_invalid_length; sid:51;)\n"
    "alert tls any any -> any any (app-layer-event:tls.certificate_invalid_der; sid:52;)\n"
    "alert tls any any -> any any (app-layer-event:tls.invalid_sslv2_header; sid:53;)\n";

static const struct app_case cases[] = {
    {"TLS 1.2 from begin to end", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED),
      SERVER(CHANGE FINISHED), CLIENT(DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@9 4@9 5@9 6@9 7@9 8@9 9@9 11@9 14@9 22@9 23@9 32@9 33@9"},
    {"TLS 1.3", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "20@5 1@7 3@7 10@7 16@7 21@7 30@7 3@9 32@9 33@9 31@11"},
    {"a session that is taken up again", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHANGE FINISHED), CLIENT(CHANGE FINISHED),
      CLIENT(DATA), SERVER(DATA)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@9 14@9 23@9 32@9 31@10 33@end"},
    {"the certificate of a client", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO OLD DONE), CLIENT(ONE_CERTIFICATE KEY_EXCHANGE CHANGE FINISHED),
      SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@9 6@9 8@9 12@9 14@9 22@9 23@9 32@9 33@9"},
    {"no certificates", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO NO_CERTIFICATE DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@9 14@9 22@9 23@9 32@9 31@end 33@end"},
    {"a hello in three segments", {CLIENT("\x16\3\1"), CLIENT("\0\x50\1\0"), CLIENT("\0\x4c\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x21" SNI ALPN),
      SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@9 1@11 2@11 10@11 13@11 15@11 16@11 21@11 23@11 30@11 2@13 14@13 23@13 32@13 31@end 33@end"},
    {"a hello in two records", {CLIENT("\x16\3\1\0\4\1\0\0\x4c\x16\3\1\0\x4c\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x21" SNI ALPN),
      SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@9 14@9 23@9 32@9 31@end 33@end"},
    {"hello and chain in one record", {CLIENT(CLIENT_HELLO),
      SERVER("\x16\3\3\1\x27" HELLO_S "\x0b\0\0\xf2\0\0\xef\0\0\xec" LEAF), CLIENT(KEY_EXCHANGE), SERVER(DONE)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@9 4@9 5@9 6@9 7@9 9@9 14@9 22@9 23@9 32@9 33@9"},
    {"a part of a record behind the chain", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN "\x16\3\3"), SERVER("\0\4\x0e\0\0\0"), CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@8 4@8 5@8 6@8 7@8 8@8 9@8 11@8 14@8 21@8 23@8 32@8 33@8"},
    {"half a record behind the chain", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN "\x16\3\3\0\4\x0e\0"), SERVER("\0\0"), CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@8 4@8 5@8 6@8 7@8 8@8 9@8 11@8 14@8 21@8 23@8 32@8 31@9 33@11"},
    {"half a record behind the chain, and a client that goes on", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN "\x16\3\3\0\4\x0e\0"), CLIENT(KEY_EXCHANGE), SERVER("\0\0"), CLIENT(CHANGE FINISHED), SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@9 4@9 5@9 6@9 7@9 8@9 9@9 11@9 14@9 22@9 23@9 32@9 33@9 31@11"},
    {"a second client hello", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT(CLIENT_HELLO_13), SERVER(DONE)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@9 14@9 23@9 32@9 43@9 43@11 31@end 33@end"},
    {"the server first", {SERVER(SERVER_HELLO), CLIENT(CLIENT_HELLO), SERVER(DONE), CLIENT(KEY_EXCHANGE)}, ""},
    {"a hello alone", {CLIENT(CLIENT_HELLO), CLIENT_FIN, SERVER_FIN}, "20@5 1@6 2@6 10@6 13@6 15@6 20@6 23@6 30@6 31@9 32@end 33@end"},
    {"a name that is too long", {CLIENT("\x16\3\1\0\x47\1\0\0\x43\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x18" "\0\0\0\x14\0\x12\0\0\x40www.example.com"),
      SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@5 41@5 2@7 16@7 21@7 23@7 30@7 41@7 2@9 14@9 23@9 32@9 31@end 33@end"},
    {"a name of another type", {CLIENT("\x16\3\1\0\x47\1\0\0\x43\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x18" "\0\0\0\x14\0\x12\1\0\x0fwww.example.com"),
      SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@5 42@5 2@7 16@7 21@7 23@7 30@7 42@7 2@9 14@9 23@9 32@9 31@end 33@end"},
    {"two names", {CLIENT("\x16\3\1\0\x5f\1\0\0\x5b\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x30" SNI SNI), SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@5 43@5 1@7 2@7 16@7 21@7 23@7 30@7 43@7 2@9 14@9 23@9 32@9 31@end 33@end"},
    {"extensions that are longer than the hello", {CLIENT("\x16\3\1\0\x47\1\0\0\x43\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x40" SNI),
      SERVER(SERVER_HELLO), CLIENT(DATA)}, "20@5 40@5 2@7 16@7 21@7 23@7 40@7 2@9 14@9 23@9 32@9 30@end 31@end 33@end"},
    {"a message of no type", {CLIENT(CLIENT_HELLO), SERVER("\x16\3\3\0\4\x63\0\0\0"), CLIENT(KEY_EXCHANGE), SERVER(DONE)}, "20@5 1@7 2@7 10@7 13@7 15@7 23@7 30@7 46@7 2@9 22@9 23@9 46@9 31@end 32@end 33@end"},
    {"a fatal alert", {CLIENT(CLIENT_HELLO), SERVER("\x15\3\3\0\2\2\x28"), CLIENT_FIN, SERVER_FIN}, "20@5 1@7 2@7 10@7 13@7 15@7 23@7 30@7 31@7 2@9 23@9 32@9 33@9"},
    {"half an alert", {CLIENT(CLIENT_HELLO), SERVER("\x15\3\3\0\1\2"), CLIENT(KEY_EXCHANGE), SERVER_FIN}, "20@5 1@7 2@7 10@7 13@7 15@7 23@7 30@7 47@7 2@9 23@9 47@9"},
    {"Heartbleed", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN DONE), CLIENT("\x18\3\3\0\3\1\x40\0"), SERVER("\x18\3\3\0\3\2\0\0"), CLIENT(DATA)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@9 4@9 5@9 6@9 7@9 8@9 9@9 11@9 14@9 23@9 32@9 33@9 48@9 48@11"},
    {"a heartbeat without padding", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN DONE), CLIENT("\x18\3\3\0\4\1\0\1x"), SERVER(DONE), CLIENT(DATA)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 2@9 4@9 5@9 6@9 7@9 8@9 9@9 11@9 14@9 23@9 32@9 33@9 49@9 49@11"},
    {"a certificate of rubbish", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO RUBBISH DONE), CLIENT(KEY_EXCHANGE), SERVER(CHANGE)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 50@7 2@9 14@9 22@9 23@9 32@9 50@9 31@end 33@end"},
    {"rubbish before the chain", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO "\x16\3\3\0\xfd\x0b\0\0\xf9\0\0\xf6\0\0\4abcd\0\0\xec" LEAF DONE),
      CLIENT(KEY_EXCHANGE), SERVER(CHANGE)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 31@7 50@7 2@9 4@9 5@9 6@9 7@9 9@9 14@9 22@9 23@9 32@9 33@9 50@9"},
    {"SSLv2", {CLIENT("\x80\x1c\1\3\3\0\3\0\0\0\x10\1\0\x80" "0123456789abcdef"), SERVER(SERVER_HELLO DONE), CLIENT(KEY_EXCHANGE)}, "20@5 2@7 21@7 23@7 30@7 2@9 14@9 22@9 23@9 32@9 31@end 33@end"},
    {"bytes missing behind the hello", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), SERVER_GAP(200), SERVER(DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED),
      SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@8 14@8 21@8 23@8 32@8"},
    {"bytes missing in the chain", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO "\x16\3\3\0\xf6\x0b\0\0\xf2\0\0\xef"), SERVER_GAP(239), SERVER(DONE),
      CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED)}, "20@5 1@7 2@7 10@7 13@7 15@7 16@7 21@7 23@7 30@7 2@8 14@8 21@8 23@8 32@8"},
};

/* What has not come by the end counts for nothing, where nothing is something. */
static const char end_rules[] =
    "alert tls any any -> any any (tls.cert_chain_len:0; sid:1;)\n"
    "alert tls any any -> any any (tls.cert_chain_len:!2; sid:2;)\n"
    "alert tls any any -> any any (tls.cert_chain_len:<2; flow:to_client; sid:3;)\n"
    "alert tls any any -> any any (tls.random; content:!\"0123\"; sid:4;)\n"
    "alert tls any any -> any any (tls.random_time; content:!\"0123\"; sid:5;)\n"
    "alert tls any any -> any any (tls.random_bytes; content:\"|00 00 00 00|\"; sid:6;)\n"
    "alert tls any any -> any any (tls.cert_subject; content:!\"a\"; sid:7;)\n"
    "alert tls any any -> any any (tls.cert_subject; absent; sid:8;)\n"
    "alert tls any any -> any any (tls.alpn; content:!\"h2\"; sid:9;)\n"
    "alert tls any any -> any any (tls.certs; content:!\"a\"; sid:10;)\n"
    "alert tls any any -> any any (ja3s.string; content:!\"a\"; sid:11;)\n"
    "alert tls any any -> any any (tls_cert_notafter:<2021-01-01; sid:12;)\n"
    "alert tls any any -> any any (ssl_state:!client_hello; sid:13;)\n"
    "alert tls any any -> any any (flow:to_client; sid:14;)\n"
    "alert tls any any -> any any (flow:to_client,established; sid:15;)\n"
    "alert tls any any -> any any (flow:to_client; flowbits:isnotset,never; sid:16;)\n"
    "alert tls any any -> any any (flow:to_client,only_stream; sid:17;)\n"
    "alert tls any any -> any any (flow:to_client,no_stream; sid:18;)\n"
    "alert tls any any -> any any (flow:established; content:\"|16 03|\"; sid:19;)\n";

static const struct app_case end_cases[] = {
    {"all of a handshake", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 8@7 13@7 19@7 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 14@10 15@10 16@10 17@10 18@10 19@11 14@13 15@13 16@13 17@13 18@13 19@13 14@14 15@14 16@14 17@14 18@14 14@end 17@end"},
    {"taken up again, open", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHANGE FINISHED), CLIENT(CHANGE FINISHED), SERVER(DATA)}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 14@10 15@10 16@10 17@10 18@10 8@11 19@11 1@end 2@end 3@end 8@end 14@end 17@end"},
    {"taken up again, closed", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHANGE FINISHED), CLIENT(CHANGE FINISHED), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 8@10 19@10 14@11 15@11 16@11 17@11 18@11 14@12 15@12 16@12 17@12 18@12 1@end 2@end 3@end 8@end 14@end 17@end"},
    {"an alert for an answer", {CLIENT(CLIENT_HELLO), SERVER("\x15\3\3\0\2\2\x28"), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 8@7 13@7 19@7 1@9 2@9 3@9 5@9 6@9 8@9 13@9 14@9 15@9 16@9 17@9 18@9 14@10 15@10 16@10 17@10 18@10"},
    {"a hello for an answer", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 14@10 15@10 16@10 17@10 18@10 8@11 1@end 2@end 3@end 8@end 14@end 17@end"},
    {"no answer", {CLIENT(CLIENT_HELLO), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 19@6 14@7 15@7 16@7 17@7 18@7 14@8 15@8 16@8 17@8 18@8 8@9 1@end 2@end 3@end 5@end 6@end 8@end 14@end 17@end"},
    {"SSLv2", {CLIENT("\x80\x1c\1\3\3\0\3\0\0\0\x10\1\0\x80" "0123456789abcdef"), SERVER(SERVER_HELLO DONE), CLIENT(KEY_EXCHANGE)}, "14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 4@7 5@7 6@7 13@7 1@9 2@9 3@9 8@9 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 8@end 14@end 17@end 19@end"},
    {"a damaged certificate", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO RUBBISH)}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 1@end 2@end 3@end 8@end 8@end 11@end 13@end 14@end 17@end 19@end"},
    {"no answer, open", {CLIENT(CLIENT_HELLO)}, "4@5 14@5 15@5 16@5 17@5 18@5 8@end 14@end 17@end 19@end"},
    {"no certificates", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO NO_CERTIFICATE DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED)}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 1@9 2@9 3@9 8@9 11@9 13@9 14@9 15@9 16@9 17@9 18@9 19@9 14@10 15@10 16@10 17@10 18@10 8@11 19@11 14@end 17@end 19@end"},
    {"TLS 1.3", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "4@5 14@5 15@5 16@5 17@5 18@5 14@6 15@6 16@6 17@6 18@6 13@7 19@7 1@9 2@9 3@9 8@9 11@9 13@9 14@9 15@9 16@9 17@9 18@9 14@10 15@10 16@10 17@10 18@10 8@11 14@13 15@13 16@13 17@13 18@13 14@14 15@14 16@14 17@14 18@14 14@end 17@end"},
};
/* clang-format on */

static void test_ends(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = end_rules, .port = 443};
    app_cases_check(&suite, end_cases, sizeof end_cases / sizeof end_cases[0]);
}

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 443};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

static const char hello[] = CLIENT_HELLO, server_flight[] = SERVER_HELLO CHAIN DONE;

static const struct tls_tx *tx_of(const struct app_driver *d)
{
    return (const struct tls_tx *)d->session->first;
}

/* The driver asks for frames, too. */
static unsigned sessions_of(const struct app_driver *d)
{
    unsigned n = 0;
    for (const struct app_tx *tx = d->session->first; tx; tx = tx->next)
        n += !((const struct tls_tx *)tx)->is_frame;
    return n;
}

/* Byte by byte: the same transaction, and no byte of a record is looked at before it is whole. */
static void test_bytes(void **state)
{
    (void)state;
    struct app_driver d;
    assert_true(app_driver_open(&d, &tls_parser, false));
    for (size_t i = 0; i + 1 < sizeof hello; i++) {
        if (i)
            assert_int_equal(tx_of(&d)->sides[TO_SERVER].progress, TLS_IN_PROGRESS);
        app_driver_feed(&d, TO_SERVER, slice_of(hello + i, 1));
    }
    assert_int_equal(tx_of(&d)->sides[TO_SERVER].progress, TLS_HELLO_DONE);
    assert_true(slice_equal(buf_slice(&tx_of(&d)->server_name), slice_str("www.example.com")));
    for (size_t i = 0; i + 1 < sizeof server_flight; i++)
        app_driver_feed(&d, TO_CLIENT, slice_of(server_flight + i, 1));
    assert_int_equal(tx_of(&d)->sides[TO_CLIENT].certificate->kept, 2);
    assert_int_equal(sessions_of(&d), 1);
    app_driver_close(&d);
}

/* What a message needs is kept, up to a cap for all sessions; past it that direction is not read further. */
static void test_memory(void **state)
{
    (void)state;
    enum { MEMORY = 64 << 20 /* of app_driver */ };
    struct app_driver d;
    assert_true(app_driver_open(&d, &tls_parser, false));
    assert_true(app_memory_take(d.session, MEMORY));
    app_driver_feed(&d, TO_SERVER, slice_of("\x16\3\1\0\4\1\0\0\x4c", 9));
    assert_true(app_engine_counters(d.engine)->memory_full >= 1);
    app_driver_feed(&d, TO_SERVER, slice_of(hello, sizeof hello - 1));
    assert_int_equal(tx_of(&d)->sides[TO_SERVER].progress, TLS_IN_PROGRESS);
    app_memory_give(d.session, MEMORY);
    app_driver_close(&d);
}

/* A message of 16 MB, as its header says: given up before it is kept. */
static void test_long_message(void **state)
{
    (void)state;
    static const char head[] = "\x16\3\1\x3f\xff\1\xff\xff\xff";
    char rest[0x3fff - 4] = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &tls_parser, false));
    for (int i = 0; i < 100; i++) {
        app_driver_feed(&d, TO_SERVER, slice_of(head, sizeof head - 1));
        app_driver_feed(&d, TO_SERVER, slice_of(rest, sizeof rest));
    }
    assert_int_equal(d.session->memory, 0);
    app_driver_close(&d);
}

/* Every byte of a chain changed: read inside its bounds, one transaction, at most TLS_CHAIN_MOST kept. */
static void test_damage(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 0x30, 0x7f, 0x84, 0xff};
    char damaged[sizeof server_flight];
    for (size_t i = 5; i + 1 < sizeof server_flight; i++)
        for (size_t v = 0; v < sizeof values; v++) {
            struct app_driver d;
            memcpy(damaged, server_flight, sizeof server_flight);
            damaged[i] = (char)values[v];
            assert_true(app_driver_open(&d, &tls_parser, false));
            app_driver_feed(&d, TO_SERVER, slice_of(hello, sizeof hello - 1));
            app_driver_feed(&d, TO_CLIENT, slice_of(damaged, sizeof server_flight - 1));
            app_driver_end(&d, TO_CLIENT);
            assert_in_range(sessions_of(&d), 0, 1);
            if (tx_of(&d) && tx_of(&d)->sides[TO_CLIENT].certificate)
                assert_in_range(tx_of(&d)->sides[TO_CLIENT].certificate->kept, 0, TLS_CHAIN_MOST);
            app_driver_close(&d);
        }
}

/* JA4 of a hello that is gone is that of the hello; made once. */
static void test_ja4(void **state)
{
    (void)state;
    static const char body[] = HELLO_12;
    struct tls_hello parsed;
    struct tls_tx tx = {0};
    char expected[JA4_TEXT];
    assert_int_equal(tls_hello_parse(slice_of(body + 4, sizeof body - 5), true, &parsed), 0);
    tls_ja4(&parsed, false, expected);
    assert_string_equal(expected, "t12d0102h2_f06271c2b022_d2e2adf7177b");
    assert_int_equal(tls_ja4_keep(&parsed, &tx.ja4_kept), 0);
    memset(&parsed, 0xff, sizeof parsed);
    assert_string_equal(tls_tx_ja4(&tx), expected);
    assert_int_equal(tx.ja4_kept.n, 0);
    assert_string_equal(tls_tx_ja4(&tx), expected);
    struct tls_tx none = {0};
    assert_string_equal(tls_tx_ja4(&none), "");
}

/* The Certificate message of the server's flight. */
static struct slice chain_body(void)
{
    static const char records[] = CHAIN;
    enum { HEADERS = 5 + 4 };
    return slice_of(records + HEADERS, sizeof records - 1 - HEADERS);
}

/* A chain that came before is the same object; one that differs in a byte, or is read otherwise, is another.
 */
static void test_known_chain(void **state)
{
    (void)state;
    struct tls_known known = {0};
    struct slice body = chain_body();
    uint8_t other[4096];
    assert_in_range(body.n, 1, sizeof other);
    struct tls_certificate *first = tls_known_chain(&known, body, false);
    assert_true(first && first->parsed && first->kept == 2);
    assert_ptr_equal(tls_known_chain(&known, body, false), first);
    assert_int_equal(first->references, 3); /* the table's, and two */
    struct tls_certificate *newer = tls_known_chain(&known, body, true);
    assert_ptr_not_equal(newer, first);
    tls_certificate_release(newer);
    for (size_t i = 0; i < body.n; i++) {
        memcpy(other, body.p, body.n);
        other[i] ^= 1;
        struct tls_certificate *c = tls_known_chain(&known, slice_of(other, body.n), false);
        assert_true(c && c != first && slice_equal(c->message, slice_of(other, body.n)));
        struct tls_certificate *again = tls_known_chain(&known, slice_of(other, body.n), false);
        assert_ptr_equal(again, c);
        tls_certificate_release(c);
        tls_certificate_release(again);
    }
    /* What the table has given up for others stays with those who hold it. */
    assert_true(slice_equal(first->message, body) && tls_certificate_fingerprint(first).n);
    tls_certificate_release(first);
    tls_certificate_release(first);
    tls_known_fini(&known);
}

/* A message that is longer than what is known of is read each time. */
static void test_long_chain(void **state)
{
    (void)state;
    struct tls_known known = {0};
    static uint8_t body[TLS_CHAIN_KNOWN + 1];
    struct slice chain = chain_body();
    memcpy(body, chain.p, chain.n);
    struct tls_certificate *one = tls_known_chain(&known, slice_of(body, sizeof body), false);
    struct tls_certificate *two = tls_known_chain(&known, slice_of(body, sizeof body), false);
    assert_true(one && two && one != two && one->kept == 2 && one->references == 1);
    assert_true(slice_equal(tls_certificate_der(one, 1), tls_certificate_der(two, 1)));
    tls_certificate_release(one);
    tls_certificate_release(two);
    tls_known_fini(&known);
}

/* The same fingerprint as without the table, whatever came in between. */
static void test_known_ja3(void **state)
{
    (void)state;
    static const char body[] = HELLO_12;
    struct tls_known known = {0};
    struct tls_hello parsed;
    struct tls_ja3 *held = NULL;
    assert_int_equal(tls_hello_parse(slice_of(body + 4, sizeof body - 5), true, &parsed), 0);
    for (unsigned i = 0; i < 5 * TLS_KNOWN_JA3; i++) {
        struct buf string = {0};
        char hash[JA3_HASH_TEXT];
        parsed.version = (uint16_t)(i % (3 * TLS_KNOWN_JA3));
        assert_int_equal(tls_ja3(&parsed, &string, hash), 0);
        struct tls_ja3 *ja3 = tls_known_ja3(&known, &parsed), *again = tls_known_ja3(&known, &parsed);
        assert_true(ja3 && ja3 == again);
        assert_true(slice_equal(slice_of(ja3->string, ja3->n), buf_slice(&string)));
        assert_string_equal(ja3->hash, hash);
        tls_ja3_release(held);
        tls_ja3_release(again);
        held = ja3;
        buf_fini(&string);
    }
    tls_ja3_release(held);
    tls_known_fini(&known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_bytes),        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_long_message), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_ja4),          cmocka_unit_test(test_known_chain),
        cmocka_unit_test(test_long_chain),   cmocka_unit_test(test_known_ja3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
