#include "rule/variables.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/keyword.h"
#include "rule/sets.h"

static const struct {
    const char *name, *value;
    enum variable_kind kind;
} defaults[] = {
    {"HOME_NET", "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]", VARIABLE_ADDRESSES},
    {"EXTERNAL_NET", "!$HOME_NET", VARIABLE_ADDRESSES},
    {"HTTP_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"SMTP_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"SQL_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"DNS_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"TELNET_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"AIM_SERVERS", "$EXTERNAL_NET", VARIABLE_ADDRESSES},
    {"DC_SERVERS", "$HOME_NET", VARIABLE_ADDRESSES},
    {"DNP3_SERVER", "$HOME_NET", VARIABLE_ADDRESSES},
    {"DNP3_CLIENT", "$HOME_NET", VARIABLE_ADDRESSES},
    {"MODBUS_CLIENT", "$HOME_NET", VARIABLE_ADDRESSES},
    {"MODBUS_SERVER", "$HOME_NET", VARIABLE_ADDRESSES},
    {"ENIP_CLIENT", "$HOME_NET", VARIABLE_ADDRESSES},
    {"ENIP_SERVER", "$HOME_NET", VARIABLE_ADDRESSES},
    {"HTTP_PORTS", "80", VARIABLE_PORTS},
    {"SHELLCODE_PORTS", "!80", VARIABLE_PORTS},
    {"ORACLE_PORTS", "1521", VARIABLE_PORTS},
    {"SSH_PORTS", "22", VARIABLE_PORTS},
    {"DNP3_PORTS", "20000", VARIABLE_PORTS},
    {"MODBUS_PORTS", "502", VARIABLE_PORTS},
    {"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]", VARIABLE_PORTS},
    {"FTP_PORTS", "21", VARIABLE_PORTS},
    {"GENEVE_PORTS", "6081", VARIABLE_PORTS},
    {"VXLAN_PORTS", "4789", VARIABLE_PORTS},
    {"TEREDO_PORTS", "3544", VARIABLE_PORTS},
    {"SIP_PORTS", "[5060,5061]", VARIABLE_PORTS},
};

struct variables *variables_new(void)
{
    struct variables *v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (variables_put(v, slice_str(defaults[i].name), slice_str(defaults[i].value), defaults[i].kind)) {
            variables_free(v);
            return NULL;
        }
    }
    return v;
}

void variables_free(struct variables *variables)
{
    if (!variables)
        return;
    for (uint32_t i = 0; i < variables->count; i++) {
        free(variables->list[i].name);
        free(variables->list[i].value);
    }
    free(variables->list);
    free(variables);
}

const struct variable *variables_find_any(const struct variables *variables, struct slice name)
{
    for (uint32_t i = 0; i < variables->count; i++)
        if (slice_equal(name, slice_str(variables->list[i].name)))
            return &variables->list[i];
    return NULL;
}

const struct variable *variables_find(const struct variables *variables, struct slice name,
                                      enum variable_kind kind)
{
    for (uint32_t i = 0; i < variables->count; i++)
        if (variables->list[i].kind == kind && slice_equal(name, slice_str(variables->list[i].name)))
            return &variables->list[i];
    return NULL;
}

int variables_put(struct variables *variables, struct slice name, struct slice value, enum variable_kind kind)
{
    if (!name.n || value.n > VARIABLE_TEXT_MOST)
        return -EINVAL;
    char *text = text_dup(value);
    if (!text)
        return -ENOMEM;
    struct variable *old = (struct variable *)variables_find(variables, name, kind);
    if (old) {
        free(old->value);
        old->value = text;
        variables->generation++;
        return 0;
    }
    if (variables->count >= VARIABLES_MOST) {
        free(text);
        return -ENOSPC;
    }
    char *copy = text_dup(name);
    if (!copy || grow_array(&variables->list, variables->count, &variables->capacity)) {
        free(copy);
        free(text);
        return -ENOMEM;
    }
    variables->list[variables->count++] = (struct variable){.name = copy, .value = text, .kind = kind};
    variables->generation++;
    return 0;
}

int variable_check(const struct variables *variables, const struct variable *variable, struct err *err)
{
    struct slice value = text_trim(slice_str(variable->value));
    if (variable->kind == VARIABLE_PORTS) {
        struct port_set *ports;
        int rc = port_set_parse(value, variables, NULL, &ports, err);
        if (!rc)
            port_set_unref(ports);
        return rc;
    }
    struct address_set *addresses;
    int rc = address_set_parse(value, variables, NULL, &addresses, err);
    if (!rc)
        address_set_unref(addresses);
    return rc;
}

static bool strip_prefix(struct slice *s, const char *prefix)
{
    size_t n = strlen(prefix);
    if (s->n <= n || memcmp(s->p, prefix, n) != 0)
        return false;
    *s = slice_from(*s, n);
    return true;
}

/* The kind that a name says by itself (its group, or what it was so far). False: nothing says. */
static bool known_kind(const struct variables *variables, struct slice *name, enum variable_kind *kind)
{
    strip_prefix(name, "vars.");
    if (strip_prefix(name, "address-groups.")) {
        *kind = VARIABLE_ADDRESSES;
        return true;
    }
    if (strip_prefix(name, "port-groups.")) {
        *kind = VARIABLE_PORTS;
        return true;
    }
    const struct variable *old = variables_find_any(variables, *name);
    if (old)
        *kind = old->kind;
    return old != NULL;
}

/* A new name: addresses if the value reads as such ("any" does), else ports. */
static enum variable_kind guess_kind(const struct variables *variables, struct slice name, char *value)
{
    if (name.n >= 5 && text_equal(slice_from(name, name.n - 5), "PORTS"))
        return VARIABLE_PORTS;
    struct variable as_ports = {.value = value, .kind = VARIABLE_PORTS};
    struct variable as_addresses = {.value = value, .kind = VARIABLE_ADDRESSES};
    if (variable_check(variables, &as_addresses, NULL) && !variable_check(variables, &as_ports, NULL))
        return VARIABLE_PORTS;
    return VARIABLE_ADDRESSES;
}

int variables_set(struct variables *variables, const char *assignment, struct err *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment)
        return err_set(err, -EINVAL, "expected NAME=VALUE, such as HOME_NET=10.0.0.0/8");
    struct slice name = text_trim(slice_of(assignment, (size_t)(equals - assignment)));
    struct slice value = text_trim(slice_str(equals + 1));
    text_unquote(&value);
    enum variable_kind kind;
    bool known = known_kind(variables, &name, &kind);
    char *text = text_dup(value);
    if (!text)
        return err_set(err, -ENOMEM, "out of memory");
    if (!known)
        kind = guess_kind(variables, name, text);
    /* Put first: that it refers to itself shows only then. */
    int rc = variables_put(variables, name, value, kind);
    free(text);
    if (rc)
        return err_set(err, rc, rc == -ENOMEM ? "out of memory" : "too many variables, or too long a value");
    return variable_check(variables, variables_find(variables, name, kind), err);
}
