/*
 * What of a message has a buffer of its own. FIELD(ID, "name", letter): a header field (RFC 3261, 7.3.3: the letter
 * is its compact form, 0 none); the buffer is BUFFER_SIP_ID. LINE(ID, letter, of_media): a line of its SDP (RFC
 * 8866, 5), of the session or of a media description; the buffer is BUFFER_SDP_ID.
 */
/* clang-format off */
FIELD(FROM,           "From",           'f')
FIELD(TO,             "To",             't')
FIELD(VIA,            "Via",            'v')
FIELD(USER_AGENT,     "User-Agent",     0)
FIELD(CONTENT_TYPE,   "Content-Type",   'c')
FIELD(CONTENT_LENGTH, "Content-Length", 'l')
LINE(ORIGIN,          'o', false)
LINE(SESSION_NAME,    's', false)
LINE(SESSION_INFO,    'i', false)
LINE(URI,             'u', false)
LINE(EMAIL,           'e', false)
LINE(PHONE_NUMBER,    'p', false)
LINE(CONNECTION_DATA, 'c', false)
LINE(BANDWIDTH,       'b', false)
LINE(TIME,            't', false)
LINE(REPEAT_TIME,     'r', false)
LINE(TIMEZONE,        'z', false)
LINE(ENCRYPTION_KEY,  'k', false)
LINE(ATTRIBUTE,       'a', false)
LINE(MEDIA,                 'm', true)
LINE(MEDIA_INFO,            'i', true)
LINE(MEDIA_CONNECTION_DATA, 'c', true)
LINE(MEDIA_ENCRYPTION_KEY,  'k', true)
/* clang-format on */
