#include "run/settings/setting_records.h"

#include "output/output.h"

static const struct {
    const char *name;
    uint64_t bit;
} kinds[] = {
#define RECORD(id, name) {name, RECORD_##id},
#include "output/record_list.h"
#undef RECORD
};

static uint64_t kind_of(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i].name) == n && strncmp(name, kinds[i].name, n) == 0)
            return kinds[i].bit;
    return 0;
}

bool setting_records_parse(const char *value, uint64_t *records)
{
    uint64_t found = 0;
    while (*value) {
        size_t n = strcspn(value, ",");
        uint64_t bit = kind_of(value, n);
        if (!bit)
            return false;
        found |= bit;
        value += n + (value[n] == ',');
    }
    *records = found;
    return found != 0;
}

int setting_records_print(struct buf *out, uint64_t records)
{
    int failed = 0;
    const char *joint = "";
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !failed; i++)
        if (records & kinds[i].bit) {
            failed = buf_printf(out, "%s%s", joint, kinds[i].name);
            joint = ",";
        }
    return failed;
}
