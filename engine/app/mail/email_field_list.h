/*
 * The fields of a mail's header that are kept, the first of each: EMAIL_FIELD(ID, "name", "member", is_list, always).
 * `member` is EVE's; a list is cut at its commas there; `always`: in alerts, too.
 */
/* clang-format off */
EMAIL_FIELD(FROM,             "from",             "from",             false, true)
EMAIL_FIELD(TO,               "to",               "to",               true,  true)
EMAIL_FIELD(CC,               "cc",               "cc",               true,  true)
EMAIL_FIELD(REPLY_TO,         "reply-to",         "reply_to",         false, false)
EMAIL_FIELD(BCC,              "bcc",              "bcc",              true,  false)
EMAIL_FIELD(MESSAGE_ID,       "message-id",       "message_id",       false, false)
EMAIL_FIELD(SUBJECT,          "subject",          "subject",          false, false)
EMAIL_FIELD(X_MAILER,         "x-mailer",         "x_mailer",         false, false)
EMAIL_FIELD(USER_AGENT,       "user-agent",       "user_agent",       false, false)
EMAIL_FIELD(X_ORIGINATING_IP, "x-originating-ip", "x_originating_ip", false, false)
EMAIL_FIELD(IMPORTANCE,       "importance",       "importance",       false, false)
EMAIL_FIELD(PRIORITY,         "priority",         "priority",         false, false)
EMAIL_FIELD(DATE,             "date",             "date",             false, false)
/* clang-format on */
