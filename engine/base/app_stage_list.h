/*
 * How far a transaction comes in each direction: APP_STAGE(protocol, direction, "name"), in the order in which it
 * does. A rule's header may name one (http1:request_headers). A protocol that has none here has two in each direction:
 * started and complete. The direction is S, to the server, or C, to the client.
 */
/* clang-format off */
APP_STAGE(HTTP1, S, "request_started")
APP_STAGE(HTTP1, S, "request_line")
APP_STAGE(HTTP1, S, "request_headers")
APP_STAGE(HTTP1, S, "request_body")
APP_STAGE(HTTP1, S, "request_trailer")
APP_STAGE(HTTP1, S, "request_complete")
APP_STAGE(HTTP1, C, "response_started")
APP_STAGE(HTTP1, C, "response_line")
APP_STAGE(HTTP1, C, "response_headers")
APP_STAGE(HTTP1, C, "response_body")
APP_STAGE(HTTP1, C, "response_trailer")
APP_STAGE(HTTP1, C, "response_complete")

APP_STAGE(TLS, S, "client_in_progress")
APP_STAGE(TLS, S, "client_hello_done")
APP_STAGE(TLS, S, "client_cert_done")
APP_STAGE(TLS, S, "client_handshake_done")
APP_STAGE(TLS, S, "client_finished")
APP_STAGE(TLS, C, "server_in_progress")
APP_STAGE(TLS, C, "server_hello")
APP_STAGE(TLS, C, "server_cert_done")
APP_STAGE(TLS, C, "server_hello_done")
APP_STAGE(TLS, C, "server_handshake_done")
APP_STAGE(TLS, C, "server_finished")

APP_STAGE(SSH, S, "request_in_progress")
APP_STAGE(SSH, S, "request_banner_wait_eol")
APP_STAGE(SSH, S, "request_banner_done")
APP_STAGE(SSH, S, "request_finished")
APP_STAGE(SSH, C, "response_in_progress")
APP_STAGE(SSH, C, "response_banner_wait_eol")
APP_STAGE(SSH, C, "response_banner_done")
APP_STAGE(SSH, C, "response_finished")
APP_STAGE(SMTP, S, "request_started")
APP_STAGE(SMTP, S, "request_data")
APP_STAGE(SMTP, S, "request_complete")
APP_STAGE(SMTP, C, "response_started")
APP_STAGE(SMTP, C, "response_data")
APP_STAGE(SMTP, C, "response_complete")
/* clang-format on */
