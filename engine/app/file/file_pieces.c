#include "app/file/file_pieces.h"

#include <stdlib.h>

#include "app/file/file.h"

enum { PIECES_MOST = 64, PIECE_BYTES_MOST = 16 << 20 };

struct file_piece {
    struct file_piece *next;
    uint64_t offset;
    struct buf bytes;
};

/* Where the bytes go. */
struct target {
    struct app_session *session;
    struct app_tx *tx;
    struct app_file *file;
};

static void give(const struct target *to, struct file_pieces *p, struct slice bytes)
{
    app_file_append(to->session, to->tx, to->file, bytes);
    p->next += bytes.n;
}

static void skip_to(const struct target *to, struct file_pieces *p, uint64_t offset)
{
    app_file_gap(to->session, to->tx, to->file, offset - p->next);
    p->next = offset;
}

static void drop_first(struct app_session *s, struct file_pieces *p)
{
    struct file_piece *piece = p->first;
    p->first = piece->next;
    p->open = p->open == piece ? NULL : p->open;
    p->count--;
    p->bytes -= piece->bytes.n;
    app_memory_give(s, sizeof *piece + piece->bytes.n);
    buf_fini(&piece->bytes);
    free(piece);
}

/* Those whose turn it is; `all`: those after a gap, too. */
static void give_waiting(const struct target *to, struct file_pieces *p, bool all)
{
    while (p->first && (all || p->first->offset <= p->next)) {
        struct file_piece *piece = p->first;
        if (piece->offset > p->next)
            skip_to(to, p, piece->offset);
        give(to, p, slice_from(buf_slice(&piece->bytes), (size_t)(p->next - piece->offset)));
        drop_first(to->session, p);
    }
}

static struct file_piece *new_piece(struct app_session *s, struct file_pieces *p)
{
    struct file_piece *piece = app_memory_take(s, sizeof *piece) ? calloc(1, sizeof *piece) : NULL;
    if (!piece)
        return NULL;
    piece->offset = p->at;
    struct file_piece **at = &p->first;
    while (*at && (*at)->offset <= piece->offset)
        at = &(*at)->next;
    piece->next = *at;
    *at = p->open = piece;
    p->count++;
    return piece;
}

/* Keeps bytes that are early: those of one message together. False: no room. */
static bool keep(struct app_session *s, struct file_pieces *p, struct slice bytes)
{
    struct file_piece *piece = p->open ? p->open : new_piece(s, p);
    if (!piece || !app_memory_append(s, &piece->bytes, bytes))
        return false;
    p->bytes += bytes.n;
    return true;
}

static enum pieces_answer take_early(const struct target *to, struct file_pieces *p, struct slice bytes)
{
    enum pieces_answer answer = PIECES_OK;
    if (!p->open && p->count >= PIECES_MOST)
        answer = PIECES_TOO_MANY;
    else if (bytes.n > PIECE_BYTES_MOST - p->bytes)
        answer = PIECES_TOO_LONG;
    if (answer != PIECES_OK)
        give_waiting(to, p, true);
    if (p->at > p->next && keep(to->session, p, bytes))
        return answer;
    if (p->at > p->next) /* no memory: what is missing stays so */
        skip_to(to, p, p->at);
    give(to, p, slice_from(bytes, (size_t)(p->next - p->at)));
    return answer;
}

void pieces_begin(struct file_pieces *p, uint64_t offset)
{
    p->at = offset;
    p->open = NULL;
}

enum pieces_answer pieces_add(struct app_session *s, struct app_tx *tx, struct app_file *file,
                              struct file_pieces *p, struct slice bytes)
{
    const struct target to = {s, tx, file};
    enum pieces_answer answer = PIECES_OK;
    uint64_t end = p->at + bytes.n;
    if (!bytes.n || end < p->at)
        return PIECES_OK;
    if (p->at > p->next) {
        answer = take_early(&to, p, bytes);
    } else if (end > p->next) {
        give(&to, p, slice_from(bytes, (size_t)(p->next - p->at)));
        give_waiting(&to, p, false);
    }
    p->at = end;
    return answer;
}

void pieces_gap(struct app_session *s, struct app_tx *tx, struct app_file *file, struct file_pieces *p,
                uint64_t bytes)
{
    const struct target to = {s, tx, file};
    if (p->at + bytes < p->at)
        return;
    if (p->at == p->next)
        skip_to(&to, p, p->next + bytes);
    p->at += bytes;
    p->open = NULL;
}

void pieces_end(struct app_session *s, struct app_tx *tx, struct app_file *file, struct file_pieces *p)
{
    const struct target to = {s, tx, file};
    give_waiting(&to, p, true);
}

void pieces_drop(struct app_session *s, struct file_pieces *p)
{
    while (p->first)
        drop_first(s, p);
    *p = (struct file_pieces){0};
}
