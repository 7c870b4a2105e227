/* The parts of shape_http that have a file of their own. */
#ifndef SLUICE_EXAMPLE_SHAPE_HTTP_H
#define SLUICE_EXAMPLE_SHAPE_HTTP_H

#include "example/http_message.h"
#include "example/shape.h"

/* The headers which the rules ask for, with the length of the body, which may be padded to it. 0, or a
 * negative errno with *err. */
int shape_http_headers(struct shape *shape, struct http_message *message, struct err *err);

#endif
