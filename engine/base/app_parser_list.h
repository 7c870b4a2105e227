/*
 * The application protocols that are parsed: APP_PARSER(PROTO, name). The parser is `name`_parser, in engine/app.
 * The list lies here so that the rules, which know no parser, can tell which exist.
 */
/* clang-format off */
APP_PARSER(DNS,   dns)
APP_PARSER(QUIC,  quic)
/* clang-format on */
