/*
 * stages CAPTURE RULES [CACHE]: what each stage of inspection takes alone, over the same packets. On standard
 * output a line each: STAGE, its function (for callgrind), nanoseconds a packet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flow/flow.h"
#include "match/state.h"
#include "match/worker.h"
#include "run/configured.h"
#include "run/rules.h"

struct bench {
    const char *capture;
    struct pipeline_config config; /* by default settings */
    struct ruleset *ruleset, *nothing;
    struct frame *frames;
    size_t frame_count, frame_capacity;
    struct buf bytes; /* of all frames */
    struct decoder *decoder;
    struct packet **packets; /* all that came of them, the innermost first */
    size_t packet_count, packet_capacity;
};

static void fail(const char *what, struct err *err)
{
    fprintf(stderr, "stages: %s: %s\n", what, err ? err->message : "failed");
    exit(1);
}

static void *grown(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    *capacity = *capacity ? *capacity * 2 : 4096;
    list = realloc(list, *capacity * size);
    if (!list)
        fail("memory", NULL);
    return list;
}

static void keep(struct bench *b, const struct frame *frame)
{
    b->frames = grown(b->frames, b->frame_count, &b->frame_capacity, sizeof *b->frames);
    b->frames[b->frame_count] = *frame;
    b->frames[b->frame_count++].bytes.p = NULL; /* its place is known when all are there */
    if (buf_append(&b->bytes, frame->bytes))
        fail("memory", NULL);
}

static void read_capture(struct bench *b, bool kept)
{
    struct input_config config = {.names = &b->capture, .count = 1};
    struct capture_batch batch = {0};
    struct input *input;
    struct err err = {0};
    if (input_new(&config, &input, &err))
        fail(b->capture, &err);
    for (int result; (result = input_next(input, &batch, &err)) != INPUT_END;) {
        if (result < 0)
            fail(b->capture, &err);
        for (unsigned i = 0; result == INPUT_BATCH && kept && i < batch.count; i++)
            keep(b, &batch.frames[i]);
        if (result == INPUT_BATCH)
            input_release(input, &batch);
    }
    input_free(input);
}

static __attribute__((noinline)) void stage_reading(struct bench *b)
{
    read_capture(b, false);
}

static void place_frames(struct bench *b)
{
    size_t at = 0;
    for (size_t i = 0; i < b->frame_count; i++) {
        b->frames[i].bytes.p = b->bytes.p + at;
        at += b->frames[i].bytes.n;
    }
}

static __attribute__((noinline)) void stage_decode(struct bench *b)
{
    struct decoder *decoder = decoder_new(&b->config.decode);
    struct packet packets[DECODE_PACKETS];
    for (size_t i = 0; i < b->frame_count; i++)
        decode_frame(decoder, &b->frames[i], packets);
    decoder_free(decoder);
}

/* They point into what the decoder has put together, so that it stays. */
static void keep_packets(struct bench *b)
{
    b->decoder = decoder_new(&b->config.decode);
    for (size_t i = 0; i < b->frame_count; i++) {
        struct packet *packets = malloc(DECODE_PACKETS * sizeof *packets);
        if (!packets)
            fail("memory", NULL);
        for (unsigned n = decode_frame(b->decoder, &b->frames[i], packets); n-- > 0;) {
            b->packets = grown(b->packets, b->packet_count, &b->packet_capacity, sizeof *b->packets);
            b->packets[b->packet_count++] = &packets[n];
        }
    }
}

static void ended(void *ctx, struct flow *flow)
{
    (void)ctx;
    (void)flow;
}

static __attribute__((noinline)) void stage_flow(struct bench *b)
{
    struct flow_table_config config = b->config.worker.inspect.flows;
    enum direction direction;
    config.ended = ended;
    struct flow_table *table = flow_table_new(&config);
    for (size_t i = 0; i < b->packet_count; i++)
        flow_table_packet(table, b->packets[i], &direction);
    flow_table_end_all(table);
    flow_table_free(table);
}

static void ignore(void *ctx, const struct alert_record *record)
{
    (void)ctx;
    (void)record;
}

/* Flows, TCP, reassembly, and (with rules that ask for them) the parsers; at last all that rules do. */
static void inspect(struct bench *b, struct ruleset *ruleset)
{
    struct inspect_config config = b->config.worker.inspect;
    struct shared_state_config state = {.seed = 1};
    struct shared_state *shared = shared_state_new(&state);
    config.matcher.ruleset = ruleset;
    config.matcher.shared = shared;
    config.sink.alert = ignore;
    struct inspector *inspector = inspector_new(&config);
    for (size_t i = 0; i < b->packet_count; i++) {
        struct packet copy = *b->packets[i]; /* events of the stream are added to it */
        inspector_packet(inspector, &copy);
        if (i % 512 == 511)
            inspector_advance(inspector, copy.time_ns);
    }
    inspector_finish(inspector);
    inspector_free(inspector);
    shared_state_free(shared);
}

