/*
 * What was found, told to the sink: alerts with their verdicts, transactions, files, certificates. Called by
 * the inspector in its thread; `packet` is the view of the packet at hand.
 */
#ifndef SLUICE_INSPECT_TELL_H
#define SLUICE_INSPECT_TELL_H

#include "inspect/inspect.h"

struct view;

/* `stream`: of the chunk that was inspected, or NULL. Each alert is judged before the first is told. Whether
 * the packet is dropped, by a judgement or (inline, with no judge) by what a rule says. */
bool tell_alerts(const struct inspect_config *config, const struct alert_queue *alerts,
                 const struct view *packet, const struct view *stream);

/* Those that are complete, or as good as. */
void tell_transactions(const struct inspect_sink *sink, const struct view *packet,
                       struct app_session *session);

/* Those of a direction that have ended: the rules have seen them. */
void tell_files(const struct inspect_sink *sink, const struct view *packet, struct app_session *session,
                enum direction direction);

/* What rules want stored may be there, or have come since they matched. */
void tell_certificates(const struct inspect_sink *sink, const struct view *packet,
                       struct app_session *session);

#endif
