/* sluice lsp: the language server for rule files, over standard input and output. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/rule_cli.h"
#include "cli/rule_context.h"
#include "lsp/lsp.h"
#include "lsp/uri.h"

static const struct option_spec specs[] = {
    {"stdio", 0, NULL, "speak over standard input and output, which is what it does anyway", NULL, NULL},
    {"alone", 0, NULL, "read no files but those named here: not the other rules of the editor's folders",
     NULL, NULL},
    RULE_CONTEXT_OPTIONS,
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

void cmd_lsp_help(void)
{
    puts("usage: sluice lsp [OPTIONS]\n\n"
         "The language server for rule files: what \"sluice rule check\" finds, as one types, with its "
         "fixes;\n"
         "completion, hover, definition and references, rename, formatting, symbols, and more. An editor "
         "starts\n"
         "it: docs/editors.md says how. It speaks the Language Server Protocol 3.17 over standard input and\n"
         "output.\n\noptions:");
    options_help(specs);
    puts("\nexit: 0 the editor has ended it; 1 the connection broke; 2 usage");
}

static uint64_t now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static bool write_all(struct slice bytes)
{
    while (bytes.n) {
        ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = slice_of(bytes.p + n, bytes.n - (size_t)n);
    }
    return true;
}

static int say(const char *text)
{
    fprintf(stderr, "sluice lsp: %s\n", text);
    return EXIT_FAILED;
}

/* What can be read now, or within that time. 1; 0 when nothing came; -1 at the end, or for what is no
 * message. */
static int read_some(struct lsp *lsp, int timeout_ms)
{
    static uint8_t bytes[1 << 16];
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&fd, 1, timeout_ms);
    if (ready <= 0)
        return ready < 0 && errno != EINTR ? -1 : 0;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n <= 0)
        return n < 0 && errno == EINTR ? 0 : -1;
    int rc = lsp_feed(lsp, slice_of(bytes, (size_t)n));
    if (rc)
        say(rc == -EPROTO  ? "standard input is no stream of messages (Content-Length: N): expected an editor"
            : rc == -EFBIG ? "a message is longer than 128 MiB"
                           : "out of memory");
    return rc ? -1 : 1;
}

/* Writes what there is to be written. */
static bool deliver(struct lsp *lsp)
{
    bool written = write_all(lsp_output(lsp));
    lsp_written(lsp);
    return written;
}

/* All that can be read is read first, so that a request that was cancelled is not worked on. */
static int serve(struct lsp *lsp)
{
    int code;
    bool more = true;
    while (!lsp_ended(lsp, &code) && (more || lsp_wait(lsp, now()) == 0)) {
        int got = more && !lsp_full(lsp) ? read_some(lsp, lsp_wait(lsp, now())) : 0;
        more = more && got >= 0;
        if (got <= 0)
            lsp_step(lsp, now());
        if (!deliver(lsp))
            return say("standard output is closed");
    }
    return lsp_ended(lsp, &code) ? code : EXIT_FAILED;
}

/* Where the pages of the codes are: beside the sources, or where they were installed. The caller frees it. */
static char *docs_uri(void)
{
    static const char *const places[] = {"../../docs/rules", "../share/doc/sluice/rules"};
    char self[4096], *uri = NULL;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = n > 0 ? (self[n] = 0, strrchr(self, '/')) : NULL;
    for (size_t i = 0; slash && !uri && i < sizeof places / sizeof *places; i++) {
        char *path = NULL, *real = NULL;
        if (asprintf(&path, "%.*s/%s", (int)(slash - self), self, places[i]) < 0)
            return NULL;
        real = realpath(path, NULL);
        uri = real ? uri_of_path(real) : NULL;
        free(real);
        free(path);
    }
    return uri;
}

static int run(const struct parsed *parsed)
{
    static const struct rule_project none; /* the server looks for it in the editor's folder */
    struct author_files files;
    struct err err = {0};
    if (!rule_context_files(parsed, &none, &files))
        return say("out of memory");
    char *docs = docs_uri();
    struct lsp_config config = {.files = &files,
                                .docs = docs,
                                .alone = rule_option(parsed, "alone"),
                                .project_file = rule_option(parsed, "project"),
                                .no_project = rule_option(parsed, "no-project")};
    struct lsp *lsp = lsp_new(&config, &err);
    int code = EXIT_USAGE;
    if (lsp) {
        code = serve(lsp);
    } else {
        char text[ERR_TEXT];
        err_text(&err, text);
        say(text);
    }
    lsp_free(lsp);
    free(docs);
    rule_context_files_fini(&files);
    return code;
}

int cmd_lsp(int argc, char **argv)
{
    struct parsed parsed;
    int code = EXIT_USAGE;
    if (!options_parse(specs, argc, argv, &parsed))
        code = run(&parsed);
    free(parsed.list);
    return code;
}
