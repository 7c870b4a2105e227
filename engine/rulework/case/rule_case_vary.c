/*
 * Near misses that follow from a test by themselves: the same flows with one thing turned round, on which
 * what the test expects must not alert.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rulework/case/rule_case_vary.h"

enum { PORTS_ON = 1000 /* the second time */ };

static const char *const words[] = {"sides-swapped",
                                    "hosts-swapped",
                                    "both-near-client",
                                    "both-near-server",
                                    "other-port",
                                    "no-handshake",
                                    NULL};

static int no_memory(const struct yaml_tree *tree, const yaml_node_t *node)
{
    return yaml_fail(tree, node, -ENOMEM, "out of memory");
}

static void swap_hosts(struct craft_flow *flow)
{
    struct craft_end client = flow->client;
    flow->client.address = flow->server.address;
    flow->server.address = client.address;
}

/* The neighbour of a host: another one in its network. */
static struct address neighbour(const struct address *of)
{
    struct address address = *of;
    uint8_t *last = &address.bytes[address.version == 4 ? 3 : 15];
    *last = (uint8_t)(*last ^ 1);
    return address;
}

/* What one side says, the other says. */
static int swap_sides(struct craft_flow *flow, struct arena *arena)
{
    struct craft_step *steps = arena_take(arena, flow->step_count * sizeof *steps + 1);
    if (!steps)
        return -ENOMEM;
    for (uint32_t i = 0; i < flow->step_count; i++) {
        steps[i] = flow->steps[i];
        steps[i].from_server = !steps[i].from_server;
    }
    flow->steps = steps;
    return 0;
}

static int vary_flows(struct rule_case *varied, enum case_variation variation, struct arena *arena)
{
    int rc = 0;
    for (uint32_t i = 0; i < varied->flows.count && !rc; i++) {
        struct craft_flow *flow = &varied->flows.list[i];
        craft_fill_addresses(flow);
        if (variation == CASE_HOSTS)
            swap_hosts(flow);
        else if (variation == CASE_SIDES)
            rc = swap_sides(flow, arena);
        else if (variation == CASE_NEAR_CLIENT)
            flow->server.address = neighbour(&flow->client.address);
        else if (variation == CASE_NEAR_SERVER)
            flow->client.address = neighbour(&flow->server.address);
        else if (variation == CASE_OTHER_PORT)
            flow->server.port = (uint16_t)(flow->server.port + 1);
        else if (variation == CASE_NO_HANDSHAKE)
            flow->no_handshake = true;
    }
    return rc;
}

static int copy_flows(const struct rule_case *test, struct rule_case *to)
{
    int rc = 0;
    for (uint32_t i = 0; i < test->flows.count && !rc; i++) {
        rc = grow_array(&to->flows.list, to->flows.count, &to->flows.capacity);
        if (!rc)
            to->flows.list[to->flows.count++] = test->flows.list[i];
    }
    return rc;
}

/* Named after the test, at its place, with its flows. */
static int begin(struct case_file *file, const struct rule_case *test, enum case_variation variation,
                 struct rule_case *varied)
{
    const char *how = variation == CASE_AGAIN ? "again" : words[variation];
    size_t room = strlen(test->name) + strlen(how) + 3;
    char *name = arena_take(file->shared.arena, room);
    *varied = (struct rule_case){
        .line = test->line, .column = test->column, .rules = test->rules, .follows = true, .others = true};
    if (!name)
        return -ENOMEM;
    snprintf(name, room, "%s, %s", test->name, how);
    varied->name = name;
    varied->flows = test->flows;
    varied->flows.list = NULL;
    varied->flows.count = varied->flows.capacity = 0;
    return copy_flows(test, varied);
}

/* What the test expects: not at all, or so often. */
static int copy_expected(const struct rule_case *test, struct case_list_of_sids *to, int64_t count)
{
    int rc = 0;
    for (uint32_t i = 0; i < test->expect.count && !rc; i++) {
        rc = grow_array(&to->list, to->count, &to->capacity);
        if (rc)
            break;
        to->list[to->count] = test->expect.list[i];
        to->list[to->count].flow = NULL;
        to->list[to->count].transaction = to->list[to->count].packet = -1;
        to->list[to->count++].count = count;
    }
    return rc;
}

static void move_ports(struct rule_case *varied, uint32_t from)
{
    for (uint32_t i = from; i < varied->flows.count; i++) {
        struct craft_flow *flow = &varied->flows.list[i];
        flow->client.port = (uint16_t)(flow->client.port ? flow->client.port + PORTS_ON : 0);
        flow->has_at = false; /* they follow */
    }
}

static int add(struct case_file *file, uint32_t index, enum case_variation variation, int64_t count,
               const struct yaml_tree *tree, const yaml_node_t *node)
{
    if (file->count == CASES_MOST || grow_array(&file->list, file->count, &file->capacity))
        return no_memory(tree, node);
    struct rule_case *varied = &file->list[file->count++]; /* the file frees it, whatever it has become */
    const struct rule_case *test = &file->list[index];
    bool again = variation == CASE_AGAIN;
    int rc = begin(file, test, variation, varied);
    if (!rc && again)
        rc = copy_flows(test, varied);
    if (!rc)
        rc = copy_expected(test, again ? &varied->expect : &varied->never, again ? count : 1);
    rc = rc ? rc : vary_flows(varied, variation, file->shared.arena);
    if (rc)
        return no_memory(tree, node);
    if (again)
        move_ports(varied, test->flows.count);
    return craft_make(varied->flows.list, varied->flows.count, file->shared.start_ns, &varied->frames,
                      tree->err);
}

static int check(const struct case_file *file, uint32_t index, const struct yaml_tree *tree,
                 const yaml_node_t *node)
{
    const struct rule_case *test = &file->list[index];
    if (test->flows.count && test->expect.count)
        return 0;
    return yaml_fail(tree, node, -EINVAL, "this is for tests with `flows` and `expect`");
}

int case_vary(struct case_file *file, uint32_t index, const struct yaml_tree *tree, const yaml_node_t *node)
{
    int rc = check(file, index, tree, node);
    for (size_t i = 0; yaml_item(tree, node, i) && !rc; i++) {
        int variation = 0;
        rc = yaml_choice(tree, yaml_item(tree, node, i), words, &variation);
        rc = rc ? rc : add(file, index, (enum case_variation)variation, 0, tree, node);
    }
    return rc;
}

int case_again(struct case_file *file, uint32_t index, const struct yaml_tree *tree, const yaml_node_t *node)
{
    int64_t count = 0;
    int rc = check(file, index, tree, node);
    rc = rc ? rc : yaml_number(tree, node, 0, INT32_MAX, &count);
    return rc ? rc : add(file, index, CASE_AGAIN, count, tree, node);
}