static __attribute__((noinline)) void stage_reassembly(struct bench *b)
{
    inspect(b, b->nothing);
}

static __attribute__((noinline)) void stage_all(struct bench *b)
{
    inspect(b, b->ruleset);
}

static struct view view_of(const struct packet *packet)
{
    return (struct view){.kind = VIEW_PACKET,
                         .packet = packet,
                         .payload = {.bytes = packet->payload, .first = true, .last = true}};
}

static struct matcher *matcher_of(struct bench *b)
{
    struct matcher_config config = b->config.worker.inspect.matcher;
    config.ruleset = b->ruleset;
    return matcher_new(&config);
}

/* Of packets without flows. */
static __attribute__((noinline)) void stage_prefilter(struct bench *b)
{
    struct matcher *m = matcher_of(b);
    uint32_t rule;
    unsigned views;
    for (size_t i = 0; i < b->packet_count; i++) {
        struct view view = view_of(b->packets[i]);
        prefilter_packet(m, &view, false);
        while (candidates_take(&m->rules.candidates, &rule, &views))
            continue;
    }
    matcher_free(m);
}

static __attribute__((noinline)) void stage_evaluate(struct bench *b)
{
    struct matcher *m = matcher_of(b);
    struct alert_queue alerts;
    for (size_t i = 0; i < b->packet_count; i++) {
        struct view view = view_of(b->packets[i]);
        matcher_packet(m, &view, NULL, NULL, &alerts);
    }
    matcher_free(m);
}

/* Each packet as an alert of the first rule. */
static __attribute__((noinline)) void stage_output(struct bench *b)
{
    struct alert alert = {.rule = b->ruleset->rules[0].rule};
    struct buf text = {0};
    for (size_t i = 0; i < b->packet_count; i++) {
        struct alert_record record = {.alert = &alert,
                                      .packet = b->packets[i],
                                      .time_ns = b->packets[i]->time_ns,
                                      .payload = b->packets[i]->payload};
        if (output_eve_ops.alert(&text, &record, &b->config.worker.output))
            fail("memory", NULL);
        buf_clear(&text);
    }
    buf_fini(&text);
}

static const struct stage {
    const char *name, *function;
    void (*run)(struct bench *b);
} stages[] = {
    {"reading", "stage_reading", stage_reading},
    {"decode", "stage_decode", stage_decode},
    {"flow", "stage_flow", stage_flow},
    {"flow, TCP and reassembly", "stage_reassembly", stage_reassembly},
    {"prefilter, packets alone", "stage_prefilter", stage_prefilter},
    {"prefilter and evaluation, packets alone", "stage_evaluate", stage_evaluate},
    {"all of inspection", "stage_all", stage_all},
    {"an alert as EVE", "stage_output", stage_output},
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct ruleset *rules_of(const char *text, const char *path, const struct settings *settings)
{
    static struct loaded_rules loaded[2]; /* until the end */
    static unsigned count;
    struct rules_config config = {
        .settings = settings, .paths = &path, .path_count = path != NULL, .text = text};
    struct err err = {0};
    if (loaded_rules_init(&loaded[count], &config, &err))
        fail("rules", &err);
    return loaded[count++].ruleset;
}

int main(int argc, char **argv)
{
    struct settings *settings = settings_new();
    struct err err = {0};
    char assignment[4096];
    if (argc < 3) {
        fputs("usage: stages CAPTURE RULES [CACHE]\n", stderr);
        return 2;
    }
    snprintf(assignment, sizeof assignment, "cache-directory=%s", argc > 3 ? argv[3] : "");
    if (settings_assign(settings, "checksums=off", &err) || settings_assign(settings, assignment, &err))
        fail("settings", &err);
    struct bench b = {.capture = argv[1],
                      .config = pipeline_configured(settings, NULL, NULL),
                      .ruleset = rules_of(NULL, argv[2], settings),
                      .nothing =
                          rules_of("alert pkthdr any any -> any any (dsize:>65000; sid:1;)", NULL, settings)};
    read_capture(&b, true);
    place_frames(&b);
    keep_packets(&b);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && b.packet_count; i++) {
        uint64_t begin = now_ns();
        stages[i].run(&b);
        printf("%s\t%s\t%.1f\n", stages[i].name, stages[i].function,
               (double)(now_ns() - begin) / (double)b.packet_count);
    }
    bool any = b.packet_count > 0;
    buf_fini(&b.bytes);
    free(b.frames);
    free(b.packets); /* the list; the packets and the rules go with the process */
    return any ? 0 : 1;
}
