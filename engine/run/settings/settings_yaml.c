/*
 * A YAML file of suricata.yaml's shape, flattened into dotted keys: a mapping adds its key, a list hands over
 * its scalars one by one and numbers what else is in it (setting_items.h). Aliases and includes are not
 * followed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <yaml.h>

#include "app/detect.h"
#include "base/grow.h"
#include "rule/variables.h"
#include "run/settings/setting_items.h"
#include "run/settings/settings.h"

enum { DEPTH_MOST = 32, KEY_MOST = 512, IGNORED_MOST = 256 };

struct walk {
    struct settings *settings;
    yaml_parser_t parser;
    struct err *err;
    char key[KEY_MOST];
};

static int fail_at(struct walk *w, int code, const yaml_mark_t *mark, const char *message)
{
    if (message)
        err_set(w->err, code, "%s", message);
    w->err->line = (unsigned)mark->line + 1;
    w->err->column = (unsigned)mark->column + 1;
    return code;
}

static int next_event(struct walk *w, yaml_event_t *event)
{
    if (yaml_parser_parse(&w->parser, event))
        return 0;
    const char *problem = w->parser.problem ? w->parser.problem : "not YAML";
    return fail_at(w, -EINVAL, &w->parser.problem_mark, problem);
}

/* Ports among which is one where we do not look for the protocol. */
static bool has_other_port(enum app_proto proto, const char *value)
{
    char *end;
    for (const char *c = value; *c; c = end) {
        unsigned long port = strtoul(c, &end, 10);
        if (end == c)
            end++; /* what stands between two */
        else if (port > UINT16_MAX || !app_detect_port(proto, (uint16_t)port))
            return true;
    }
    return false;
}

/* What somebody has set about a protocol, and will miss. */
static bool is_missed(const char *key, const char *value)
{
    static const char above[] = "app-layer.protocols.";
    if (strncmp(key, above, sizeof above - 1) != 0)
        return false;
    const char *name = key + sizeof above - 1;
    size_t n = strcspn(name, ".");
    enum app_proto proto = app_proto_by_name(slice_of(name, n));
    if (strstr(name + n, ".detection-ports.dp"))
        return proto != APP_UNKNOWN && has_other_port(proto, value);
    bool over_one = strcmp(name + n, ".tcp.enabled") == 0 || strcmp(name + n, ".udp.enabled") == 0;
    return over_one && strcasecmp(value, "yes") != 0;
}

/* Remembers a key that means nothing to us, once: its first two names, or all. */
static int ignore(struct settings *s, const char *key, bool whole)
{
    size_t n = strcspn(key, ".");
    if (key[n])
        n += 1 + strcspn(key + n + 1, ".");
    n = whole ? strlen(key) : n;
    for (uint32_t i = 0; i < s->ignored_count; i++)
        if (strncmp(s->ignored[i], key, n) == 0 && s->ignored[i][n] == 0)
            return 0;
    if (s->ignored_count == IGNORED_MOST)
        return 0;
    char *copy = strndup(key, n);
    if (!copy || grow_array(&s->ignored, s->ignored_count, &s->ignored_capacity)) {
        free(copy);
        return -ENOMEM;
    }
    s->ignored[s->ignored_count++] = copy;
    return 0;
}

/* Sections that are ours alone: a slip in them is an error, not something of somebody else's. */
static bool is_ours(const char *key)
{
    return strncmp(key, "run.", 4) == 0 || strncmp(key, "verdict.", 8) == 0 ||
           strncmp(key, "bypass.", 7) == 0 || strncmp(key, "xdp.", 4) == 0;
}

static int on_scalar(struct walk *w, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    if (strncmp(w->key, "vars.", 5) == 0) /* variables_load_yaml reads these */
        return 0;
    if (!value[0] || strcmp(value, "~") == 0 || strcmp(value, "null") == 0)
        return 0; /* a key without a value leaves the default */
    w->settings->notes.line = (unsigned)event->start_mark.line + 1;
    int result = settings_put(w->settings, w->key, value, w->err);
    if (result == -ENOENT && !is_ours(w->key)) {
        *w->err = (struct err){0};
        return ignore(w->settings, w->key, is_missed(w->key, value))
                   ? err_set(w->err, -ENOMEM, "out of memory")
                   : 0;
    }
    return result ? fail_at(w, result, &event->start_mark, NULL) : 0;
}

