/* The certificate's parts (RFC 5280, 4.1), in order; its texts are in tls_x509_name.c. */
#include "app/tls/tls_x509.h"

#include "app/der.h"

#include <time.h>

/* A SEQUENCE, or the event of what is there instead, as Suricata tells them apart. */
static enum app_event take_sequence(struct cursor *c, struct slice *content)
{
    uint8_t tag;
    switch (der_read(c, &tag, content)) {
    case DER_NO_HEADER:
        return APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH;
    case DER_NO_CONTENT:
        return APP_EVENT_TLS_INVALID_CERTIFICATE;
    case DER_MALFORMED:
        return APP_EVENT_TLS_CERTIFICATE_INVALID_DER;
    default:
        return tag == DER_SEQUENCE ? APP_EVENT_NONE : APP_EVENT_TLS_CERTIFICATE_INVALID_DER;
    }
}

/* RFC 5280, 4.1.1.2: an OBJECT IDENTIFIER, and parameters that are of no interest. Whatever is cut is a
 * length. */
static enum app_event read_algorithm(struct cursor *c)
{
    struct slice algorithm, object;
    uint8_t tag;
    enum app_event event = take_sequence(c, &algorithm);
    if (event)
        return event == APP_EVENT_TLS_INVALID_CERTIFICATE ? APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH : event;
    struct cursor inside = cursor_of(algorithm);
    switch (der_read(&inside, &tag, &object)) {
    case DER_NO_HEADER:
    case DER_NO_CONTENT:
        return APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH;
    case DER_WHOLE:
        if (tag == DER_OBJECT)
            return APP_EVENT_NONE;
        break;
    default:
        break;
    }
    return APP_EVENT_TLS_CERTIFICATE_INVALID_ALGORITHMIDENTIFIER;
}

