/* Findings in the forms that people and tools read. Pure; any thread. */
#ifndef SLUICE_RULEWORK_FINDING_PRINT_H
#define SLUICE_RULEWORK_FINDING_PRINT_H

#include "base/buf.h"
#include "rulework/finding.h"

/* Each appends one finding of that file; 0 or -ENOMEM. */
int finding_text(const struct finding *finding, const char *file, struct buf *out);
int finding_github(const struct finding *finding, const char *file, struct buf *out); /* a workflow command */
int finding_json(const struct finding *finding, const char *file, struct buf *out);

/* All that are at least so severe, as one SARIF 2.1.0 log; `files` by finding.file. 0 or -ENOMEM. */
int findings_sarif(const struct findings *findings, const char *const *files, enum finding_severity least,
                   struct buf *out);

#endif
