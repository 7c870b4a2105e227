/* RDP in EVE: a record each message of the connection sequence. */
#include "app/rdp/rdp.h"
#include "base/utf16.h"
#include "output/eve_app.h"

#include <stdlib.h>

enum { CHANNELS_MOST = 64 };

struct name {
    uint32_t number;
    const char *name;
};

static const char *find(const struct name *names, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].number == number)
            return names[i].name;
    return NULL;
}

#define FIND(names, number) find(names, sizeof(names) / sizeof(names)[0], number)

/* The bits that have a name. */
static void put_flags(struct json_line *l, const char *key, const struct name *names, size_t count,
                      uint32_t flags)
{
    line_open_list(l, key);
    for (size_t i = 0; i < count; i++)
        if (flags & names[i].number)
            line_text(l, NULL, names[i].name);
    line_close_list(l);
}

#define PUT_FLAGS(l, key, names, flags) put_flags(l, key, names, sizeof(names) / sizeof(names)[0], flags)

static void put_request(struct json_line *l, const struct rdp_tx *tx)
{
    static const struct name flags[] = {{1, "restricted_admin_mode_required"},
                                        {2, "redirected_authentication_mode_required"},
                                        {8, "correlation_info_present"}};
    line_text(l, "event_type", "initial_request");
    if (tx->has_cookie)
        line_bytes(l, "cookie", buf_slice(&tx->bytes));
    if (tx->negotiation.flags)
        PUT_FLAGS(l, "flags", flags, tx->negotiation.flags);
}

static void put_response(struct json_line *l, const struct rdp_tx *tx)
{
    static const struct name supports[] = {{0x01, "extended_client_data"},
                                           {0x02, "dynvc_gfx"},
                                           {0x08, "restricted_admin"},
                                           {0x10, "redirected_authentication"}};
    static const struct name protocols[] = {
        {0, "rdp"}, {1, "ssl"}, {2, "hybrid"}, {4, "rds_tls"}, {8, "hybrid_ex"}};
    static const struct name reasons[] = {
        {1, "ssl required by server"},    {2, "ssl not allowed by server"},
        {3, "ssl cert not on server"},    {4, "inconsistent flags"},
        {5, "hybrid required by server"}, {6, "ssl with user auth required by server"}};
    const struct rdp_negotiation *n = &tx->negotiation;
    line_text(l, "event_type", "initial_response");
    if (n->type == RDP_NEG_RESPONSE) {
        if (n->flags)
            PUT_FLAGS(l, "server_supports", supports, n->flags);
        line_text(l, "protocol", FIND(protocols, n->value));
    } else if (n->type == RDP_NEG_FAILURE) {
        line_uint(l, "error_code", n->value);
        line_text(l, "reason", FIND(reasons, n->value));
    }
}

static void put_utf16(struct json_line *l, const char *key, struct slice units)
{
    struct buf text = {0};
    l->failed |= utf16_text(units, &text) != 0;
    if (text.n)
        line_bytes(l, key, buf_slice(&text));
    buf_fini(&text);
}

static const char *version_name(uint32_t version)
{
    static const struct name names[] = {
        {0x80001, "v4"},    {0x80004, "v5"},    {0x80005, "v10.0"}, {0x80006, "v10.1"}, {0x80007, "v10.2"},
        {0x80008, "v10.3"}, {0x80009, "v10.4"}, {0x8000a, "v10.5"}, {0x8000b, "v10.6"}, {0x8000c, "v10.7"}};
    const char *name = FIND(names, version);
    return name ? name : "unknown";
}

