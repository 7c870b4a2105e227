/* All parsers of this build: base/app_parser_list.h. */
#ifndef SLUICE_APP_PARSER_LIST_H
#define SLUICE_APP_PARSER_LIST_H

#include "app/parser.h"

/* NULL when that protocol is not parsed. */
const struct app_parser *app_parser_find(enum app_proto proto);

#define APP_PARSER(proto, name) extern const struct app_parser name##_parser;
#include "base/app_parser_list.h"
#undef APP_PARSER

#endif
