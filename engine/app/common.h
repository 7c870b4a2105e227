/*
 * What all sessions of one protocol on one worker have in common: what a parser has learned of one that it
 * need not learn of the next. Output must not depend on it, since it differs with the number of workers.
 */
#ifndef SLUICE_APP_COMMON_H
#define SLUICE_APP_COMMON_H

struct app_session;

/* parser->common_size bytes, zeroed when they are first asked for. NULL when memory is short. */
void *app_common(struct app_session *session);

#endif
