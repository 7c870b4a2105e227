/*
 * Connections that have fallen silent or are over give back what they can do without until something comes of
 * them again, or their end. None of it changes what is found. One worker's.
 */
#ifndef SLUICE_INSPECT_REST_H
#define SLUICE_INSPECT_REST_H

struct app_engine;
struct flow;
struct matcher;

void rest_silent(struct app_engine *app, struct matcher *matcher, struct flow *flow);

/* Looks whether a TCP flow is over (nothing can enter its streams any more) and was inspected to its end. */
void rest_over(struct app_engine *app, struct matcher *matcher, struct flow *flow);

#endif
