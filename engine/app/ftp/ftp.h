/*
 * FTP (RFC 959, RFC 2428): a transaction is a command and its reply; a greeting is one without a command.
 * Shared by app/ftp*.c and output/eve_ftp.c; texts are the transaction's, capped.
 */
#ifndef SLUICE_APP_FTP_H
#define SLUICE_APP_FTP_H

#include "app/line.h"
#include "app/parser.h"
#include "app/text_list.h"

enum ftp_command {
    FTP_NO_COMMAND, /* or one that is not known */
#define FTP_COMMAND(id, data) FTP_##id,
#include "app/ftp/ftp_command_list.h"
#undef FTP_COMMAND
    FTP_COMMANDS
};

const char *ftp_command_name(enum ftp_command command); /* in capitals */

/* Of the values of ftpdata_command; 0: it opens no data connection. */
unsigned ftp_data_kind(enum ftp_command command);

struct ftp_tx {
    struct app_tx tx;
    uint8_t command; /* enum ftp_command */
    bool has_data, data_cut, reply_cut;
    bool answered; /* a reply has come that is not only the begin of one */
    bool waited;   /* only the begin of one has come, and rules have seen it */
    bool asks_tls; /* AUTH */
    bool bounces;  /* PORT with an address that is not the client's */
    bool active;   /* of port: the server opens the connection */
    uint16_t port; /* of the data connection; 0: it names none */
    struct buf data;
    bool coded;                      /* a line with a code has come */
    struct text_list replies, codes; /* a line each; lines that have no code have an empty one */
    size_t memory;                   /* accounted */
};

struct ftp {
    struct line_reader lines[DIRECTIONS];
    bool begun;                 /* the first command was looked at */
    bool in_reply;              /* of several lines (RFC 959, 4.2) */
    bool active;                /* the port is the client's */
    uint16_t port;              /* of the data connections to come; 0: none was named yet */
    struct app_tx *answered_to; /* all before it are answered; NULL: not known */
};

/* The port that the text of PORT (10,0,0,1,4,1), EPRT (|1|10.0.0.1|1025|), PASV's or EPSV's reply names;
 * false when it has none. `host`: of PORT, in network order; may be NULL. */
bool ftp_read_port(struct slice text, uint32_t *host, uint16_t *port);
bool ftp_read_eprt(struct slice text, uint16_t *port);
bool ftp_read_pasv(struct slice text, uint16_t *port);
bool ftp_read_epsv(struct slice text, uint16_t *port);

/* Finds the command that a line begins with; *at: where what follows it begins. */
enum ftp_command ftp_find_command(struct slice line, size_t *at);

/* An ftp-data connection: what ftp.c tells in session->handed, and its transaction. */
struct ftp_data_tx {
    struct app_tx tx;
    uint8_t command;
    struct buf name; /* of the file, when it is one */
};

#endif
