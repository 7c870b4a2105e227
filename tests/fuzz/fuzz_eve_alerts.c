/* Two EVE files, a NUL between them, compared: with itself each is the same, and what is lost one way is
 * gained the other. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "rulework/diff/alert_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* False when it is no EVE. */
static bool read_side(struct diff_side *side, const uint8_t *data, size_t n)
{
    struct err err = {0};
    FILE *file = n ? fmemopen((void *)(uintptr_t)data, n, "r") : fopen("/dev/null", "re");
    if (!file)
        abort();
    *side = (struct diff_side){.name = "eve"};
    int rc = eve_alerts_read(&side->alerts, file, "eve", &err);
    fclose(file);
    if (rc && (!err.message[0] || !err.line))
        abort(); /* every refusal says where */
    return rc == 0;
}

static struct alert_diff compare(struct diff_side *a, struct diff_side *b)
{
    struct alert_diff diff;
    struct buf out = {0};
    if (alert_diff_make(&diff, a, b) || alert_diff_text(&diff, &out) || alert_diff_json(&diff, &out))
        abort();
    buf_fini(&out);
    return diff;
}

static void check(struct diff_side *a, struct diff_side *b)
{
    struct alert_diff there = compare(a, b), back = compare(b, a);
    if (there.lost != back.gained || there.gained != back.lost || there.same != back.same ||
        there.changed != back.changed || there.same + there.lost + there.changed != a->alerts.count ||
        there.same + there.gained + there.changed != b->alerts.count)
        abort();
    alert_diff_fini(&there);
    alert_diff_fini(&back);
    struct diff_side again = *a; /* shares what it borrows */
    struct alert_diff none = compare(a, &again);
    if (alert_diff_any(&none))
        abort();
    alert_diff_fini(&none);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const uint8_t *end = n ? memchr(data, 0, n) : NULL;
    size_t first = end ? (size_t)(end - data) : n;
    struct diff_side a, b;
    bool good = read_side(&a, data, first);
    good = read_side(&b, end ? end + 1 : data, end ? n - first - 1 : 0) && good;
    if (good)
        check(&a, &b);
    diff_side_fini(&a);
    diff_side_fini(&b);
    return 0;
}
