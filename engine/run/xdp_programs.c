#include "run/xdp_programs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int xdp_programs_put(struct xdp_program_list *programs, const char *key, const char *value, struct err *err)
{
    char *rest = NULL;
    unsigned long index = programs->count;
    if (*key == '.')
        index = strtoul(key + 1, &rest, 10);
    if (index >= XDP_PROGRAMS_MOST)
        return err_set(err, -EINVAL, "xdp.programs: more than %d programs", XDP_PROGRAMS_MOST);
    struct xdp_program_setting *program = &programs->list[index];
    char **member = &program->object;
    if (rest && strcmp(rest, ".object") != 0)
        member = strcmp(rest, ".program") == 0     ? &program->program
                 : strcmp(rest, ".interface") == 0 ? &program->interface
                                                   : NULL;
    if (!member) {
        err_set(err, -ENOENT, "there is no setting \"%s\" of a program", *rest == '.' ? rest + 1 : rest);
        err_hint(err, "there are object, program and interface");
        return -ENOENT;
    }
    char *copy = strdup(value);
    if (!copy)
        return err_set(err, -ENOMEM, "out of memory");
    free(*member);
    *member = copy;
    if (index >= programs->count)
        programs->count = (uint32_t)index + 1;
    return 0;
}

void xdp_programs_fini(struct xdp_program_list *programs)
{
    for (uint32_t i = 0; i < programs->count; i++) {
        free(programs->list[i].object);
        free(programs->list[i].program);
        free(programs->list[i].interface);
    }
    *programs = (struct xdp_program_list){0};
}

static bool same_place(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

int xdp_programs_check(const struct xdp_program_list *programs, struct err *err)
{
    for (uint32_t i = 0; i < programs->count; i++) {
        const struct xdp_program_setting *one = &programs->list[i];
        if (!one->object)
            return err_set(err, -EINVAL, "xdp.programs: an element has no object");
        for (uint32_t k = 0; k < i; k++)
            if (same_place(one->interface, programs->list[k].interface))
                return err_set(err, -EINVAL, "xdp.programs: two programs for %s, one can run before ours",
                               one->interface ? one->interface : "all interfaces");
    }
    return 0;
}

const struct xdp_program_setting *xdp_programs_of(const struct xdp_program_list *programs,
                                                  const char *interface)
{
    const struct xdp_program_setting *found = NULL;
    for (uint32_t i = 0; i < programs->count; i++) {
        const struct xdp_program_setting *one = &programs->list[i];
        if (one->interface && strcmp(one->interface, interface) == 0)
            return one;
        if (!one->interface)
            found = one;
    }
    return found;
}
