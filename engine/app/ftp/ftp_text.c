/* What FTP writes as text: commands, and the ports of data connections. */
#include "app/ftp/ftp.h"

#include <strings.h>

static const struct {
    const char *name;
    uint8_t length, kind;
} commands[FTP_COMMANDS] = {
    {"", 0, 0},
#define FTP_COMMAND(id, kind) {#id, sizeof #id - 1, kind},
#include "app/ftp/ftp_command_list.h"
#undef FTP_COMMAND
};

const char *ftp_command_name(enum ftp_command command)
{
    return commands[command].name;
}

unsigned ftp_data_kind(enum ftp_command command)
{
    return commands[command].kind;
}

static bool begins(struct slice line, const char *word)
{
    size_t n = strlen(word);
    return line.p && line.n >= n && strncasecmp((const char *)line.p, word, n) == 0;
}

static enum ftp_command find(struct slice line)
{
    char first = line.n ? (char)(line.p[0] & 0xdf) : '\0'; /* a letter as a capital */
    for (int i = 1; first && i < FTP_COMMANDS; i++)
        if (commands[i].name[0] == first && line.n >= commands[i].length &&
            strncasecmp((const char *)line.p, commands[i].name, commands[i].length) == 0)
            return (enum ftp_command)i;
    return FTP_NO_COMMAND;
}

/* As in Suricata whatever begins like a command is one; XCWD and its like (RFC 775) are those without the X.
 */
enum ftp_command ftp_find_command(struct slice line, size_t *at)
{
    size_t from = 0;
    while (from < line.n && (line.p[from] == ' ' || line.p[from] == '\t'))
        from++;
    enum ftp_command command = find(slice_from(line, from));
    if (command == FTP_NO_COMMAND && begins(slice_from(line, from), "X")) {
        command = find(slice_from(line, ++from));
        if (command != FTP_CWD && command != FTP_MKD && command != FTP_RMD && command != FTP_PWD &&
            command != FTP_CDUP)
            command = FTP_NO_COMMAND;
    }
    *at = from + commands[command].length;
    return command;
}

/* Takes a decimal number up to `most`. */
static bool take_number(struct slice *rest, unsigned most, unsigned *value)
{
    size_t digits = 0;
    for (*value = 0; digits < rest->n && rest->p[digits] >= '0' && rest->p[digits] <= '9'; digits++) {
        *value = *value * 10 + (unsigned)(rest->p[digits] - '0');
        if (*value > most)
            return false;
    }
    *rest = slice_from(*rest, digits);
    return digits > 0;
}

static bool take_byte(struct slice *rest, uint8_t byte)
{
    if (!rest->n || rest->p[0] != byte)
        return false;
    *rest = slice_from(*rest, 1);
    return true;
}

static struct slice behind(struct slice text, uint8_t byte)
{
    const uint8_t *p = text.n ? memchr(text.p, byte, text.n) : NULL;
    return p ? slice_from(text, (size_t)(p - text.p) + 1) : slice_of(NULL, 0);
}

bool ftp_read_port(struct slice text, uint32_t *host, uint16_t *port)
{
    unsigned numbers[6];
    while (take_byte(&text, ' '))
        ;
    for (int i = 0; i < 6; i++)
        if ((i && !take_byte(&text, ',')) || !take_number(&text, UINT8_MAX, &numbers[i]))
            return false;
    if (host)
        *host = numbers[0] << 24 | numbers[1] << 16 | numbers[2] << 8 | numbers[3];
    *port = (uint16_t)(numbers[4] << 8 | numbers[5]);
    return true;
}

static bool take_port(struct slice text, uint16_t *port)
{
    unsigned number;
    if (!take_number(&text, UINT16_MAX, &number))
        return false;
    *port = (uint16_t)number;
    return true;
}

/* RFC 2428, 2: any printable character may divide. */
bool ftp_read_eprt(struct slice text, uint16_t *port)
{
    while (take_byte(&text, ' '))
        ;
    if (!text.n)
        return false;
    uint8_t divider = text.p[0];
    text = behind(behind(slice_from(text, 1), divider), divider);
    return take_port(text, port);
}

bool ftp_read_pasv(struct slice text, uint16_t *port)
{
    return ftp_read_port(behind(text, '('), NULL, port);
}

/* RFC 2428, 3: (|||1025|). */
bool ftp_read_epsv(struct slice text, uint16_t *port)
{
    text = behind(text, '(');
    if (!text.n)
        return false;
    uint8_t divider = text.p[0];
    for (int i = 0; i < 3; i++)
        if (!take_byte(&text, divider))
            return false;
    return take_port(text, port);
}
