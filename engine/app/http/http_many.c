#include "app/http/http_many.h"

#include <assert.h>
#include <emmintrin.h>
#include <stdlib.h>

#include "app/http/http_word.h"
#include "base/hash.h"
#include "flow/flow.h"

enum {
    LINES_BEFORE_TRAILER = 8, /* a piece, where there are many fields that the trailer's are compared with */
    LAST_FEW = 8,             /* fields in libhtp's table, beside those that it asks for */
    KEPT_MOST = 16,
    SLOTS = 4096 /* a power of two; at most HTTP_FIELDS_MOST + 1 are in use */
};

static_assert(SLOTS >= 2 * HTTP_FIELDS_MOST, "slots that are free end each search");

struct http_many {
    htp_table_t *all;
    htp_table_t *few; /* libhtp's meanwhile; never empty */
    size_t few_count; /* of them are sorted */
    unsigned kept_count;
    uint16_t kept[KEPT_MOST];                  /* those that libhtp asks for: places in `all` */
    uint16_t few_at[LAST_FEW + KEPT_MOST + 2]; /* the places of those in `few` */
    uint64_t seed;
    uint16_t slots[SLOTS]; /* by hash of the name: a place in `all`, and 1 */
};

/* libhtp has emptied its table, as it does behind an interim response (RFC 9110, 15.2). */
static bool are_gone(const struct http_many *many)
{
    return htp_table_size(many->few) < many->few_count;
}

const htp_table_t *http_many_all(const struct http_many *many)
{
    return are_gone(many) ? many->few : many->all;
}

/* The line at `from`: behind its last byte, and *next: behind its end. In responses a CR alone is one, too.
 */
static size_t line_at(struct slice s, size_t from, enum direction direction, size_t *next)
{
    struct slice rest = slice_from(s, from);
    const uint8_t *lf = memchr(rest.p, '\n', rest.n);
    size_t n = lf ? (size_t)(lf - rest.p) : rest.n;
    const uint8_t *cr = direction == TO_CLIENT ? memchr(rest.p, '\r', n) : NULL;
    size_t end = cr ? (size_t)(cr - rest.p) : n;
    *next = from + (end + 1 < n || n == rest.n ? end : n);
    *next += *next < s.n;
    return from + (!cr && lf && n && rest.p[n - 1] == '\r' ? n - 1 : end);
}

static bool begins_message(struct slice s)
{
    return s.n >= 4 && memcmp(s.p, "HTTP", 4) == 0;
}

