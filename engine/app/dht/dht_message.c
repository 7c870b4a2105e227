/* The messages of BEP 5. As in Suricata a part that is there has its type, whatever the message is. */
#include "app/dht/dht.h"
#include "base/utf8.h"

enum { DEPTH = 3 };

struct parts {
    struct bencode_value request, response, error, kind;
};

static bool is(struct slice key, const char *name)
{
    return slice_equal(key, slice_str(name));
}

static bool take_text(const struct bencode_value *value, struct slice *out)
{
    *out = value->bytes;
    return value->kind == BENCODE_STRING;
}

static bool take_argument(struct slice key, const struct bencode_value *value, struct dht_request *out)
{
    if (is(key, "id"))
        return take_text(value, &out->id);
    if (is(key, "target"))
        return take_text(value, &out->target);
    if (is(key, "info_hash"))
        return take_text(value, &out->info_hash);
    if (is(key, "token"))
        return take_text(value, &out->token);
    if (is(key, "implied_port"))
        return out->has_implied_port = bencode_uint(value, UINT8_MAX, &out->implied_port);
    if (is(key, "port"))
        return out->has_port = bencode_uint(value, UINT16_MAX, &out->port);
    return true;
}

/* BEP 5, "values": what is no list is passed over. */
static bool take_values(const struct bencode_value *value, struct slice *out)
{
    struct cursor c = cursor_of(value->bytes);
    struct bencode_value peer;
    if (value->kind != BENCODE_LIST)
        return true;
    while (bencode_item(&c, &peer))
        if (peer.kind != BENCODE_STRING || peer.bytes.n < DHT_PEER)
            return false;
    *out = value->bytes;
    return true;
}

static bool take_result(struct slice key, const struct bencode_value *value, struct dht_response *out)
{
    if (is(key, "id"))
        return take_text(value, &out->id);
    if (is(key, "nodes"))
        return take_text(value, &out->nodes);
    if (is(key, "nodes6"))
        return take_text(value, &out->nodes6);
    if (is(key, "token"))
        return take_text(value, &out->token);
    return !is(key, "values") || take_values(value, &out->values);
}

static bool read_request(const struct bencode_value *value, struct dht_request *out)
{
    struct cursor c = cursor_of(value->bytes);
    struct slice key;
    struct bencode_value argument;
    if (value->kind != BENCODE_DICTIONARY)
        return false;
    while (bencode_entry(&c, &key, &argument))
        if (!take_argument(key, &argument, out))
            return false;
    return out->id.p;
}

static bool read_response(const struct bencode_value *value, struct dht_response *out)
{
    struct cursor c = cursor_of(value->bytes);
    struct slice key;
    struct bencode_value result;
    if (value->kind != BENCODE_DICTIONARY)
        return false;
    while (bencode_entry(&c, &key, &result))
        if (!take_result(key, &result, out))
            return false;
    return out->id.p;
}

/* The last number and the last text of the list. */
static bool read_error(const struct bencode_value *value, struct dht_message *out)
{
    struct cursor c = cursor_of(value->bytes);
    struct bencode_value item;
    bool numbered = false;
    if (value->kind != BENCODE_LIST)
        return false;
    while (bencode_item(&c, &item)) {
        if (item.kind == BENCODE_NUMBER) {
            numbered = bencode_uint(&item, UINT16_MAX, &out->error);
            if (!numbered)
                return false;
        } else if (item.kind == BENCODE_STRING) {
            out->text = item.bytes;
            if (!utf8_valid(out->text))
                return false;
        }
    }
    return numbered && out->text.p;
}

static bool take_part(struct slice key, const struct bencode_value *value, struct dht_message *out,
                      struct parts *parts)
{
    if (is(key, "t"))
        return take_text(value, &out->transaction);
    if (is(key, "v"))
        return take_text(value, &out->version);
    if (is(key, "q"))
        return take_text(value, &out->type) && utf8_valid(out->type);
    if (is(key, "y")) {
        parts->kind = *value;
        return value->kind == BENCODE_STRING;
    }
    if (is(key, "a")) {
        parts->request = *value;
        return read_request(value, &out->request);
    }
    if (is(key, "r")) {
        parts->response = *value;
        return read_response(value, &out->response);
    }
    if (is(key, "e")) {
        parts->error = *value;
        return read_error(value, out);
    }
    return true;
}

/* A request without arguments is broken, and has its type. */
static enum dht_kind kind_of(const struct parts *parts, struct dht_message *m)
{
    if (is(parts->kind.bytes, "q")) {
        if (!parts->request.kind)
            m->transaction = slice_of(NULL, 0);
        return m->type.p ? DHT_REQUEST : DHT_NONE;
    }
    if (is(parts->kind.bytes, "r"))
        return parts->response.kind ? DHT_RESPONSE : DHT_NONE;
    return is(parts->kind.bytes, "e") && parts->error.kind ? DHT_ERROR : DHT_NONE;
}

static bool read_parts(struct slice datagram, struct dht_message *out)
{
    struct cursor c = cursor_of(datagram);
    struct bencode_value message, value;
    struct parts parts = {0};
    struct slice key;
    if (!bencode_next(&c, DEPTH, &message))
        return false;
    c = cursor_of(message.bytes);
    while (bencode_entry(&c, &key, &value))
        if (!take_part(key, &value, out, &parts))
            return false;
    out->kind = (uint8_t)kind_of(&parts, out);
    return out->kind;
}

bool dht_message_read(struct slice datagram, struct dht_message *out)
{
    enum { BEGIN = 5 };
    static const char begins[][BEGIN + 1] = {"d1:ad", "d1:rd", "d2:ip", "d1:el"};
    bool known = false;
    *out = (struct dht_message){0};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        known |= datagram.n > BEGIN && memcmp(datagram.p, begins[i], BEGIN) == 0;
    if (!known)
        return false;
    if (!read_parts(datagram, out))
        *out = (struct dht_message){0};
    return true;
}
