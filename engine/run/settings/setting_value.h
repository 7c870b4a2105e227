/*
 * What a setting's text means, by the kind of its value: yes or no, a number, a size, one of some words. Pure
 * but for the settings that are written; any thread.
 */
#ifndef SLUICE_RUN_SETTING_VALUE_H
#define SLUICE_RUN_SETTING_VALUE_H

struct settings;

enum setting_kind {
    KIND_BOOL,
    KIND_AUTO, /* `auto` is left to the kind of run */
    KIND_OFF,  /* `enabled`, kept as its opposite */
    KIND_U16,
    KIND_U32,
    KIND_U64,
    KIND_SIZE,
    KIND_DEPTH, /* a size; 0 means no limit */
    KIND_CHUNK, /* a size, 32 bits */
    KIND_PORT,
    KIND_TEXT,
    KIND_LIST,
    KIND_CHECKSUMS,
    KIND_RECORDS,
    KIND_URGENT,
    KIND_HASHES,
    KIND_PROTOCOL, /* yes, no or detection-only */
    KIND_MODE,     /* this one to KIND_EXCEPTION: enum word_setting, in its order */
    KIND_FAIL,
    KIND_ODD,
    KIND_WRONG,
    KIND_SANDBOX,
    KIND_EXCEPTION,
    KIND_TUNNELS,
    KIND_SOURCE,
};

/* Reads the text into the setting's member. 0; -EINVAL when it is none of that kind, -ENOMEM. */
int setting_value_put(struct settings *settings, enum setting_kind kind, void *member, const char *value);

/* "a size such as 32 MiB"; NULL of texts. */
const char *setting_value_expected(enum setting_kind kind);

#endif