/* How many LF there are, in responses CR and LF; all of a usual message are counted at once. */
static size_t count_line_ends(struct slice s, enum direction direction)
{
    enum { WIDTH = sizeof(__m128i), MOST = UINT8_MAX * WIDTH };
    const uint8_t other = direction == TO_CLIENT ? '\r' : '\n';
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8((char)other);
    __m128i counts = _mm_setzero_si128();
    size_t i = 0, count = 0;
    if (s.n > MOST)
        return SIZE_MAX;
    for (; i + WIDTH <= s.n; i += WIDTH) {
        __m128i v = _mm_loadu_si128((const __m128i *)(s.p + i));
        counts = _mm_sub_epi8(counts, _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
    }
    for (; i < s.n; i++)
        count += s.p[i] == '\n' || s.p[i] == other;
    counts = _mm_sad_epu8(counts, _mm_setzero_si128());
    return count + (size_t)_mm_extract_epi16(counts, 0) + (size_t)_mm_extract_epi16(counts, 4);
}

/* Whether a line that is empty in the input is so in the stream, which may have been cut within it. */
static bool is_empty(struct slice s, uint8_t before, enum direction direction)
{
    return before == '\n' || (direction == TO_CLIENT && before == '\r' && s.p[0] != '\n');
}

/*
 * So many lines, and one byte more. Not where a message may be over, since there libhtp looks at what
 * follows, and wants it whole: so behind an empty line there is another line, and what begins like an answer
 * is not cut off. But at four times as many lines.
 */
static size_t lines(struct slice s, uint8_t before, enum direction direction, unsigned count)
{
    size_t n = 0, next, following;
    if (count > 1 && count_line_ends(s, direction) < (direction == TO_CLIENT ? 2 * count : count))
        return s.n;
    for (unsigned i = 1; n < s.n; i++, n = next) {
        bool empty = line_at(s, n, direction, &next) == n && (n || is_empty(s, before, direction));
        if (i < count || next >= s.n)
            continue;
        bool over =
            empty || line_at(s, next, direction, &following) == next || begins_message(slice_from(s, next));
        if (!over || i >= 4 * count + 4)
            return next + 1;
    }
    return s.n;
}

static htp_tx_t *at_hand(const struct http *http, enum direction direction)
{
    return direction == TO_SERVER ? htp_connp_get_in_tx(http->parser) : htp_connp_get_out_tx(http->parser);
}

/* All that is at hand is of a body whose length is known, or that goes on to the end. */
static bool is_body(const htp_tx_t *htp, enum direction direction, size_t n)
{
    bool request = direction == TO_SERVER;
    int64_t length = request ? htp->request_content_length : htp->response_content_length;
    int64_t so_far = request ? htp->request_message_len : htp->response_message_len;
    if (request ? htp->request_progress != HTP_REQUEST_BODY : htp->response_progress != HTP_RESPONSE_BODY)
        return false;
    if ((request ? htp->request_transfer_coding : htp->response_transfer_coding) != HTP_CODING_IDENTITY)
        return false;
    return length < 0 ? !request : so_far <= length && (uint64_t)(length - so_far) >= n;
}

static unsigned few(const struct http *http)
{
    return http->fields_few ? http->fields_few : HTTP_FIELDS_FEW;
}

static bool reads_fields(const htp_tx_t *htp, enum direction direction)
{
    if (direction == TO_SERVER)
        return htp->request_progress == HTP_REQUEST_HEADERS || htp->request_progress == HTP_REQUEST_TRAILER;
    return htp->response_progress == HTP_RESPONSE_HEADERS || htp->response_progress == HTP_RESPONSE_TRAILER;
}

size_t http_many_piece(const struct http *http, enum direction direction, struct slice rest)
{
    const htp_tx_t *htp = at_hand(http, direction);
    const struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    if (!tx)
        return lines(rest, http->last_byte[direction], direction, few(http));
    if (is_body(htp, direction, rest.n))
        return rest.n;
    size_t fields = htp_table_size(http_headers(tx, direction));
    unsigned count = fields > few(http) ? LINES_BEFORE_TRAILER : few(http);
    if (reads_fields(htp, direction))
        count = fields > few(http) ? 1 : few(http) + 1 - (unsigned)fields;
    return lines(rest, http->last_byte[direction], direction, count);
}

static htp_table_t **place_of(htp_tx_t *htp, enum direction direction)
{
    return direction == TO_SERVER ? &htp->request_headers : &htp->response_headers;
}

static void free_header(htp_header_t *header)
{
    bstr_free(header->name);
    bstr_free(header->value);
    free(header);
}

static uint64_t hash_name(const struct http_many *many, struct slice name)
{
    enum { BLOCK = 128, CASE = 0x20 };
    uint8_t folded[BLOCK] = {0};
    uint64_t hash = many->seed;
    do {
        struct slice block = slice_first(name, name.n < BLOCK ? name.n : BLOCK);
        for (size_t i = 0; i < block.n; i++)
            folded[i] = block.p[i] | CASE; /* more than letters; names are compared in the end */
        hash = hash_bytes(folded, block.n, hash);
        name = slice_from(name, block.n);
    } while (name.n);
    return hash;
}

/* The slot of the field of that name, or a free one. */
static uint16_t *slot_of(struct http_many *many, const bstr *name)
{
    size_t at = hash_name(many, http_text(name)) % SLOTS;
    for (; many->slots[at]; at = (at + 1) % SLOTS) {
        const htp_header_t *header = htp_table_get_index(many->all, many->slots[at] - 1u, NULL);
        if (header && bstr_cmp_nocase(header->name, name) == 0)
            break;
    }
    return &many->slots[at];
}

/* libhtp asks for it, by a name in which zero bytes do not count. */
static bool is_asked_for(struct slice name)
{
    static const char *const words[] = {"authorization", "content-encoding", "content-length",
                                        "content-type",  "cookie",           "expect",
                                        "host",          "transfer-encoding"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (http_word_is(name, words[i]))
            return true;
    return false;
}

/* The field at that place of `all` is there under its name. */
static void enter(struct http_many *many, size_t place)
{
    const htp_header_t *header = htp_table_get_index(many->all, place, NULL);
    *slot_of(many, header->name) = (uint16_t)(place + 1);
    if (many->kept_count < KEPT_MOST && is_asked_for(http_text(header->name)))
        many->kept[many->kept_count++] = (uint16_t)place;
}

static bool put_few(struct http_many *many, size_t place)
{
    const htp_header_t *header = htp_table_get_index(many->all, place, NULL);
    many->few_at[many->few_count] = (uint16_t)place;
    if (htp_table_add(many->few, header->name, header) != HTP_OK)
        return false;
    many->few_count++;
    return true;
}

/* libhtp's table is made anew, of those that it asks for and one more. */
static bool renew_few(struct http_many *many, size_t last)
{
    bool is_kept = false;
    htp_table_clear(many->few);
    many->few_count = 0;
    for (unsigned i = 0; i < many->kept_count; i++) {
        is_kept |= many->kept[i] == last;
        if (!put_few(many, many->kept[i]))
            return false;
    }
    return is_kept || put_few(many, last);
}

static void begin(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    htp_table_t **table = place_of(tx->htp, direction);
    if (!app_memory_take(s, sizeof(struct http_many)))
        return;
    struct http_many *many = calloc(1, sizeof *many);
    if (many)
        many->few = htp_table_create(LAST_FEW + KEPT_MOST);
    if (!many || !many->few) {
        free(many);
        app_memory_give(s, sizeof *many);
        return;
    }
    many->seed = s->flow->id;
    many->all = *table;
    size_t count = htp_table_size(many->all);
    for (size_t i = 0; i < count; i++)
        enter(many, i);
    tx->sides[direction].many = many;
    *table = many->few;
    renew_few(many, count - 1);
}

static bool grow(htp_header_t *header, const bstr *by)
{
    bstr *value = bstr_expand(header->value, bstr_len(header->value) + 2 + bstr_len(by));
    if (!value)
        return false;
    header->value = bstr_add_noex(bstr_add_mem_noex(value, ", ", 2), by);
    return true;
}

/*
 * As libhtp does: the values of one name are joined, but of all fields together only so many.
 *
 * libhtp keeps a line back that may be folded, so a piece may bring two fields: `again` may stand for two of
 * one name, and where it is the last that is taken libhtp alone may have taken the one beside it.
 */
static bool join(struct app_session *s, struct http_tx *tx, enum direction direction, htp_header_t *header,
                 htp_header_t *again)
{
    bool request = direction == TO_SERVER, wanted = false, done = true;
    uint16_t *count = request ? &tx->htp->req_header_repetitions : &tx->htp->res_header_repetitions;
    for (int i = again->flags & HTP_FIELD_REPEATED ? 2 : 1; i; i--) {
        bool first = !(header->flags & HTP_FIELD_REPEATED);
        if (first)
            app_tx_event(s, &tx->tx, direction,
                         request ? APP_EVENT_HTTP_REQUEST_HEADER_REPETITION
                                 : APP_EVENT_HTTP_RESPONSE_HEADER_REPETITION);
        else if (*count < HTP_MAX_HEADERS_REPETITIONS)
            ++*count;
        else
            continue;
        header->flags |= HTP_FIELD_REPEATED;
        wanted = true;
    }
    if (wanted)
        done = grow(header, again->value);
    free_header(again);
    return done;
}

static bool add(struct app_session *s, struct http_tx *tx, enum direction direction, htp_header_t *header)
{
    struct http_many *many = tx->sides[direction].many;
    size_t count = htp_table_size(many->all);
    if (count > HTTP_FIELDS_MOST)
        app_tx_event(s, &tx->tx, direction,
                     direction == TO_SERVER ? APP_EVENT_HTTP_REQUEST_TOO_MANY_HEADERS
                                            : APP_EVENT_HTTP_RESPONSE_TOO_MANY_HEADERS);
    if (count > HTTP_FIELDS_MOST || htp_table_add(many->all, header->name, header) != HTP_OK) {
        free_header(header);
        return false;
    }
    enter(many, count);
    return true;
}

/* Those that are gone libhtp has freed: the others go too. */
static void throw_away(struct http_many *many)
{
    size_t count = htp_table_size(many->all);
    for (size_t i = 0; i < count; i++) {
        bool gone = false;
        for (size_t j = 0; j < many->few_count; j++)
            gone |= many->few_at[j] == i;
        if (!gone)
            free_header(htp_table_get_index(many->all, i, NULL));
    }
    htp_table_clear(many->all);
}

/* libhtp has that table again. */
static void leave(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_many *many = tx->sides[direction].many;
    *place_of(tx->htp, direction) = many->all;
    htp_table_destroy(many->few);
    app_memory_give(s, sizeof *many);
    free(many);
    tx->sides[direction].many = NULL;
}

/* Sorts what is new in libhtp's table: with a line a piece one field, or two. */
static bool take_new(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_many *many = tx->sides[direction].many;
    size_t count = htp_table_size(many->few), last = 0;
    bool done = true, joined = false;
    if (are_gone(many)) {
        throw_away(many);
        leave(s, tx, direction);
        return true;
    }
    if (count == many->few_count)
        return true;
    for (size_t i = many->few_count; i < count; i++) {
        htp_header_t *header = htp_table_get_index(many->few, i, NULL);
        size_t known = *slot_of(many, header->name);
        if (known) {
            last = known - 1;
            done &= join(s, tx, direction, htp_table_get_index(many->all, last, NULL), header);
            joined = true;
        } else {
            bool added = add(s, tx, direction, header);
            last = htp_table_size(many->all) - 1;
            joined |= !added;
            done &= added;
        }
        if (i < sizeof many->few_at / sizeof many->few_at[0])
            many->few_at[i] = (uint16_t)last;
    }
    many->few_count = count;
    if (joined || count > LAST_FEW + many->kept_count)
        done &= renew_few(many, last);
    return done;
}

bool http_many_sort(struct app_session *s, enum direction direction)
{
    const struct http *http = s->state;
    htp_tx_t *htp = at_hand(http, direction);
    struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    if (!tx)
        return true;
    struct http_side *side = &tx->sides[direction];
    if (side->many)
        return take_new(s, tx, direction);
    if (!http->fields_unsorted && reads_fields(htp, direction) &&
        htp_table_size(*place_of(htp, direction)) > few(http))
        begin(s, tx, direction);
    return true;
}

bool http_many_end(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    if (!tx->sides[direction].many)
        return true;
    bool done = take_new(s, tx, direction);
    if (tx->sides[direction].many)
        leave(s, tx, direction);
    return done;
}