static int walk_node(struct walk *w, yaml_event_t *event, unsigned depth);

static int push_key(struct walk *w, size_t at, const char *name)
{
    int n = snprintf(w->key + at, KEY_MOST - at, "%s%s", at ? "." : "", name);
    return n < 0 || (size_t)n >= KEY_MOST - at ? err_set(w->err, -EINVAL, "the keys are too long") : 0;
}

static int walk_mapping(struct walk *w, unsigned depth)
{
    size_t at = strlen(w->key);
    for (;;) {
        yaml_event_t event;
        int result = next_event(w, &event);
        if (result)
            return result;
        bool end = event.type == YAML_MAPPING_END_EVENT;
        if (!end && event.type != YAML_SCALAR_EVENT)
            result = fail_at(w, -EINVAL, &event.start_mark, "a key must be a word");
        else if (!end)
            result = push_key(w, at, (const char *)event.data.scalar.value);
        yaml_event_delete(&event);
        if (end || result)
            return result;
        result = next_event(w, &event);
        if (!result) {
            result = walk_node(w, &event, depth + 1);
            yaml_event_delete(&event);
        }
        w->key[at] = 0;
        if (result)
            return result;
    }
}

static int walk_sequence(struct walk *w, unsigned depth)
{
    size_t at = strlen(w->key);
    for (unsigned index = 0;; index++) {
        yaml_event_t event;
        int result = next_event(w, &event);
        if (result)
            return result;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        char number[16];
        snprintf(number, sizeof number, "%u", index);
        if (!end && event.type != YAML_SCALAR_EVENT)
            result = push_key(w, at, number);
        if (!end && !result)
            result = walk_node(w, &event, depth + 1);
        if (!result && event.type == YAML_MAPPING_START_EVENT &&
            settings_end_item(w->settings, w->key, w->err))
            result = fail_at(w, -EINVAL, &event.start_mark, NULL);
        yaml_event_delete(&event);
        w->key[at] = 0;
        if (end || result)
            return result;
    }
}

static int walk_node(struct walk *w, yaml_event_t *event, unsigned depth)
{
    if (depth > DEPTH_MOST)
        return fail_at(w, -EINVAL, &event->start_mark, "nested too deeply");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(w, event);
    case YAML_MAPPING_START_EVENT:
        return walk_mapping(w, depth);
    case YAML_SEQUENCE_START_EVENT:
        return walk_sequence(w, depth);
    case YAML_ALIAS_EVENT:
        return fail_at(w, -EINVAL, &event->start_mark, "aliases are not supported here");
    default:
        return 0;
    }
}

static int walk_file(struct walk *w)
{
    for (;;) {
        yaml_event_t event;
        int result = next_event(w, &event);
        if (result)
            return result;
        bool end = event.type == YAML_STREAM_END_EVENT;
        if (!end)
            result = walk_node(w, &event, 0);
        yaml_event_delete(&event);
        if (end || result)
            return result;
    }
}

int settings_load(struct settings *settings, const char *path, struct err *err)
{
    err->line = err->column = 0;
    int result = variables_load_yaml(settings->variables, path, err);
    if (result)
        return result;
    *err = (struct err){0}; /* it has noted the file */
    FILE *file = fopen(path, "re");
    if (!file) {
        result = err_set(err, -errno, "cannot open: %s", strerror(errno));
        err_at(err, path, 0, 0);
        return result;
    }
    struct walk walk = {.settings = settings, .err = err};
    if (!setting_notes_file(&settings->notes, path) && yaml_parser_initialize(&walk.parser)) {
        yaml_parser_set_input_file(&walk.parser, file);
        result = walk_file(&walk);
        yaml_parser_delete(&walk.parser);
    } else {
        result = err_set(err, -ENOMEM, "out of memory");
    }
    fclose(file);
    setting_notes_file(&settings->notes, NULL);
    if (result)
        err_at(err, path, err->line, err->column);
    return result;
}
