/*
 * Checks rule files: each rule by itself with the engine's parser, then all against each other.
 *
 * Made, given files, finished, asked, freed; the context is borrowed and must live as long. One thread.
 */
#ifndef SLUICE_RULEWORK_CHECK_H
#define SLUICE_RULEWORK_CHECK_H

#include "base/slice.h"

struct check;
struct err;
struct findings;
struct rule_context;

/* NULL when memory is short. */
struct check *check_new(const struct rule_context *context);
void check_free(struct check *check);

/* Codes that are only for those who ask (missing-metadata): bits 1 << enum finding_code. Before any file. */
void check_ask(struct check *check, uint64_t codes);

/* Reads one file, or the *.rules of a folder. 0, or a negative errno with *err. */
int check_path(struct check *check, const char *path, struct err *err);

/* The same from memory; the text is copied. 0 or -ENOMEM. */
int check_text(struct check *check, const char *name, struct slice text);

/* What can only be said of all rules together; sorts. 0 or -ENOMEM. */
int check_finish(struct check *check);

struct findings *check_findings(struct check *check);
unsigned check_rules(const struct check *check); /* how many there were */
unsigned check_files(const struct check *check);
const char *check_file_name(const struct check *check, unsigned file);
struct slice check_file_text(const struct check *check, unsigned file);

#endif