static bool digits(struct cursor *c, int *value)
{
    uint16_t two;
    struct cursor at = *c;
    if (!cursor_be16(&at, &two) || two >> 8 < '0' || two >> 8 > '9' || (two & 0xff) < '0' ||
        (two & 0xff) > '9')
        return false;
    *value = ((two >> 8) - '0') * 10 + (two & 0xff) - '0';
    *c = at;
    return true;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* What follows the minutes: seconds (may be missing), a fraction (GeneralizedTime), the zone. */
static bool read_time_rest(struct cursor *c, bool general, int *second, int64_t *shift)
{
    bool seconds = digits(c, second);
    uint8_t byte;
    int hours, minutes;
    *shift = 0;
    if (!cursor_u8(c, &byte))
        return false;
    if (general && seconds && byte == '.')
        while (cursor_u8(c, &byte) && byte >= '0' && byte <= '9')
            ;
    if (byte == 'Z')
        return !cursor_left(c);
    if (general || !seconds || (byte != '+' && byte != '-') || !digits(c, &hours) || !digits(c, &minutes))
        return false;
    *shift = (byte == '+' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return !cursor_left(c);
}

/* UTCTime and GeneralizedTime (RFC 5280, 4.1.2.5), with what is tolerated: no seconds, a zone in UTCTime. */
static bool read_time(struct cursor *c, int64_t *seconds)
{
    uint8_t tag;
    struct slice text;
    int century, year, month, day, hour, minute, second = 0;
    int64_t shift;
    if (!der_next(c, &tag, &text) || (tag != DER_UTC_TIME && tag != DER_TIME))
        return false;
    struct cursor t = cursor_of(text);
    if (tag == DER_TIME && !digits(&t, &century))
        return false;
    if (!digits(&t, &year) || !digits(&t, &month) || !digits(&t, &day) || !digits(&t, &hour) ||
        !digits(&t, &minute) || !read_time_rest(&t, tag == DER_TIME, &second, &shift))
        return false;
    if (tag == DER_UTC_TIME)
        century = year >= 50 ? 19 : 20;
    year += century * 100;
    if (month < 1 || month > 12 || day < 1 || day > days_of(year, month) || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};
    *seconds = (int64_t)timegm(&tm) + shift;
    return true;
}

static enum app_event read_validity(struct cursor *c, struct tls_x509 *out)
{
    struct slice validity;
    enum app_event event = take_sequence(c, &validity);
    if (event)
        return event;
    struct cursor inside = cursor_of(validity);
    return read_time(&inside, &out->not_before) && read_time(&inside, &out->not_after)
               ? APP_EVENT_NONE
               : APP_EVENT_TLS_CERTIFICATE_INVALID_DATE;
}

/* RFC 5280, 4.1: the key itself is of no interest, only that it has the form of one. */
static enum app_event read_public_key(struct cursor *c)
{
    struct slice key;
    enum app_event event = take_sequence(c, &key);
    if (event)
        return event;
    struct cursor inside = cursor_of(key);
    return read_algorithm(&inside);
}

/* One extension; false when it has not the form of one. */
static bool read_extension(struct slice extension, struct tls_x509 *out, unsigned *found)
{
    static const uint8_t alternative_name[] = {0x55, 0x1d, 0x11}; /* 2.5.29.17: RFC 5280, 4.2.1.6 */
    struct cursor c = cursor_of(extension);
    struct slice object, critical, value;
    if (!der_take(&c, DER_OBJECT, &object))
        return false;
    der_take(&c, DER_BOOLEAN, &critical);
    if (!der_take(&c, DER_OCTET_STRING, &value))
        return false;
    if (slice_equal(object, slice_of(alternative_name, sizeof alternative_name))) {
        out->alternative_names = *found ? slice_of(NULL, 0) : value;
        ++*found;
    }
    return true;
}

static enum app_event read_extensions(struct cursor *c, struct tls_x509 *out)
{
    struct slice outer, list, extension, unique_id;
    unsigned found = 0;
    der_take(c, DER_CONTEXT | 1, &unique_id);
    der_take(c, DER_CONTEXT | 2, &unique_id);
    if (!cursor_left(c))
        return APP_EVENT_NONE;
    if (!der_take(c, DER_CONTEXT_INSIDE | 3, &outer))
        return cursor_left(c) && c->p[c->at] == (DER_CONTEXT_INSIDE | 3)
                   ? APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH
                   : APP_EVENT_TLS_INVALID_CERTIFICATE;
    struct cursor inside = cursor_of(outer);
    if (!outer.n)
        return APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH;
    if (!der_take(&inside, DER_SEQUENCE, &list))
        return APP_EVENT_TLS_CERTIFICATE_INVALID_DER;
    inside = cursor_of(list);
    while (cursor_left(&inside))
        if (!der_take(&inside, DER_SEQUENCE, &extension) || !read_extension(extension, out, &found))
            return APP_EVENT_TLS_INVALID_CERTIFICATE;
    return cursor_left(c) ? APP_EVENT_TLS_INVALID_CERTIFICATE : APP_EVENT_NONE;
}

static enum app_event read_version(struct cursor *c)
{
    struct slice version, number;
    if (!der_take(c, DER_CONTEXT_INSIDE, &version))
        return APP_EVENT_NONE; /* of version 1 */
    struct cursor inside = cursor_of(version);
    return der_take(&inside, DER_INTEGER, &number) && number.n && number.n <= 4
               ? APP_EVENT_NONE
               : APP_EVENT_TLS_CERTIFICATE_INVALID_VERSION;
}

/* What is signed, all but the extensions. */
static enum app_event read_signed(struct cursor *c, struct tls_x509 *out)
{
    enum app_event event = read_version(c);
    if (event)
        return event;
    if (!der_take(c, DER_INTEGER, &out->serial))
        return APP_EVENT_TLS_CERTIFICATE_INVALID_SERIAL;
    event = read_algorithm(c);
    if (event)
        return event;
    event = take_sequence(c, &out->issuer);
    if (event)
        return event;
    event = read_validity(c, out);
    if (event)
        return event;
    event = take_sequence(c, &out->subject);
    if (event)
        return event;
    event = read_public_key(c);
    return event ? event : read_extensions(c, out);
}

enum app_event tls_x509_parse(struct slice der, struct tls_x509 *out)
{
    struct cursor c = cursor_of(der);
    struct slice whole, to_sign, signature;
    *out = (struct tls_x509){0};
    enum app_event event = take_sequence(&c, &whole);
    if (event)
        return event;
    c = cursor_of(whole);
    event = take_sequence(&c, &to_sign);
    if (event)
        return event;
    struct cursor inside = cursor_of(to_sign);
    event = read_signed(&inside, out);
    if (event)
        return event;
    event = read_algorithm(&c);
    if (event)
        return event;
    return der_take(&c, DER_BIT_STRING, &signature) && signature.n ? APP_EVENT_NONE
                                                                   : APP_EVENT_TLS_INVALID_CERTIFICATE;
}
