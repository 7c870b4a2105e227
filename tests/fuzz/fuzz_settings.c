/*
 * Any text as the settings of a run: it is taken or refused with a place, what a run asks of it before it
 * starts is answered, and it can be shown.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "run/live/live_policy.h"
#include "run/live/live_source.h"
#include "run/live/live_steering.h"
#include "run/settings/settings_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void use(struct settings *settings)
{
    static struct steering steering;
    static struct live_source source;
    struct buf text = {0};
    struct err err = {0};
    memset(&steering, 0, sizeof steering);
    if (live_policy_prepare(settings, &err))
        setting_notes_blame(&settings->notes, &err);
    err = (struct err){0};
    if (live_steering(&settings->live, &steering, &err))
        setting_notes_blame(&settings->notes, &err);
    err = (struct err){0};
    if (live_source_init(&source, &settings->live, NULL, &err) && !err.message[0])
        abort();
    if (settings_dump(settings, &text))
        abort();
    buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char path[32];
    struct settings *settings = settings_new();
    struct err err = {0};
    int fd = memfd_create("settings", MFD_CLOEXEC);
    if (!settings || fd < 0 || write(fd, data, n) != (ssize_t)n)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (settings_load(settings, path, &err) == 0)
        use(settings);
    else if (!err.message[0] || !err.file[0])
        abort();
    settings_free(settings);
    close(fd);
    return 0;
}