static const char *build_name(uint32_t build)
{
    static const struct name names[] = {
        {528, "Windows NT 3.1"},       {807, "Windows NT 3.5"},     {1057, "Windows NT 3.51"},
        {1381, "Windows NT 4.0"},      {2195, "Windows 2000"},      {2600, "Windows XP"},
        {3790, "Windows Server 2003"}, {6000, "Windows Vista RTM"}, {6001, "Windows Vista SP1"},
        {6002, "Windows Vista SP2"},   {7600, "Windows 7 RTM"},     {7601, "Windows 7 SP1"},
        {9200, "Windows 8"},           {9600, "Windows 8.1"},       {10240, "Windows 10 TH1"},
        {10586, "Windows 10 TH2"},     {14393, "Windows 10 RS1"},   {15063, "Windows 10 RS2"},
        {16299, "Windows 10 RS3"},     {17134, "Windows 10 RS4"},   {17763, "Windows 10 RS5"}};
    const char *name = FIND(names, build);
    return name ? name : "unknown";
}

static int by_number(const void *key, const void *element)
{
    const uint32_t *number = key;
    const struct name *name = element;
    return *number < name->number ? -1 : *number > name->number;
}

static const char *layout_name(uint32_t layout)
{
    static const struct name names[] = {
#define RDP_LAYOUT(identifier, name) {identifier, name},
#include "output/rdp_layout_list.h"
#undef RDP_LAYOUT
    };
    const struct name *found =
        bsearch(&layout, names, sizeof names / sizeof names[0], sizeof names[0], by_number);
    return found ? found->name : "unknown";
}

/* The last that has a say: high colours, RNS_UD_COLOR_... after beta 2, and before. */
static uint32_t color_depth(const struct rdp_core *core)
{
    static const uint8_t depths[] = {4, 8, 15, 16, 24};
    enum { FIRST = 0xca00, BEFORE_BETA_2 = 2 };
    if (core->part[RDP_PART_HIGH] && core->parts > RDP_PART_HIGH)
        return core->part[RDP_PART_HIGH];
    if (core->part[RDP_PART_DEPTH] && core->parts > RDP_PART_DEPTH)
        return depths[core->part[RDP_PART_DEPTH] - FIRST];
    return core->depth >= FIRST && core->depth < FIRST + BEFORE_BETA_2 ? depths[core->depth - FIRST] : 0;
}

static void put_keyboard(struct json_line *l, const struct rdp_core *core)
{
    static const struct name types[] = {{1, "xt"},   {2, "ico"},  {3, "at"}, {4, "enhanced"},
                                        {5, "1050"}, {6, "9140"}, {7, "jp"}};
    const char *type = FIND(types, core->keyboard);
    if (type)
        line_text(l, "keyboard_type", type);
    if (core->subtype)
        line_uint(l, "keyboard_subtype", core->subtype);
    if (core->function_keys)
        line_uint(l, "function_keys", core->function_keys);
    put_utf16(l, "ime", utf16_valid(core->ime) ? core->ime : slice_of(NULL, 0));
}

static void put_number(struct json_line *l, const char *key, const struct rdp_core *core,
                       enum rdp_core_part part)
{
    if (core->parts > part)
        line_uint(l, key, core->part[part]);
}

static void put_parts(struct json_line *l, const struct rdp_core *core)
{
    static const struct name capabilities[] = {
        {0x001, "support_errinfo_pdf"},        {0x002, "want_32bpp_session"},
        {0x004, "support_statusinfo_pdu"},     {0x008, "strong_asymmetric_keys"},
        {0x020, "valid_connection_type"},      {0x040, "support_monitor_layout_pdu"},
        {0x080, "support_netchar_autodetect"}, {0x100, "support_dynvc_gfx_protocol"},
        {0x200, "support_dynamic_time_zone"},  {0x400, "support_heartbeat_pdu"}};
    static const struct name connections[] = {{1, "modem"},          {2, "low_broadband"}, {3, "satellite"},
                                              {4, "high_broadband"}, {5, "wan"},           {6, "lan"},
                                              {7, "autodetect"}};
    put_number(l, "product_id", core, RDP_PART_PRODUCT);
    if (core->part[RDP_PART_SERIAL])
        put_number(l, "serial_number", core, RDP_PART_SERIAL);
    if (core->parts > RDP_PART_CAPABILITIES && core->part[RDP_PART_CAPABILITIES])
        PUT_FLAGS(l, "capabilities", capabilities, core->part[RDP_PART_CAPABILITIES]);
    if (core->parts > RDP_PART_ID)
        put_utf16(l, "id", core->id);
    if (core->parts > RDP_PART_CONNECTION && core->part[RDP_PART_CONNECTION])
        line_text(l, "connection_hint", FIND(connections, core->part[RDP_PART_CONNECTION]));
    put_number(l, "physical_width", core, RDP_PART_WIDTH);
    put_number(l, "physical_height", core, RDP_PART_HEIGHT);
    put_number(l, "desktop_orientation", core, RDP_PART_ORIENTATION);
    put_number(l, "scale_factor", core, RDP_PART_SCALE);
    put_number(l, "device_scale_factor", core, RDP_PART_DEVICE_SCALE);
}

