#include "app/http_event.h"

struct remark {
    const char *begin; /* of libhtp's message */
    enum app_event event;
    enum direction direction;
};

static const struct remark remarks[] = {
    {"GZip decompressor: inflate", APP_EVENT_HTTP_GZIP_DECOMPRESSION_FAILED, TO_CLIENT},
    {"LZMA decompressor: memory limit", APP_EVENT_HTTP_LZMA_MEMLIMIT_REACHED, TO_CLIENT},
    {"Compression bomb", APP_EVENT_HTTP_COMPRESSION_BOMB, TO_CLIENT},
    {"Request buffer over the limit", APP_EVENT_HTTP_REQUEST_FIELD_TOO_LONG, TO_SERVER},
    {"Request field length exceeds", APP_EVENT_HTTP_REQUEST_FIELD_TOO_LONG, TO_SERVER},
    {"Response the buffer limit", APP_EVENT_HTTP_RESPONSE_FIELD_TOO_LONG, TO_CLIENT},
    {"Response field length exceeds", APP_EVENT_HTTP_RESPONSE_FIELD_TOO_LONG, TO_CLIENT},
    {"Request chunk encoding: Invalid", APP_EVENT_HTTP_INVALID_REQUEST_CHUNK_LEN, TO_SERVER},
    {"Response chunk encoding: Invalid", APP_EVENT_HTTP_INVALID_RESPONSE_CHUNK_LEN, TO_CLIENT},
    {"Request line: missing protocol", APP_EVENT_HTTP_REQUEST_LINE_MISSING_PROTOCOL, TO_SERVER},
    {"Request line: leading whitespace", APP_EVENT_HTTP_REQUEST_LINE_LEADING_WHITESPACE, TO_SERVER},
    {"Request line: non-compliant delimiter", APP_EVENT_HTTP_METHOD_DELIM_NON_COMPLIANT, TO_SERVER},
    {"Request line: URI contains non-compliant", APP_EVENT_HTTP_URI_DELIM_NON_COMPLIANT, TO_SERVER},
    {"Request line: unknown method", APP_EVENT_HTTP_REQUEST_LINE_INVALID, TO_SERVER},
    {"Request line incomplete", APP_EVENT_HTTP_REQUEST_LINE_INCOMPLETE, TO_SERVER},
    {"Unexpected request body", APP_EVENT_HTTP_REQUEST_BODY_UNEXPECTED, TO_SERVER},
    {"Invalid request field folding", APP_EVENT_HTTP_INVALID_REQUEST_FIELD_FOLDING, TO_SERVER},
    {"Invalid response field folding", APP_EVENT_HTTP_INVALID_RESPONSE_FIELD_FOLDING, TO_CLIENT},
    {"Request field invalid: colon missing", APP_EVENT_HTTP_REQUEST_FIELD_MISSING_COLON, TO_SERVER},
    {"Response field invalid: missing colon", APP_EVENT_HTTP_RESPONSE_FIELD_MISSING_COLON, TO_CLIENT},
    {"Request field invalid", APP_EVENT_HTTP_REQUEST_HEADER_INVALID, TO_SERVER},
    {"Request header name is not", APP_EVENT_HTTP_REQUEST_HEADER_INVALID, TO_SERVER},
    {"Response field invalid", APP_EVENT_HTTP_RESPONSE_HEADER_INVALID, TO_CLIENT},
    {"Response header", APP_EVENT_HTTP_RESPONSE_HEADER_INVALID, TO_CLIENT},
    {"Repetition for header", APP_EVENT_HTTP_REQUEST_HEADER_REPETITION, TO_SERVER},
    {"Ambiguous request C-L", APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST, TO_SERVER},
    {"Ambiguous response C-L", APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE, TO_CLIENT},
    {"Invalid C-L field in response", APP_EVENT_HTTP_INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE, TO_CLIENT},
    {"Too many request headers", APP_EVENT_HTTP_REQUEST_TOO_MANY_HEADERS, TO_SERVER},
    {"Too many response headers", APP_EVENT_HTTP_RESPONSE_TOO_MANY_HEADERS, TO_CLIENT},
    {"Transfer-encoding has abnormal", APP_EVENT_HTTP_RESPONSE_ABNORMAL_TRANSFER_ENCODING, TO_CLIENT},
    {"Chunked transfer-encoding on", APP_EVENT_HTTP_RESPONSE_CHUNKED_OLD_PROTO, TO_CLIENT},
    {"Unable to match response", APP_EVENT_HTTP_UNABLE_TO_MATCH_RESPONSE_TO_REQUEST, TO_CLIENT},
    {"Invalid response line: invalid protocol", APP_EVENT_HTTP_RESPONSE_INVALID_PROTOCOL, TO_CLIENT},
    {"Invalid response line: invalid response status", APP_EVENT_HTTP_RESPONSE_INVALID_STATUS, TO_CLIENT},
    {"Too many response content encoding", APP_EVENT_HTTP_TOO_MANY_ENCODING_LAYERS, TO_CLIENT},
    {"C-E ", APP_EVENT_HTTP_ABNORMAL_CE_HEADER, TO_CLIENT},
    {"Already seen 100-Continue", APP_EVENT_HTTP_100_CONTINUE_ALREADY_SEEN, TO_CLIENT},
};

enum app_event http_event_of_log(const char *message, enum direction *direction)
{
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++)
        if (strncmp(message, remarks[i].begin, strlen(remarks[i].begin)) == 0) {
            *direction = remarks[i].direction;
            return remarks[i].event;
        }
    return APP_EVENT_NONE;
}

void http_event_of_request(struct app_session *s, struct http_tx *tx)
{
    static const struct {
        uint64_t flag;
        enum app_event event;
    } flags[] = {
        {HTP_HOST_MISSING, APP_EVENT_HTTP_MISSING_HOST_HEADER},
        {HTP_HOST_AMBIGUOUS, APP_EVENT_HTTP_HOST_HEADER_AMBIGUOUS},
        {HTP_HOSTU_INVALID, APP_EVENT_HTTP_REQUEST_URI_HOST_INVALID},
        {HTP_HOSTH_INVALID, APP_EVENT_HTTP_REQUEST_HEADER_HOST_INVALID},
        {HTP_REQUEST_INVALID_T_E, APP_EVENT_HTTP_INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST},
        {HTP_REQUEST_INVALID_C_L, APP_EVENT_HTTP_INVALID_CONTENT_LENGTH_FIELD_IN_REQUEST},
        {HTP_AUTH_INVALID, APP_EVENT_HTTP_REQUEST_AUTH_UNRECOGNIZED},
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (tx->htp->flags & flags[i].flag)
            app_tx_event(s, &tx->tx, TO_SERVER, flags[i].event);
}
