/* FTP: what is a number by name (ftp.mode, ftp.reply_received, ftpdata_command), and ftpbounce. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

static const struct sticky_name modes[] = {{"passive", 0}, {"active", 1}, {NULL, 0}};
static const struct sticky_name received[] = {{"no", 0}, {"yes", 1}, {"false", 0}, {"true", 1}, {"off", 0},
                                              {"on", 1}, {"0", 0},   {"1", 1},     {NULL, 0}};
/* As app/ftp/ftp_command_list.h numbers them. */
static const struct sticky_name data_commands[] = {{"retr", 1}, {"stor", 2}, {"list", 3}, {"nlst", 4},
                                                   {"mlsd", 5}, {"appe", 6}, {"stou", 7}, {NULL, 0}};

static bool is_name(const struct sticky_name *names, struct slice text)
{
    for (; names->name; names++)
        if (text_equal(text, names->name))
            return true;
    return false;
}

/* Names only: neither conditions nor negations. */
static int named(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                 const struct sticky_name *names, struct err *err)
{
    if (!is_name(names, option->value))
        return err_set(err, -EINVAL, "%.*s is none of its names", (int)option->value.n,
                       (const char *)option->value.p);
    return sticky_named(b, buffer, option, UINT8_MAX, names, err);
}

static int parse_mode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return named(b, BUFFER_FTP_MODE, option, modes, err);
}

static int parse_received(struct rule_builder *b, const struct option *option, struct err *err)
{
    return named(b, BUFFER_FTP_REPLY_RECEIVED, option, received, err);
}

static int parse_data_command(struct rule_builder *b, const struct option *option, struct err *err)
{
    return named(b, BUFFER_FTPDATA_COMMAND, option, data_commands, err);
}

static int parse_bounce(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    struct uint_condition *is_one = malloc(sizeof *is_one);
    if (!is_one)
        return err_set(err, -ENOMEM, "out of memory");
    *is_one = (struct uint_condition){.compare = UINT_EQUAL, .a = 1};
    return sticky_test(b, BUFFER_FTP_BOUNCE, &sticky_number_ops, is_one, err);
}

const struct keyword keywords_ftp[] = {
    {"ftp.mode", NULL, VALUE_REQUIRED, parse_mode},
    {"ftp.reply_received", NULL, VALUE_REQUIRED, parse_received},
    {"ftpdata_command", NULL, VALUE_REQUIRED, parse_data_command},
    {"ftpbounce", NULL, VALUE_NONE, parse_bounce},
    {NULL, NULL, VALUE_NONE, NULL},
};
