/* Which event a damaged certificate raises: what Suricata 8.0.8 said of the same bytes. */
#include "support/check.h"

#include "app/der.h"
#include "app/tls/tls_x509.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *what, *bytes;
    size_t n;
    enum app_event event;
} cases[] = {
    {"tbs int",
     BYTES(
         "\x30\x16\x02\x01\x01\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00\x03\x02\x00\x61"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"empty seq", BYTES("\x30\x00"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"case", BYTES("\x30\x05\x30\x84\xff\xff\xff\xfa\x04"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"in hdr cut", BYTES("\x30\x05\x30\x84\xff\xff\xff"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"in hdr cut1", BYTES("\x30\x02\x30\x84"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"in hdr cut0", BYTES("\x30\x01\x30"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"content cut", BYTES("\x30\x04\x30\x05\x30\x01"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"content big", BYTES("\x30\x06\x30\x84\xff\xff\xff\xfa"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"content big+", BYTES("\x30\x08\x30\x84\xff\xff\xff\xfa\x00\x00"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"content 85", BYTES("\x30\x08\x30\x85\xff\xff\xff\xfa\x00\x00"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"outer cut", BYTES("\x30\x84\xff\xff\xff\xfa\x04"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"outer hdr", BYTES("\x30\x84\xff"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"outer cut2", BYTES("\x30\x7f\x30\x03"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"one", BYTES("\x30"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"in 5", BYTES("\x30\x07\x30\x84\x00\x00\x01\x00\x78\x78"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"in 80", BYTES("\x30\x04\x30\x80\x00\x00"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"ser cut", BYTES("\x30\x0b\x30\x09\xa0\x03\x02\x01\x02\x02\x84\xff\xff"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_SERIAL},
    {"alg cut", BYTES("\x30\x0e\x30\x0c\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x84\xff\xff"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"alg cutc", BYTES("\x30\x0e\x30\x0c\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0f\xff\xff"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"iss cut",
     BYTES("\x30\x1d\x30\x1b\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x84\xff\xff"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"outer long", BYTES("\x3f\x21\x03\x61\x62\x63"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"inner long", BYTES("\x30\x06\x3f\x21\x03\x61\x62\x63"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"outer 80", BYTES("\x30\x80\x61\x62\x63"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"inner 80", BYTES("\x30\x05\x30\x80\x61\x62\x63"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"outer 89", BYTES("\x30\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"outer long 80", BYTES("\x3f\x21\x80"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"outer set cut", BYTES("\x31\x05\x61"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"iss int cut",
     BYTES("\x30\x1c\x30\x1a\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x02\x7f\x01"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"iss seq cutc",
     BYTES("\x30\x1c\x30\x1a\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x7f\x01"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"iss int cutc",
     BYTES("\x30\x1c\x30\x1a\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x02\x7f\x01"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"iss int ok end",
     BYTES("\x30\x1c\x30\x1a\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x02\x01\x01"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"iss int hdr",
     BYTES("\x30\x1c\x30\x1a\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x02\x84\xff"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"alg int cutc", BYTES("\x30\x0d\x30\x0b\xa0\x03\x02\x01\x02\x02\x01\x05\x02\x7f\x01"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"alg seq cutc", BYTES("\x30\x0d\x30\x0b\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x7f\x01"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"alg set cutc", BYTES("\x30\x0d\x30\x0b\xa0\x03\x02\x01\x02\x02\x01\x05\x31\x7f\x01"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"val seq cutc",
     BYTES("\x30\x2a\x30\x28\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x6e\x30\x7f\x01"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"val int cutc",
     BYTES("\x30\x2a\x30\x28\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x6e\x02\x7f\x01"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"outer int cutc", BYTES("\x02\x7f\x01"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"inner int cutc", BYTES("\x30\x03\x02\x7f\x01"), APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"outer int hdr", BYTES("\x02\x84\xff"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"inner int hdr", BYTES("\x30\x03\x02\x84\xff"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"alg none", BYTES("\x30\x0a\x30\x08\xa0\x03\x02\x01\x02\x02\x01\x05"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"iss none",
     BYTES("\x30\x19\x30\x17\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"val none",
     BYTES("\x30\x27\x30\x25\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x6e"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"long len9", BYTES("\x30\x89\x00\x00\x00\x00\x00\x00\x00\x00\x03\x61\x62\x63"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"int len9", BYTES("\x30\x0e\x02\x89\x00\x00\x00\x00\x00\x00\x00\x00\x03\x61\x62\x63"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"longtag cut", BYTES("\x3f"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"longtag hdr cut", BYTES("\x3f\x21\x84\xff"), APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"longtag unfinished", BYTES("\x3f\xa1"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"len9 over", BYTES("\x30\x89\x01\x00\x00\x00\x00\x00\x00\x00\x00\x61\x62\x63"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"len8 over", BYTES("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\x61\x62\x63"),
     APP_EVENT_TLS_INVALID_CERTIFICATE},
    {"len20 zeros",
     BYTES("\x30\x94\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_LENGTH},
    {"iss len9 over",
     BYTES("\x30\x24\x30\x22\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
           "\x0b\x05\x00\x30\x89\x01\x00\x00\x00\x00\x00\x00\x00\x00"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"tag 5", BYTES("\x3f\x81\x81\x81\x01\x01\x61"), APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
    {"tag 9", BYTES("\x3f\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01\x01\x61"),
     APP_EVENT_TLS_CERTIFICATE_INVALID_DER},
};

static void test_damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tls_x509 x509;
        enum app_event event = tls_x509_parse(slice_of(cases[i].bytes, cases[i].n), &x509);
        if (event != cases[i].event)
            fail_msg("%s: %s, expected %s", cases[i].what, app_event_name(event),
                     app_event_name(cases[i].event));
    }
}

/* Whatever is cut is read inside, and nothing that is cut is whole. */
static void test_every_cut(void **state)
{
    (void)state;
    static const uint8_t element[] = {0x9f, 0x81, 0x21, 0x82, 0x00, 0x02, 'a', 'b'};
    uint8_t tag;
    struct slice content;
    for (size_t n = 0; n <= sizeof element; n++) {
        struct cursor c = cursor_of(slice_of(element, n));
        enum der_status status = der_read(&c, &tag, &content);
        assert_int_equal(status, n == sizeof element ? DER_WHOLE
                                 : n > 5             ? DER_NO_CONTENT
                                 : n == 1 || n == 2  ? DER_MALFORMED
                                                     : DER_NO_HEADER);
        assert_int_equal(c.at, status == DER_WHOLE ? n : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
