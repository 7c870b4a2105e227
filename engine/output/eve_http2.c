/* HTTP/2 in EVE: the members of HTTP/1's records that it has, and what is of HTTP/2 alone. */
#include "app/http2/http2.h"
#include "output/eve_app.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* RFC 9113, 7 */
static const char *const error_codes[] = {
    "NoError",      "ProtocolError",   "InternalError",      "FlowControlError", "SettingsTimeout",
    "StreamClosed", "FrameSizeError",  "RefusedStream",      "Cancel",           "CompressionError",
    "ConnectError", "EnhanceYourCalm", "InadequateSecurity", "Http11Required"};

/* RFC 9113, 6.5.2; RFC 8441; RFC 9218 */
static const char *const settings[] = {NULL,
                                       "SETTINGSHEADERTABLESIZE",
                                       "SETTINGSENABLEPUSH",
                                       "SETTINGSMAXCONCURRENTSTREAMS",
                                       "SETTINGSINITIALWINDOWSIZE",
                                       "SETTINGSMAXFRAMESIZE",
                                       "SETTINGSMAXHEADERLISTSIZE",
                                       NULL,
                                       "SETTINGSENABLECONNECTPROTOCOL",
                                       "SETTINGSNORFC7540PRIORITIES"};

enum { NAME_TEXT = 32, FIELDS_SHOWN = 1024 };

static bool is(struct slice name, const char *lower)
{
    return name.n == strlen(lower) && strncasecmp((const char *)name.p, lower, name.n) == 0;
}

static bool whole_number(struct slice text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || i > 18)
            return false;
        *number = *number * 10 + (text.p[i] - '0');
    }
    return text.n > 0;
}

/* What HTTP/1 has too; of several fields the last one counts. */
static void put_known(struct json_writer *w, json_t *http, struct slice name, struct slice value)
{
    uint64_t number;
    if (is(name, ":method"))
        json_put_bytes(w, http, "http_method", value);
    else if (is(name, ":path"))
        json_put_bytes(w, http, "url", value);
    else if (is(name, ":authority") || (is(name, "host") && !json_object_get(http, "hostname")))
        json_put_bytes(w, http, "hostname", value);
    else if (is(name, "user-agent"))
        json_put_bytes(w, http, "http_user_agent", value);
    else if (is(name, "content-length") && whole_number(value, &number))
        json_put_uint(w, http, "length", number);
    else if (is(name, ":status") && whole_number(value, &number) && number <= UINT16_MAX)
        json_put_uint(w, http, "status", number);
}

static void put_field(struct json_writer *w, json_t *list, const struct http2_side *side,
                      const struct http2_field *field)
{
    json_t *entry = json_object();
    if (field->is_table_size) {
        json_put_uint(w, entry, "table_size_update", field->table_size);
    } else {
        json_put_bytes(w, entry, "name", http2_name(side, field));
        json_put_bytes(w, entry, "value", http2_value(side, field));
    }
    json_append(w, list, entry);
}

static bool has_frame(const struct http2_side *side, uint64_t type)
{
    const struct http2_numbers *types = &side->numbers[HTTP2_NUMBER_FRAMETYPE];
    for (uint32_t i = 0; i < types->count; i++)
        if (types->list[i] == type)
            return true;
    return false;
}

/* False without header blocks (frames 1, 5 and 9) in that direction. */
static bool put_fields(struct json_writer *w, json_t *http, const char *key, const struct http2_side *side)
{
    if (!side->visible && !has_frame(side, 1) && !has_frame(side, 5) && !has_frame(side, 9))
        return false;
    json_t *list = json_array();
    for (uint32_t i = 0; i < side->visible && i < FIELDS_SHOWN; i++) {
        const struct http2_field *field = &side->fields[i];
        put_field(w, list, side, field);
        if (!field->is_table_size)
            put_known(w, http, http2_name(side, field), http2_value(side, field));
    }
    json_put(w, http, key, list);
    return true;
}

static void put_settings(struct json_writer *w, json_t *object, const struct http2_numbers *numbers)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < numbers->count && i < FIELDS_SHOWN; i++) {
        uint64_t id = numbers->list[i] >> 32;
        char name[NAME_TEXT];
        bool known = id < sizeof settings / sizeof settings[0] && settings[id];
        snprintf(name, sizeof name, known ? "%s" : "%s%llu", known ? settings[id] : "SETTINGS",
                 (unsigned long long)id);
        json_t *entry = json_object();
        json_put_text(w, entry, "settings_id", name);
        json_put_uint(w, entry, "settings_value", numbers->list[i] & UINT32_MAX);
        json_append(w, list, entry);
    }
    json_put(w, object, "settings", list);
}

/* In capitals, as Suricata has it, when it is the connection's. */
static void put_error(struct json_writer *w, json_t *object, uint64_t code, bool capitals)
{
    char name[NAME_TEXT];
    bool known = code < sizeof error_codes / sizeof error_codes[0];
    snprintf(name, sizeof name, known ? "%s" : "%s%llu", known ? error_codes[code] : "",
             (unsigned long long)code);
    for (char *c = name; capitals && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    json_put_text(w, object, "error_code", name);
}

static bool put_side(struct json_writer *w, json_t *http2, const char *key, const struct http2_tx *tx,
                     enum direction direction)
{
    const struct http2_numbers *numbers = tx->sides[direction].numbers;
    json_t *object = json_object();
    if (numbers[HTTP2_NUMBER_SETTING].count || has_frame(&tx->sides[direction], 4))
        put_settings(w, object, &numbers[HTTP2_NUMBER_SETTING]);
    if (numbers[HTTP2_NUMBER_PRIORITY].count)
        json_put_uint(w, object, "priority", numbers[HTTP2_NUMBER_PRIORITY].list[0]);
    if (numbers[HTTP2_NUMBER_PRIORITY].count > 1)
        json_put_text(w, object, "has_multiple", "priority");
    if (numbers[HTTP2_NUMBER_ERRORCODE].count)
        put_error(w, object, numbers[HTTP2_NUMBER_ERRORCODE].list[0], !tx->stream_id);
    if (!json_object_size(object)) {
        json_decref(object);
        return false;
    }
    json_put(w, http2, key, object);
    return true;
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    const struct http2_tx *tx = (const struct http2_tx *)app_tx;
    (void)session;
    (void)alert;
    if (tx->is_frame)
        return false;
    struct json_writer w = {0}; /* a tree: later fields replace what earlier ones have set */
    json_t *http = json_object();
    json_put_text(&w, http, "version", "2");
    bool some = put_fields(&w, http, "request_headers", &tx->sides[TO_SERVER]);
    some |= put_fields(&w, http, "response_headers", &tx->sides[TO_CLIENT]);
    json_t *http2 = json_object();
    json_put_uint(&w, http2, "stream_id", tx->stream_id);
    some |= put_side(&w, http2, "request", tx, TO_SERVER);
    some |= put_side(&w, http2, "response", tx, TO_CLIENT);
    json_put(&w, http, "http2", http2);
    l->failed |= w.failed;
    if (some)
        line_tree(l, "http", http);
    else
        json_decref(http);
    return some;
}

const struct eve_app eve_app_http2 = {.record = RECORD_HTTP, .no_tx_id = true, .put = put};
