#include "app/dcerpc/dcerpc_call.h"

#include <stdlib.h>

#include "base/grow.h"

void dcerpc_call_begin(struct dcerpc_call *call, uint64_t pipe, const struct dcerpc_head *head)
{
    call->request = call->response = DCERPC_NONE;
    call->major = head->major;
    call->minor = head->minor;
    call->call_id = head->call_id;
    call->pipe = pipe;
}

static size_t offers_size(uint32_t count)
{
    return count * sizeof(struct dcerpc_bound);
}

void dcerpc_call_fini(struct app_session *s, struct dcerpc_call *call)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        app_memory_give(s, call->stubs[d].bytes.n);
        buf_fini(&call->stubs[d].bytes);
    }
    if (call->offers)
        app_memory_give(s, offers_size(call->offer_count));
    free(call->offers);
    call->offers = NULL;
    call->offer_count = 0;
}

void dcerpc_contexts_fini(struct app_session *s, struct dcerpc_contexts *contexts)
{
    app_memory_give(s, offers_size(contexts->capacity));
    free(contexts->list);
    *contexts = (struct dcerpc_contexts){0};
}

bool dcerpc_begins_call(unsigned type)
{
    return type == DCERPC_REQUEST || type == DCERPC_BIND || type == DCERPC_ALTER_CONTEXT;
}

bool dcerpc_answers_call(unsigned type)
{
    return type == DCERPC_RESPONSE || type == DCERPC_FAULT || type == DCERPC_BINDACK ||
           type == DCERPC_BINDNAK || type == DCERPC_ALTER_CONTEXT_RESP;
}

bool dcerpc_answers(unsigned request, unsigned type)
{
    switch (type) {
    case DCERPC_RESPONSE:
        return request == DCERPC_REQUEST;
    case DCERPC_FAULT: /* [MS-RPCE] 3.3.1.5.2.2: of an ALTER_CONTEXT as well */
        return request == DCERPC_REQUEST || request == DCERPC_ALTER_CONTEXT;
    case DCERPC_BINDACK:
    case DCERPC_BINDNAK:
        return request == DCERPC_BIND;
    case DCERPC_ALTER_CONTEXT_RESP:
        return request == DCERPC_ALTER_CONTEXT;
    default:
        return false;
    }
}

bool dcerpc_continues(const struct dcerpc_call *call, const struct dcerpc_head *head)
{
    return head->type == DCERPC_REQUEST && !(head->flags & DCERPC_FIRST_FRAGMENT) &&
           call->request == DCERPC_REQUEST && call->call_id == head->call_id && !call->stubs[TO_SERVER].whole;
}

/* Room for one more: a new one, or, at the cap or when memory is short, the oldest's. */
static struct dcerpc_bound *place(struct app_session *s, struct dcerpc_contexts *contexts)
{
    uint32_t before = contexts->capacity;
    if (contexts->count < DCERPC_BOUND_MOST &&
        !grow_array(&contexts->list, contexts->count, &contexts->capacity)) {
        if (app_memory_take(s, offers_size(contexts->capacity - before)))
            return &contexts->list[contexts->count++];
        contexts->capacity = before; /* what grew beyond the account is not used */
    }
    if (!contexts->count)
        return NULL;
    contexts->next %= contexts->count;
    return &contexts->list[contexts->next++];
}

static bool same_context(const struct dcerpc_bound *a, uint64_t pipe, uint16_t context)
{
    return a->pipe == pipe && a->offer.context == context;
}

static struct dcerpc_bound *find_context(struct dcerpc_contexts *contexts, uint64_t pipe, uint16_t context)
{
    for (uint32_t i = contexts->count; i-- > 0;)
        if (same_context(&contexts->list[i], pipe, context))
            return &contexts->list[i];
    return NULL;
}

/* A context that is offered again takes the place of what it was. */
static void bind_context(struct app_session *s, struct dcerpc_contexts *contexts,
                         const struct dcerpc_bound *bound)
{
    struct dcerpc_bound *at = find_context(contexts, bound->pipe, bound->offer.context);
    if (!at)
        at = place(s, contexts);
    if (at)
        *at = *bound;
}

static bool take_offers(struct app_session *s, struct dcerpc_contexts *contexts, struct dcerpc_call *call,
                        const struct dcerpc_head *head, struct slice body)
{
    struct cursor c;
    uint8_t count;
    if (!dcerpc_offers_begin(head, body, &c, &count))
        return false;
    struct dcerpc_bound bound = {.pipe = call->pipe, .call_id = head->call_id};
    if (!call->offers && count && app_memory_take(s, offers_size(count))) {
        call->offers = calloc(count, sizeof *call->offers);
        if (call->offers)
            call->offer_count = count;
        else
            app_memory_give(s, offers_size(count));
    }
    uint32_t read = 0;
    for (; read < count && dcerpc_offer_next(head, &c, &bound.offer); read++) {
        bound.index = (uint8_t)read;
        if (call->offers)
            call->offers[read] = bound;
        bind_context(s, contexts, &bound);
    }
    if (call->offers && read < count) { /* cut short: what is there counts */
        app_memory_give(s, offers_size(count - read));
        call->offer_count = read;
    }
    return true;
}

static void note_result(struct dcerpc_bound *bound, struct dcerpc_result result)
{
    bound->answered = true;
    bound->result = result.result;
    bound->reason = result.reason;
}

