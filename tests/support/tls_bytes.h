/* Records of TLS handshakes as literals, for tables of conversations. The certificates are DER and signed by
 * nobody. */
#ifndef TESTS_SUPPORT_TLS_BYTES_H
#define TESTS_SUPPORT_TLS_BYTES_H

/* clang-format off */
#define TLS_RANDOM_BYTES "0123456789abcdefghijklmnopqrstuv"
#define SNI "\0\0\0\x14\0\x12\0\0\x0fwww.example.com"
#define ALPN "\0\x10\0\5\0\3\2h2"
#define HELLO_12 "\1\0\0\x4c\3\3" TLS_RANDOM_BYTES "\0" "\0\2\xc0\x2f" "\1\0" "\0\x21" SNI ALPN
#define CLIENT_HELLO "\x16\3\1\0\x50" HELLO_12
#define CLIENT_HELLO_13 "\x16\3\1\0\x57\1\0\0\x53\3\3" TLS_RANDOM_BYTES "\0" "\0\2\x13\1" "\1\0" "\0\x28" SNI ALPN "\0\x2b\0\3\2\3\4"
#define HELLO_S "\2\0\0\x2d\3\3" TLS_RANDOM_BYTES "\0\xc0\x2f\0" "\0\5\xff\1\0\1\0"
#define SERVER_HELLO "\x16\3\3\0\x31" HELLO_S
#define SERVER_HELLO_13 "\x16\3\3\0\x32\2\0\0\x2e\3\3" TLS_RANDOM_BYTES "\0\x13\1\0" "\0\6\0\x2b\0\2\3\4"
#define LEAF \
    "0\x81\xe9" "0\x81\xd3\xa0\x03\x02\x01\x02\x02\x02J10\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x0b\x05\x00" \
    "0-1\x16" "0\x14\x06\x03U\x04\x0a\x0c\x0d" "Example Trust1\x13" "0\x11\x06\x03U\x04\x03\x0c\x0a" "Exam" \
    "ple CA0\x1e\x17\x0d" "250101000000Z\x17\x0d" "271231235959Z0\x1a" "1\x18" "0\x16\x06\x03U\x04\x03\x0c" \
    "\x0fwww.example.com0\x1d" "0\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x0c\x00" "0\x09\x02" \
    "\x02\x00\xc1\x02\x03\x01\x00\x01\xa3/0-0+\x06\x03U\x1d\x11\x04$0\x22\x82\x0fwww.example.com\x82\x0f" "a" \
    "lt.example.com0\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x0b\x05\x00\x03\x02\x00U"
#define AUTHORITY \
    "0\x81\xa2" "0\x81\x8c\xa0\x03\x02\x01\x02\x02\x02J10\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x0b\x05\x00" \
    "0\x0e" "1\x0c" "0\x0a\x06\x03U\x04\x0a\x0c\x03Old0\x1e\x17\x0d" "250101000000Z\x17\x0d" "200101000000" \
    "Z0#1\x0c" "0\x0a\x06\x03U\x04\x0a\x0c\x03Old1\x13" "0\x11\x06\x03U\x04\x03\x0c\x0a" "Example CA0\x1d" "0" \
    "\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x0c\x00" "0\x09\x02\x02\x00\xc1\x02\x03\x01\x00" \
    "\x01" "0\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01\x0b\x05\x00\x03\x02\x00U"
#define CHAIN "\x16\3\3\1\x9e\x0b\0\1\x9a\0\1\x97\0\0\xec" LEAF "\0\0\xa5" AUTHORITY
#define ONE_CERTIFICATE "\x16\3\3\0\xf6\x0b\0\0\xf2\0\0\xef\0\0\xec" LEAF
#define NO_CERTIFICATE "\x16\3\3\0\7\x0b\0\0\3\0\0\0"
#define RUBBISH "\x16\3\3\0\x0e\x0b\0\0\x0a\0\0\7\0\0\4abcd"
#define OLD "\x16\3\3\0\xaf\x0b\0\0\xab\0\0\xa8\0\0\xa5" AUTHORITY
#define DONE "\x16\3\3\0\4\x0e\0\0\0"
#define KEY_EXCHANGE "\x16\3\3\0\6\x10\0\0\2ab"
#define CHANGE "\x14\3\3\0\1\1"
#define FINISHED "\x16\3\3\0\x10" "qwertyuiasdfghjk"
#define DATA "\x17\3\3\0\4wxyz"
/* clang-format on */

#endif
