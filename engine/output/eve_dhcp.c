/* DHCP in EVE: one record a message, with all that Suricata's "extended" ones have. */
#include "app/dhcp/dhcp.h"
#include "output/eve_app.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { REQUEST = 1, REPLY = 2, MAC_MOST = 16, HEX_MOST = 3 * 256, OPTIONS_MOST = 256 };

/* RFC 2131, 2: where the fields of the head are. */
enum { AT_LENGTH = 2, AT_ID = 4, AT_CLIENT = 12, AT_YOUR = 16, AT_NEXT = 20, AT_RELAY = 24, AT_MAC = 28 };

static const char *const types[] = {"unknown", "discover", "offer",   "request", "decline",
                                    "ack",     "nak",      "release", "inform"};

static void put_hex(struct json_line *l, const char *key, struct slice bytes)
{
    char text[HEX_MOST] = "";
    for (size_t i = 0, at = 0; i < bytes.n && at + 4 < sizeof text; i++)
        at += (size_t)sprintf(text + at, i ? ":%02x" : "%02x", bytes.p[i]);
    line_text(l, key, text);
}

/* "" for what is no address. */
static void put_address(struct json_line *l, const char *key, struct slice bytes)
{
    char text[INET_ADDRSTRLEN] = "";
    if (bytes.n == DHCP_ADDRESS)
        inet_ntop(AF_INET, bytes.p, text, sizeof text);
    line_text(l, key, text);
}

static struct slice field(struct slice message, size_t at, size_t n)
{
    return slice_first(slice_from(message, at), n);
}

static void put_head(struct json_line *l, struct slice message)
{
    struct cursor id = cursor_of(slice_from(message, AT_ID));
    uint8_t operation = message.p[0], length = message.p[AT_LENGTH];
    uint32_t number = 0;
    cursor_be32(&id, &number);
    line_text(l, "type", operation == REQUEST ? "request" : operation == REPLY ? "reply" : "<unknown>");
    line_uint(l, "id", number);
    put_hex(l, "client_mac", field(message, AT_MAC, length < MAC_MOST ? length : MAC_MOST));
    put_address(l, "assigned_ip", field(message, AT_YOUR, DHCP_ADDRESS));
    put_address(l, "client_ip", field(message, AT_CLIENT, DHCP_ADDRESS));
    if (operation != REPLY)
        return;
    put_address(l, "relay_ip", field(message, AT_RELAY, DHCP_ADDRESS));
    put_address(l, "next_server_ip", field(message, AT_NEXT, DHCP_ADDRESS));
}

static void put_addresses(struct json_line *l, const char *key, struct slice list)
{
    line_open_list(l, key);
    for (; list.n >= DHCP_ADDRESS; list = slice_from(list, DHCP_ADDRESS))
        put_address(l, NULL, slice_first(list, DHCP_ADDRESS));
    line_close_list(l);
}

/* Those that have a name there. */
static const char *parameter(uint8_t code)
{
    enum { DOMAIN = 15, ARP_TIMEOUT = 35, NTP_SERVERS = 42, TFTP_NAME = 66, TFTP_ADDRESS = 150 };
    switch (code) {
    case DHCP_SUBNET_MASK:
        return "subnet_mask";
    case DHCP_ROUTERS:
        return "router";
    case DHCP_DNS_SERVERS:
        return "dns_server";
    case DOMAIN:
        return "domain";
    case ARP_TIMEOUT:
        return "arp_timeout";
    case NTP_SERVERS:
        return "ntp_server";
    case TFTP_NAME:
        return "tftp_server_name";
    case TFTP_ADDRESS:
        return "tftp_server_ip";
    default:
        return NULL;
    }
}

static void put_parameters(struct json_line *l, struct slice codes)
{
    line_open_list(l, "params");
    for (size_t i = 0; i < codes.n; i++)
        if (parameter(codes.p[i]))
            line_text(l, NULL, parameter(codes.p[i]));
    line_close_list(l);
}

static void put_text(struct json_line *l, const char *key, struct slice text)
{
    if (text.n)
        line_bytes(l, key, text);
}

static void put_option(struct json_line *l, const struct dhcp_option_value *o)
{
    switch (o->code) {
    case DHCP_TYPE:
        if (o->value.n)
            line_text(l, "dhcp_type",
                      types[o->value.p[0] < sizeof types / sizeof types[0] ? o->value.p[0] : 0]);
        break;
    case DHCP_SUBNET_MASK:
        put_address(l, "subnet_mask", o->value);
        break;
    case DHCP_ROUTERS:
        put_addresses(l, "routers", o->value);
        break;
    case DHCP_DNS_SERVERS:
        put_addresses(l, "dns_servers", o->value);
        break;
    case DHCP_HOSTNAME:
        put_text(l, "hostname", o->value);
        break;
    case DHCP_REQUESTED_IP:
        put_address(l, "requested_ip", o->value);
        break;
    case DHCP_LEASE_TIME:
        line_uint(l, "lease_time", dhcp_seconds(o->value));
        break;
    case DHCP_PARAMETERS:
        put_parameters(l, o->value);
        break;
    case DHCP_RENEWAL_TIME:
        line_uint(l, "renewal_time", dhcp_seconds(o->value));
        break;
    case DHCP_REBINDING_TIME:
        line_uint(l, "rebinding_time", dhcp_seconds(o->value));
        break;
    case DHCP_VENDOR_CLASS:
        put_text(l, "vendor_class_identifier", o->value);
        break;
    case DHCP_CLIENT_ID:
        put_hex(l, "client_id", slice_from(o->value, 1)); /* behind the type of address */
        break;
    default:
        break;
    }
}

/* Of options that stand there twice the last counts. */
static bool comes_again(struct cursor c, uint8_t code)
{
    struct dhcp_option_value other;
    for (unsigned i = 0; i < OPTIONS_MOST && dhcp_option_next(&c, &other) == DHCP_OPTION; i++)
        if (other.code == code)
            return true;
    return false;
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    struct slice message = buf_slice(&((const struct dhcp_tx *)tx)->bytes);
    struct cursor c = cursor_of(slice_from(message, DHCP_HEAD));
    struct dhcp_option_value option;
    (void)session;
    if (alert || message.n < DHCP_HEAD) /* as in Suricata alerts do not show it */
        return false;
    line_open(l, "dhcp");
    put_head(l, message);
    for (unsigned i = 0; i < OPTIONS_MOST && dhcp_option_next(&c, &option) == DHCP_OPTION; i++)
        if (!comes_again(c, option.code))
            put_option(l, &option);
    line_close(l);
    return true;
}

const struct eve_app eve_app_dhcp = {.record = RECORD_DHCP, .no_tx_id = true, .put = put};
