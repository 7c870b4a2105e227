/* The conversations of tests as capture files, for other engines and other tests. One thread. */
#ifndef SLUICE_RULEWORK_RULE_CASE_CAPTURES_H
#define SLUICE_RULEWORK_RULE_CASE_CAPTURES_H

#include "rulework/case/rule_case.h"

/*
 * Writes the flows of each test that is written out (not of those that follow from it, nor of tests on
 * captures) into the folder, which is made if need be. A file is called after the last sid that the test
 * speaks of (`not` counts behind `expect`): SID-alert.pcap, SID-miss.pcap, the second of a name
 * SID-alert-2.pcap; buffers.pcap if there is none. With them manifest.tsv (docs/testing-rules.md). filter: as
 * in cases_run. 0 with their number, or a negative errno with *err.
 */
int case_captures_write(const char *folder, const struct case_file *files, uint32_t file_count,
                        const char *filter, uint32_t *written, struct err *err);

#endif
