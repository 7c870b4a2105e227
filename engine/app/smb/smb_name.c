/* Names as SMB carries them. */
#include "app/smb/smb_session.h"
#include "base/utf16.h"

int smb_name(struct slice bytes, bool unicode, struct buf *out)
{
    bytes = slice_first(bytes, SMB_TEXT_MOST);
    if (unicode)
        return utf16_text(bytes, out);
    const uint8_t *end = bytes.n ? memchr(bytes.p, 0, bytes.n) : NULL;
    return buf_append(out, end ? slice_first(bytes, (size_t)(end - bytes.p)) : bytes);
}
