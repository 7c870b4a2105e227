/*
 * A TLS ClientHello and ServerHello (RFC 8446, 4.1; RFC 5246, 7.4.1), whatever carries them: TLS records,
 * QUIC CRYPTO frames. And the fingerprints of them: JA3, JA3S, JA4.
 *
 * All slices are borrowed from the message that was parsed. Pure functions; any thread.
 */
#ifndef SLUICE_APP_TLS_HELLO_H
#define SLUICE_APP_TLS_HELLO_H

#include "base/buf.h"

enum { TLS_LIST_MOST = 256, TLS_ALPN_MOST = 16 }; /* entries of one list that are kept; more are left out */

struct tls_list { /* of 16-bit numbers, in wire order; with GREASE values (RFC 8701) */
    uint16_t values[TLS_LIST_MOST];
    unsigned count;
};

enum tls_damage { TLS_WHOLE, TLS_BAD_LENGTH, TLS_BAD_NAME_LENGTH, TLS_BAD_NAME_TYPE };

struct tls_hello {
    bool client;
    uint8_t damage; /* enum tls_damage: the first that was met, where reading stopped */
    bool no_ja3;    /* damaged where JA3 is read */
    bool has_name_extension, several_names;
    uint16_t version;          /* legacy_version */
    uint16_t selected_version; /* supported_versions of a ServerHello; 0 without */
    struct slice random;       /* 32 bytes */
    struct slice session_id;
    struct tls_list ciphers;    /* of a ServerHello: the one that was chosen */
    struct tls_list extensions; /* types, in order */
    struct tls_list groups, signature_algorithms, supported_versions; /* of a ClientHello */
    uint8_t point_formats[TLS_LIST_MOST];
    unsigned point_format_count;
    struct slice server_name; /* the first host_name of server_name; p is NULL without one */
    struct slice alpn[TLS_ALPN_MOST];
    unsigned alpn_count;
    bool has_session_ticket; /* a session_ticket extension that is not empty */
};

/*
 * The body of a ClientHello or ServerHello, without the four bytes of the handshake header. 0, or -EBADMSG
 * with `damage` set: what was read before it is filled in, but as in Suricata nothing of the extensions
 * except the name.
 */
int tls_hello_parse(struct slice body, bool client, struct tls_hello *out);

/* What the side speaks: of a ServerHello the version it selected, of a ClientHello the first it offers. */
uint16_t tls_hello_version(const struct tls_hello *hello);

enum { JA3_HASH_TEXT = 33, JA4_TEXT = 37 };

/* JA3 or JA3S, the string and its hash in two steps. 0 or -ENOMEM. */
int tls_ja3_print(const struct tls_hello *hello, struct buf *out);
int tls_ja3_hash(struct slice string, char hash[JA3_HASH_TEXT]);

/* JA3 or JA3S: appends the string ("771,4865-4866,0-23,29,0"), its MD5 in hexadecimal into `hash`. 0 or
 * -ENOMEM. */
int tls_ja3(const struct tls_hello *hello, struct buf *string, char hash[JA3_HASH_TEXT]);

/* JA4 of a ClientHello ("t13d1516h2_8daaf6152771_b186095e22b6"), NUL-terminated. */
void tls_ja4(const struct tls_hello *hello, bool quic, char text[JA4_TEXT]);

/*
 * What JA4 is made of, for a hello that is gone when somebody asks for it: few do, and two SHA-256 for each
 * connection are dear. Replaces what `kept` has. 0 or -ENOMEM.
 */
int tls_ja4_keep(const struct tls_hello *hello, struct buf *kept);
void tls_ja4_kept(struct slice kept, char text[JA4_TEXT]);

#endif
