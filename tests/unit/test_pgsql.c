/* PostgreSQL through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/pgsql/pgsql.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert pgsql any any -> any any (pgsql.query; content:\"select\"; nocase; sid:1;)\n"
    "alert pgsql any any -> any any (pgsql.query; content:!\"zz\"; sid:2;)\n"
    "alert pgsql any any -> any any (content:\"select\"; nocase; sid:3;)\n"
    "alert pgsql any any -> any any (content:\"row1\"; sid:4;)\n"
    "alert pgsql any any -> any any (app-layer-event:pgsql.too_many_transactions; sid:10;)\n"
    "alert pgsql any any -> any any (app-layer-event:pgsql.malformed_request; sid:11;)\n"
    "alert pgsql any any -> any any (app-layer-event:pgsql.malformed_response; sid:12;)\n"
    "alert pgsql any any -> any any (app-layer-event:pgsql.invalid_length; sid:13;)\n"
    "alert pgsql any any -> any any (app-layer-event:pgsql.too_many_responses; sid:14;)\n";

/* Different here: "gss", "kerberos", "gssapi", "auth 99", "empty query", "gap client", "gap in message", "no user, nothing", "odd params", "query length 3", "query length 4", "query without end". */
static const struct app_case streams[] = {
    {"start only", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000"), CLIENT_FIN, SERVER_FIN}, ""},
    {"login", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, ""},
    {"query", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\024select * from t\000"), SERVER("T\000\000\000.\000\002a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000b\000\000\000@\001\000\002\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\023\000\002\000\000\000\004row1\000\000\000\001xD\000\000\000\020\000\002\377\377\377\377\000\000\000\002yyC\000\000\000\015SELECT 2\000Z\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13 4@13"},
    {"ssl no", {CLIENT("\000\000\000\010\004\322\026/"), SERVER("N"), CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"ssl yes", {CLIENT("\000\000\000\010\004\322\026/"), SERVER("S"), CLIENT("\026\003\001\000\005hello"), CLIENT_FIN, SERVER_FIN}, ""},
    {"gss", {CLIENT("\000\000\000\010\004\322\0260"), SERVER("N"), CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"gss yes", {CLIENT("\000\000\000\010\004\322\0260"), SERVER("G"), CLIENT("\000\000\000\005hello"), CLIENT_FIN, SERVER_FIN}, ""},
    {"cancel", {CLIENT("\000\000\000\020\004\322\026.\000\000\000M\000\000\000c"), CLIENT_FIN, SERVER_FIN}, ""},
    {"clear password", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\003"), CLIENT("p\000\000\000\013secret\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\010a\000b\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, ""},
    {"md5", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\014\000\000\000\005salt"), CLIENT("p\000\000\000\016md5abcdef\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, ""},
    {"md5 bad", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\014\000\000\000\005salt"), CLIENT("p\000\000\000\016md5abcdef\000"), SERVER("E\000\000\0003SFATAL\000C28P01\000Mpassword authentication failed\000\000"), CLIENT_FIN, SERVER_FIN}, ""},
    {"sasl", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000*\000\000\000\012SCRAM-SHA-256\000SCRAM-SHA-256-PLUS\000\000"), CLIENT("p\000\000\000\036SCRAM-SHA-256\000\000\000\000\010n,,n=,r="), SERVER("R\000\000\000\032\000\000\000\013r=abc,s=def,i=4096"), CLIENT("p\000\000\000\026c=biws,r=abc,p=xyz"), SERVER("R\000\000\000\015\000\000\000\014v=sigR\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, ""},
    {"kerberos", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\002"), CLIENT("p\000\000\000\010tick"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"gssapi", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\007"), CLIENT("p\000\000\000\010tick"), SERVER("R\000\000\000\014\000\000\000\010cont"), CLIENT("p\000\000\000\011tick2"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"sspi", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\011"), CLIENT("p\000\000\000\010tick"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"auth 99", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000c"), CLIENT("p\000\000\000\010tick"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "11@9 11@11 12@11 12@13"},
    {"error", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\027select * from nope\000"), SERVER("E\000\000\000MSERROR\000VERROR\000C42P01\000Mno such table\000P15\000Fparse.c\000L1180\000RparserOpenTable\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11"},
    {"notice", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("N\000\000\000\030SNOTICE\000C00000\000Mhi\000\000C\000\000\000\015SELECT 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"notify", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015listen x\000"), SERVER("C\000\000\000\013LISTEN\000Z\000\000\000\005I"), SERVER("A\000\000\000\025\000\000\000{chan\000payload\000"), CLIENT("Q\000\000\000\015select 2\000"), SERVER("C\000\000\000\015SELECT 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11 1@17 2@17 3@17 3@19"},
    {"copy out", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\025copy t to stdout\000"), SERVER("H\000\000\000\013\000\000\002\000\000\000\000d\000\000\000\011row1\012d\000\000\000\011row2\012c\000\000\000\004C\000\000\000\013COPY 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11 4@13"},
    {"copy in", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\026copy t from stdin\000"), SERVER("G\000\000\000\013\000\000\002\000\000\000\000"), CLIENT("d\000\000\000\011row1\012d\000\000\000\011row2\012c\000\000\000\004"), SERVER("C\000\000\000\013COPY 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11 4@15"},
    {"copy in fails", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\026copy t from stdin\000"), SERVER("G\000\000\000\013\000\000\002\000\000\000\000"), CLIENT("d\000\000\000\011row1\012f\000\000\000\011oops\000"), SERVER("E\000\000\000MSERROR\000VERROR\000C42P01\000Mno such table\000P15\000Fparse.c\000L1180\000RparserOpenTable\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11 4@15"},
    {"extended", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("P\000\000\000\023st\000select $1\000\000\000B\000\000\000\023\000st\000\000\000\000\001\000\000\000\001x\000\000D\000\000\000\006P\000E\000\000\000\011\000\000\000\000\000S\000\000\000\004"), SERVER("1\000\000\000\0042\000\000\000\004T\000\000\000\032\000\001a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\016\000\001\000\000\000\004row1C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, "3@14 3@15 4@15"},
    {"empty query", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\005\000"), SERVER("I\000\000\000\004Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11"},
    {"function call", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("F\000\000\000\016\000\000\000\001\000\000\000\000\000\000"), SERVER("V\000\000\000\010\377\377\377\377Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"startup, query at once", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000Q\000\000\000\015select 1\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005IC\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 3@9"},
    {"gap client", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_GAP(20), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13 1@15 2@15 3@15 3@17"},
    {"gap server", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER_GAP(20), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13 1@15 2@15 3@15 3@17"},
    {"gap in message", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015sel"), CLIENT_GAP(6), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@15 2@15 3@16 3@17"},
    {"server first", {SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@9 2@9 3@9 3@11"},
    {"query first", {CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 3@9"},
    {"query first, only", {CLIENT("Q\000\000\000\015select 1\000"), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6"},
    {"v2", {CLIENT("\000\000\000\022\000\002\000\000user\000bob\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"v3.2", {CLIENT("\000\000\000\022\000\003\000\002user\000bob\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"no user", {CLIENT("\000\000\000\026\000\003\000\000database\000bob\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"no user, nothing", {CLIENT("\000\000\000\011\000\003\000\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "11@11 11@end"},
    {"user last", {CLIENT("\000\000\000Q\000\003\000\000database\000bob\000user\000x\000application_name\000psql\000options\000-c a\000replication\000true\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"odd params", {CLIENT("\000\000\000\033\000\003\000\000user\000bob\000database\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "11@5 11@7"},
    {"query length 3", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\003abc"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "13@9 3@13"},
    {"query length 4", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\004"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "11@9 2@11 11@11 3@13"},
    {"query without end", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\014select 9"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "11@9 1@11 2@11 3@11 11@11 3@13"},
    {"query with more", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\021select 9\000more"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"unknown c", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("~\000\000\000\007abc"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@15 2@15 3@15 3@17"},
    {"unknown s", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("~\000\000\000\007abcC\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13 1@15 2@15 3@15 3@17"},
    {"unknown s len", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("\000\000\000\000\000\000\000\000"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 13@11 13@13 3@16 3@17"},
    {"two in one", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\027select 1; select 2\000"), SERVER("T\000\000\000\032\000\001a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\013\000\001\000\000\000\0011C\000\000\000\015SELECT 1\000T\000\000\000\032\000\001b\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\014\000\001\000\000\000\00222C\000\000\000\015SELECT 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"terminate then more", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("X\000\000\000\004Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"answer before all", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015s"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT("elect 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@15 2@15 3@15 3@17"},
    {"query, no answer, query", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), CLIENT("Q\000\000\000\015select 2\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@10 2@10 3@10 1@13 2@13 3@13 3@14 3@17"},
    {"copy both", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\026START_REPLICATION\000"), SERVER("W\000\000\000\007\000\000\000"), SERVER("d\000\000\000\010w123"), CLIENT("d\000\000\000\010r123"), CLIENT_FIN, SERVER_FIN}, "2@11"},
    {"copy out long", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\025copy t to stdout\000"), SERVER("H\000\000\000\011\000\000\001\000\000d\000\000\007\324xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), SERVER("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxc\000\000\000\004C\000\000\000\013COPY 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11"},
    {"ssl no then query", {CLIENT("\000\000\000\010\004\322\026/"), SERVER("N"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"ssl E", {CLIENT("\000\000\000\010\004\322\026/"), SERVER("E\000\000\000MSERROR\000VERROR\000C42P01\000Mno such table\000P15\000Fparse.c\000L1180\000RparserOpenTable\000\000"), CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"neg version", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("v\000\000\000\014\000\000\000\000\000\000\000\000R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"password early", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), CLIENT("p\000\000\000\007pw\000"), SERVER("R\000\000\000\010\000\000\000\003"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"notice first", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("N\000\000\000\021SNOTICE\000Mhi\000\000R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"error at start", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("E\000\000\000\032SFATAL\000C3D000\000Mno db\000\000"), CLIENT_FIN, SERVER_FIN}, ""},
    {"notification in tx", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("A\000\000\000\025\000\000\000{chan\000payload\000C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"two results", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("T\000\000\000\032\000\001a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\013\000\001\000\000\000\0011C\000\000\000\015SELECT 1\000T\000\000\000.\000\002b\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000c\000\000\000@\001\000\002\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\021\000\002\000\000\000\00222\000\000\000\0013D\000\000\000\021\000\002\000\000\000\00222\000\000\000\0013C\000\000\000\015SELECT 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"two errors", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("E\000\000\000\021SERROR\000Mone\000\000E\000\000\000\021SERROR\000Mtwo\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11"},
    {"pw", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\003"), CLIENT("p\000\000\000\013secret\000"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"sasl mech", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000*\000\000\000\012SCRAM-SHA-256-PLUS\000SCRAM-SHA-256\000\000"), CLIENT("p\000\000\000#SCRAM-SHA-256-PLUS\000\000\000\000\010n,,n=,r="), SERVER("R\000\000\000\032\000\000\000\013r=abc,s=def,i=4096"), CLIENT("p\000\000\000\026c=biws,r=abc,p=xyz"), SERVER("R\000\000\000\015\000\000\000\014v=sigR\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"sasl odd mech", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\025\000\000\000\012OAUTHBEARER\000\000"), CLIENT("p\000\000\000\034OAUTHBEARER\000\000\000\000\010n,,n=,r="), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"sasl no data", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\027\000\000\000\012SCRAM-SHA-256\000\000"), CLIENT("p\000\000\000\026SCRAM-SHA-256\000\377\377\377\377"), SERVER("R\000\000\000\010\000\000\000\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, ""},
    {"empty in", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\026copy t from stdin\000"), SERVER("G\000\000\000\013\000\000\002\000\000\000\000"), CLIENT("c\000\000\000\004"), SERVER("C\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11"},
    {"copy out none", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\025copy t to stdout\000"), SERVER("H\000\000\000\013\000\000\002\000\000\000\000c\000\000\000\004C\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11"},
    {"copy out malformed", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\025copy t to stdout\000"), SERVER("H\000\000\000\013\000\000\007\000\000\000\000c\000\000\000\004C\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "2@11 12@11 12@13"},
    {"rowdesc malformed", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("T\000\000\000\032\000\003a\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000C\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 12@11 12@13"},
    {"row malformed", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("T\000\000\000\032\000\001a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\013\000\003\000\000\000\001aC\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 12@11 12@13"},
    {"negative row", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("T\000\000\000\032\000\001a\000\000\000@\001\000\001\000\000\000\027\000\004\377\377\377\377\000\000D\000\000\000\016\000\002\377\377\377\377\377\377\377\377C\000\000\000\013COPY 0\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11"},
    {"Z T", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\012begin\000"), SERVER("C\000\000\000\012BEGIN\000Z\000\000\000\005T"), CLIENT("Q\000\000\000\015select 1\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005E"), CLIENT_FIN, SERVER_FIN}, "2@11 1@15 2@15 3@15 3@17"},
    {"close", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("X\000\000\000\004"), CLIENT_FIN, SERVER_FIN}, ""},
    {"utf8", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\022select '\351\377\"\\'\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 3@13"},
    {"err in start", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\003"), CLIENT("p\000\000\000\013secret\000"), SERVER("E\000\000\000\023SFATAL\000C28P01\000\000"), CLIENT_FIN, SERVER_FIN}, ""},
    {"two queries at once", {CLIENT("\000\000\000 \000\003\000\000user\000bob\000database\000shop\000\000"), SERVER("R\000\000\000\010\000\000\000\000S\000\000\000\030server_version\00014.1\000K\000\000\000\014\000\000\000M\000\000\000cZ\000\000\000\005I"), CLIENT("Q\000\000\000\015select 1\000Q\000\000\000\015select 2\000"), SERVER("C\000\000\000\015SELECT 1\000Z\000\000\000\005IC\000\000\000\015SELECT 2\000Z\000\000\000\005I"), CLIENT_FIN, SERVER_FIN}, "1@11 1@11 2@11 2@11 3@11 3@13"},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 5432, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

struct seen {
    unsigned queries;
    size_t last; /* bytes of the last one */
};

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct seen *seen = ctx;
    (void)tx;
    (void)direction;
    (void)index;
    if (id != BUFFER_PGSQL_QUERY)
        return;
    seen->queries++;
    seen->last = buffer->bytes.n;
}

static void open_driver(struct app_driver *d, struct seen *seen)
{
    assert_true(app_driver_open(d, &pgsql_parser, false));
    *seen = (struct seen){0};
    d->saw = saw;
    d->ctx = seen;
}

static void feed(struct app_driver *d, enum direction direction, const char *bytes, size_t n)
{
    app_driver_feed(d, direction, slice_of(bytes, n));
}
#define SAY(direction, text) feed(&d, direction, text, sizeof(text) - 1)

/* Every cut of either side is read as the whole is. */
static void test_every_cut(void **state)
{
    (void)state;
    static const char client[] = "\0\0\0\x10\0\3\0\0user\0a\0\0"
                                 "Q\0\0\0\xdselect 1\0";
    static const char server[] = "R\0\0\0\x8\0\0\0\0S\0\0\0\x8"
                                 "a\0b\0Z\0\0\0\5I"
                                 "T\0\0\0\x1b\0\1a\0................."
                                 "..D\0\0\0\xb\0\1\0\0\0\1xC\0\0\0\6"
                                 "S\0Z\0\0\0\5I";
    for (size_t cut = 1; cut < sizeof client - 1; cut++)
        for (size_t other = 1; other < sizeof server - 1; other += 7) {
            struct app_driver d;
            struct seen seen;
            open_driver(&d, &seen);
            feed(&d, TO_SERVER, client, cut);
            feed(&d, TO_SERVER, client + cut, sizeof client - 1 - cut);
            feed(&d, TO_CLIENT, server, other);
            feed(&d, TO_CLIENT, server + other, sizeof server - 1 - other);
            assert_false(d.bad);
            assert_true(seen.queries > 0);
            assert_int_equal(seen.last, 8);
            app_driver_close(&d);
        }
}

/* Of a query that is longer than what is kept the rest is passed over, and what follows is read. */
static void test_long_query(void **state)
{
    (void)state;
    enum { LONG = PGSQL_QUERY_MOST + 5000, PIECE = 1000 };
    static char query[LONG];
    struct app_driver d;
    struct seen seen;
    open_driver(&d, &seen);
    memset(query, 'q', sizeof query - 1);
    char head[] = {'Q', 0, 0, 0, 0};
    for (int i = 0; i < 4; i++)
        head[1 + i] = (char)((LONG + 4) >> (24 - 8 * i));
    feed(&d, TO_SERVER, head, sizeof head);
    for (size_t at = 0; at < LONG; at += PIECE)
        feed(&d, TO_SERVER, query + at, LONG - at < PIECE ? LONG - at : PIECE);
    assert_int_equal(seen.last, PGSQL_QUERY_MOST);
    SAY(TO_SERVER, "Q\0\0\0\xdselect 1\0");
    assert_int_equal(seen.last, 8);
    assert_false(d.bad);
    app_driver_close(&d);
}

/* What the oldest transaction that is still open has been answered. */
static void command_is(const struct app_driver *d, const char *command)
{
    const struct pgsql_tx *tx = (const struct pgsql_tx *)d->session->first;
    assert_non_null(tx);
    assert_true(slice_equal(buf_slice(&tx->answer.command), slice_str(command)));
}

#define READY "Z\0\0\0\5I"

/* Answers go to their requests, also beside what makes no transaction. */
static void test_answers_in_order(void **state)
{
    (void)state;
    struct app_driver d;
    struct seen seen;
    open_driver(&d, &seen);
    SAY(TO_SERVER, "P\0\0\0\6\0\0E\0\0\0\5\0S\0\0\0\4" /* extended: one answer */
                   "Q\0\0\0\6a\0Q\0\0\0\6b\0F\0\0\0\4Q\0\0\0\6c\0");
    SAY(TO_CLIENT, "1\0\0\0\4C\0\0\0\6X\0" READY);
    command_is(&d, "");
    SAY(TO_CLIENT, "N\0\0\0\5\0C\0\0\0\6A\0");
    command_is(&d, "A");
    SAY(TO_CLIENT, READY "C\0\0\0\6B\0A\0\0\0\4");
    command_is(&d, "B");
    SAY(TO_CLIENT, READY "V\0\0\0\4C\0\0\0\6Y\0");
    command_is(&d, "");
    SAY(TO_CLIENT, READY "C\0\0\0\6C\0");
    command_is(&d, "C");
    SAY(TO_CLIENT, READY);
    assert_null(d.session->first);
    assert_false(d.bad);
    app_driver_close(&d);
}

/* The Sync that came with the request for a copy is not answered, the one behind the data is. */
static void test_extended_copy(void **state)
{
    (void)state;
    struct app_driver d;
    struct seen seen;
    open_driver(&d, &seen);
    SAY(TO_SERVER, "P\0\0\0\6\0\0E\0\0\0\5\0S\0\0\0\4");
    SAY(TO_CLIENT, "1\0\0\0\4G\0\0\0\7\0\0\0");
    SAY(TO_SERVER, "d\0\0\0\6xy"
                   "S\0\0\0\4c\0\0\0\4S\0\0\0\4");
    SAY(TO_CLIENT, "C\0\0\0\x8"
                   "C 1\0");
    command_is(&d, "C 1");
    SAY(TO_CLIENT, READY);
    SAY(TO_SERVER, "Q\0\0\0\6a\0");
    SAY(TO_CLIENT, "C\0\0\0\6A\0");
    command_is(&d, "A");
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),       cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_long_query),    cmocka_unit_test(test_answers_in_order),
        cmocka_unit_test(test_extended_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
