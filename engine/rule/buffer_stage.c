#include "rule/buffer_stage.h"

#include <stddef.h>

static const struct {
    enum buffer_id buffer;
    const char *to_server, *to_client;
} stages[] = {
    {BUFFER_HTTP_METHOD, "request_line", NULL},
    {BUFFER_HTTP_URI, "request_line", NULL},
    {BUFFER_HTTP_URI_RAW, "request_line", NULL},
    {BUFFER_HTTP_REQUEST_LINE, "request_line", NULL},
    {BUFFER_HTTP_PROTOCOL, "request_line", "response_line"},
    {BUFFER_HTTP_REQUEST_HEADER, "request_headers", NULL},
    {BUFFER_HTTP_USER_AGENT, "request_headers", NULL},
    {BUFFER_HTTP_HOST, "request_headers", NULL},
    {BUFFER_HTTP_HOST_RAW, "request_headers", NULL},
    {BUFFER_HTTP_ACCEPT, "request_headers", NULL},
    {BUFFER_HTTP_ACCEPT_ENC, "request_headers", NULL},
    {BUFFER_HTTP_ACCEPT_LANG, "request_headers", NULL},
    {BUFFER_HTTP_REFERER, "request_headers", NULL},
    {BUFFER_HTTP_HEADER, "request_headers", "response_headers"},
    {BUFFER_HTTP_HEADER_NAMES, "request_headers", "response_headers"},
    {BUFFER_HTTP_COOKIE, "request_headers", "response_headers"},
    {BUFFER_HTTP_CONNECTION, "request_headers", "response_headers"},
    {BUFFER_HTTP_CONTENT_LEN, "request_headers", "response_headers"},
    {BUFFER_HTTP_CONTENT_TYPE, "request_headers", "response_headers"},
    {BUFFER_HTTP_START, "request_headers", "response_headers"},
    {BUFFER_HTTP_HEADER_RAW, "request_body", "response_body"},
    {BUFFER_HTTP_REQUEST_BODY, "request_body", NULL},
    {BUFFER_FILE, "request_body", "response_body"},
    {BUFFER_FILE_DATA, "request_body", "response_body"},
    {BUFFER_FILE_NAME, "request_body", "response_body"},
    {BUFFER_FILE_MAGIC, "request_body", "response_body"},
    {BUFFER_HTTP_STAT_CODE, NULL, "response_line"},
    {BUFFER_HTTP_STAT_MSG, NULL, "response_line"},
    {BUFFER_HTTP_RESPONSE_LINE, NULL, "response_line"},
    {BUFFER_HTTP_RESPONSE_HEADER, NULL, "response_headers"},
    {BUFFER_HTTP_LOCATION, NULL, "response_headers"},
    {BUFFER_HTTP_SERVER, NULL, "response_headers"},
    {BUFFER_HTTP_RESPONSE_BODY, NULL, "response_body"},

    {BUFFER_TLS_SNI, "client_hello_done", NULL},
    {BUFFER_JA3_HASH, "client_hello_done", NULL},
    {BUFFER_JA3_STRING, "client_hello_done", NULL},
    {BUFFER_JA4_HASH, "client_hello_done", NULL},
    {BUFFER_JA3S_HASH, NULL, "server_hello"},
    {BUFFER_JA3S_STRING, NULL, "server_hello"},
    {BUFFER_TLS_ALPN, "client_hello_done", "server_hello"},
    {BUFFER_TLS_RANDOM_TIME, "client_hello_done", "server_hello"},
    {BUFFER_TLS_RANDOM_BYTES, "client_hello_done", "server_hello"},
    {BUFFER_TLS_RANDOM, "client_in_progress", "server_in_progress"},
    {BUFFER_TLS_STATE, "client_in_progress", "server_in_progress"},
    {BUFFER_TLS_CERTS, "client_cert_done", "server_cert_done"},
    {BUFFER_TLS_CERT_SUBJECT, "client_cert_done", "server_cert_done"},
    {BUFFER_TLS_CERT_ISSUER, "client_cert_done", "server_cert_done"},
    {BUFFER_TLS_CERT_SERIAL, "client_cert_done", "server_cert_done"},
    {BUFFER_TLS_CERT_FINGERPRINT, "client_cert_done", "server_cert_done"},
    {BUFFER_TLS_SUBJECTALTNAME, NULL, "server_cert_done"},
    {BUFFER_TLS_CERT_CHAIN_LEN, NULL, "server_cert_done"},
    {BUFFER_TLS_CERT_NOTBEFORE, NULL, "server_cert_done"},
    {BUFFER_TLS_CERT_NOTAFTER, NULL, "server_cert_done"},

    {BUFFER_SSH_PROTO, "request_banner_done", "response_banner_done"},
    {BUFFER_SSH_SOFTWARE, "request_banner_done", "response_banner_done"},
    {BUFFER_SSH_HASSH, "request_banner_done", NULL},
    {BUFFER_SSH_HASSH_STRING, "request_banner_done", NULL},
    {BUFFER_SSH_HASSH_SERVER, NULL, "response_banner_done"},
    {BUFFER_SSH_HASSH_SERVER_STRING, NULL, "response_banner_done"},

    {BUFFER_DNS_QUERY, "request_complete", NULL},
    {BUFFER_DNS_QUERY_NAME, "request_complete", "response_complete"},
    {BUFFER_DNS_QUERIES_RRNAME, "request_complete", "response_complete"},
    {BUFFER_DNS_ANSWER_NAME, "request_complete", "response_complete"},
    {BUFFER_DNS_ANSWERS_RRNAME, "request_complete", "response_complete"},
    {BUFFER_DNS_AUTHORITIES_RRNAME, "request_complete", "response_complete"},
    {BUFFER_DNS_ADDITIONALS_RRNAME, "request_complete", "response_complete"},
    {BUFFER_DNS_RESPONSE_RRNAME, NULL, "response_complete"},
    {BUFFER_DNS_OPCODE, "request_started", "response_started"},
    {BUFFER_DNS_RCODE, "request_started", "response_started"},
    {BUFFER_DNS_RRTYPE, "request_started", "response_started"},
    {BUFFER_MDNS_QUERIES_RRNAME, "request_complete", "response_complete"},
    {BUFFER_MDNS_ANSWERS_RRNAME, "request_complete", "response_complete"},
    {BUFFER_MDNS_AUTHORITIES_RRNAME, "request_complete", "response_complete"},
    {BUFFER_MDNS_ADDITIONALS_RRNAME, "request_complete", "response_complete"},
    {BUFFER_MDNS_RESPONSE_RRNAME, "request_complete", NULL},
};

const char *buffer_stage(enum buffer_id buffer, unsigned side)
{
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (stages[i].buffer == buffer)
            return side == BUFFER_TO_SERVER ? stages[i].to_server : stages[i].to_client;
    return NULL;
}