static void put_client(struct json_line *l, const struct rdp_core *core)
{
    uint32_t depth = color_depth(core);
    line_open(l, "client");
    line_text(l, "version", version_name(core->version));
    line_uint(l, "desktop_width", core->width);
    line_uint(l, "desktop_height", core->height);
    if (depth)
        line_uint(l, "color_depth", depth);
    line_text(l, "keyboard_layout", layout_name(core->layout));
    line_text(l, "build", build_name(core->build));
    put_utf16(l, "client_name", core->name);
    put_keyboard(l, core);
    put_parts(l, core);
    line_close(l);
}

static void put_channels(struct json_line *l, struct slice body)
{
    struct cursor c = cursor_of(body);
    struct slice name;
    uint32_t count = 0;
    if (!cursor_le32(&c, &count) || !count)
        return;
    line_open_list(l, "channels");
    for (uint32_t i = 0; i < count && i < CHANNELS_MOST && rdp_channel_next(&c, &name); i++)
        line_bytes(l, NULL, name);
    line_close_list(l);
}

/* Of several blocks of a kind the last counts. */
static void put_connect_request(struct json_line *l, const struct rdp_tx *tx)
{
    struct cursor c = cursor_of(buf_slice(&tx->bytes));
    struct slice body, core = {0}, net = {0};
    struct rdp_core settings;
    uint16_t type;
    while (rdp_block_next(&c, &type, &body)) {
        core = type == RDP_CORE ? body : core;
        net = type == RDP_NET ? body : net;
    }
    line_text(l, "event_type", "connect_request");
    if (core.n && rdp_core_read(core, &settings))
        put_client(l, &settings);
    put_channels(l, net);
}

static void put_serials(struct json_line *l, const struct rdp_tx *tx)
{
    struct slice rest = buf_slice(&tx->bytes);
    const uint8_t *end;
    line_text(l, "event_type", "tls_handshake");
    line_open_list(l, "x509_serials");
    while (rest.n && (end = memchr(rest.p, 0, rest.n))) {
        size_t n = (size_t)(end - rest.p);
        line_bytes(l, NULL, slice_first(rest, n));
        rest = slice_from(rest, n + 1);
    }
    line_close_list(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct rdp_tx *rdp = (const struct rdp_tx *)tx;
    (void)session;
    (void)alert;
    line_open(l, "rdp");
    line_uint(l, "tx_id", tx->id + 1);
    switch ((enum rdp_kind)rdp->kind) {
    case RDP_INITIAL_REQUEST:
        put_request(l, rdp);
        break;
    case RDP_INITIAL_RESPONSE:
        put_response(l, rdp);
        break;
    case RDP_CONNECT_REQUEST:
        put_connect_request(l, rdp);
        break;
    case RDP_CONNECT_RESPONSE:
        line_text(l, "event_type", "connect_response");
        break;
    case RDP_TLS_HANDSHAKE:
        put_serials(l, rdp);
        break;
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_rdp = {.record = RECORD_RDP, .own_tx_id = true, .put = put};