static bool take_results(struct dcerpc_contexts *contexts, struct dcerpc_call *call,
                         const struct dcerpc_head *head, struct slice body)
{
    struct cursor c;
    uint8_t count, read = 0;
    struct dcerpc_result results[UINT8_MAX];
    if (!dcerpc_results_begin(head, body, &c, &count))
        return false;
    while (read < count && dcerpc_result_next(head, &c, &results[read]))
        read++;
    for (uint32_t i = 0; i < call->offer_count && i < read; i++)
        note_result(&call->offers[i], results[i]);
    for (uint32_t i = 0; i < contexts->count; i++) {
        struct dcerpc_bound *bound = &contexts->list[i];
        if (bound->pipe == call->pipe && bound->call_id == head->call_id && !bound->answered &&
            bound->index < read)
            note_result(bound, results[bound->index]);
    }
    return true;
}

void dcerpc_stub_add(struct app_session *s, struct dcerpc_stub *stub, struct slice bytes)
{
    stub->fragments++;
    stub->size += bytes.n;
    if (!app_wanted(s, BUFFER_DCERPC_STUB_DATA))
        return;
    bytes = slice_first(bytes, DCERPC_STUB_MOST - stub->bytes.n);
    app_memory_append(s, &stub->bytes, bytes);
}

static bool take_request(struct app_session *s, struct dcerpc_contexts *contexts, struct dcerpc_call *call,
                         const struct dcerpc_head *head, struct slice body)
{
    struct dcerpc_request request;
    struct dcerpc_stub *stub = &call->stubs[TO_SERVER];
    if (!dcerpc_request_read(head, body, &request))
        return false;
    if (!stub->fragments) {
        struct dcerpc_bound *bound = find_context(contexts, call->pipe, request.context);
        call->opnum = request.opnum;
        call->has_bound = bound;
        if (bound)
            call->bound = *bound;
        stub->little = head->little;
    }
    dcerpc_stub_add(s, stub, request.stub);
    stub->whole = head->flags & DCERPC_LAST_FRAGMENT;
    return true;
}

/* As in Suricata with the eight bytes of its own head, but over SMB; of further fragments without. */
static bool take_response(struct app_session *s, struct dcerpc_call *call, const struct dcerpc_head *head,
                          struct slice body)
{
    enum { RESPONSE_HEAD = 8 };
    struct dcerpc_stub *stub = &call->stubs[TO_CLIENT];
    if (!stub->fragments)
        stub->little = head->little;
    dcerpc_stub_add(s, stub, stub->fragments || call->pipe ? slice_from(body, RESPONSE_HEAD) : body);
    stub->whole = head->flags & DCERPC_LAST_FRAGMENT;
    return true;
}

/* A request may come right behind its BIND: whether that was accepted is told by now. */
static void learn_result(struct dcerpc_contexts *contexts, struct dcerpc_call *call)
{
    const struct dcerpc_bound *bound = NULL;
    if (call->has_bound && !call->bound.answered)
        bound = find_context(contexts, call->pipe, call->bound.offer.context);
    if (bound)
        call->bound = *bound;
}

bool dcerpc_call_take(struct app_session *s, struct dcerpc_contexts *contexts, struct dcerpc_call *call,
                      const struct dcerpc_head *head, struct slice body, bool *last)
{
    *last = true;
    *(dcerpc_begins_call(head->type) ? &call->request : &call->response) = head->type;
    switch (head->type) {
    case DCERPC_BIND:
    case DCERPC_ALTER_CONTEXT:
        return take_offers(s, contexts, call, head, body);
    case DCERPC_BINDACK:
    case DCERPC_ALTER_CONTEXT_RESP:
        return take_results(contexts, call, head, body);
    case DCERPC_REQUEST:
        *last = head->flags & DCERPC_LAST_FRAGMENT;
        return take_request(s, contexts, call, head, body);
    case DCERPC_RESPONSE:
        learn_result(contexts, call);
        *last = head->flags & DCERPC_LAST_FRAGMENT;
        return take_response(s, call, head, body);
    default:
        return true;
    }
}

static enum buffer_answer give_stub(const struct dcerpc_stub *stub, bool complete, struct view_buffer *out)
{
    if (!stub->fragments)
        return complete ? BUFFER_NONE : BUFFER_LATER;
    if (!stub->whole && !complete)
        return BUFFER_LATER;
    *out = (struct view_buffer){
        .bytes = buf_slice(&stub->bytes), .first = true, .last = true, .little = stub->little};
    return BUFFER_HERE;
}

enum buffer_answer dcerpc_call_buffer(const struct dcerpc_call *call, enum direction direction, bool complete,
                                      enum buffer_id id, struct view_buffer *out)
{
    bool request = call->request == DCERPC_REQUEST;
    switch (id) {
    case BUFFER_DCERPC_STUB_DATA:
        return give_stub(&call->stubs[direction], complete, out);
    case BUFFER_DCERPC_OPNUM:
        if (!request)
            return BUFFER_NONE;
        *out = (struct view_buffer){.number = call->opnum, .first = true, .last = true};
        return BUFFER_HERE;
    case BUFFER_DCERPC_IFACE:
        if (request && call->has_bound && !call->bound.answered && !complete)
            return BUFFER_LATER;
        if (!request || !call->has_bound || !call->bound.answered || call->bound.result)
            return BUFFER_NONE;
        *out = (struct view_buffer){
            .bytes = slice_of(&call->bound.offer.interface, sizeof call->bound.offer.interface),
            .first = true,
            .last = true};
        return BUFFER_HERE;
    default:
        return BUFFER_NONE;
    }
}
