/* TFTP: which datagrams are requests, and of what. The table holds what Suricata 8.0.8 wrote of the same
 * datagrams. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/session.h"
#include "app/tftp/tftp.h"
#include "support/app_driver.h"

#define TEXT(text) text, sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t n;
    const char *file; /* NULL: no transaction */
    bool write;
    enum tftp_mode mode;
} cases[] = {
    {TEXT("\0\1boot.img\0octet\0"), "boot.img", false, TFTP_OCTET},
    {TEXT("\0\2conf.txt\0netascii\0"), "conf.txt", true, TFTP_NETASCII},
    {TEXT("\0\1a\0OcTeT\0"), "a", false, TFTP_OCTET},
    {TEXT("\0\1a\0mail\0"), "a", false, TFTP_MAIL},
    {TEXT("\0\1\0octet\0"), "", false, TFTP_OCTET},
    {TEXT("\0\1f\0octet\0blksize\0"
          "1428\0"),
     "f", false, TFTP_OCTET},
    {TEXT("\0\1f\0octet\0junk"), "f", false, TFTP_OCTET},
    {TEXT("\0\1a\0zzz\0"), NULL, false, TFTP_OCTET},
    {TEXT("\0\1a\0octet"), NULL, false, TFTP_OCTET},
    {TEXT("\0\1a"), NULL, false, TFTP_OCTET},
    {TEXT("\0\1a\0"), NULL, false, TFTP_OCTET},
    {TEXT("\0\1a b\xff\0octet\0"), NULL, false, TFTP_OCTET},
    {TEXT("\0\3\0\1data"), NULL, false, TFTP_OCTET},
    {TEXT("\0\5\0\1not found\0"), NULL, false, TFTP_OCTET},
    {TEXT("\0\7aaaa"), NULL, false, TFTP_OCTET},
    {TEXT("\1\1a\0octet\0"), NULL, false, TFTP_OCTET},
};

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct app_driver driver;
        assert_true(app_driver_open(&driver, &tftp_parser, true));
        struct app_input in = {.direction = TO_SERVER,
                               .bytes = slice_of(cases[i].bytes, cases[i].n),
                               .last = true,
                               .datagram = true};
        struct app_taken taken = {0};
        assert_int_equal(tftp_parser.parse(driver.session, &in, &taken), PARSE_OK);
        const struct tftp_tx *tx = (const struct tftp_tx *)driver.session->last;
        if (!tx != !cases[i].file)
            fail_msg("case %zu: a transaction: %d", i, tx != NULL);
        if (tx) {
            assert_true(slice_equal(buf_slice(&tx->file), slice_str(cases[i].file)));
            assert_int_equal(tx->write, cases[i].write);
            assert_int_equal(tx->mode, cases[i].mode);
            assert_true(tx->tx.complete[TO_SERVER] && tx->tx.complete[TO_CLIENT]);
        }
        app_driver_close(&driver);
    }
}

static void test_every_cut_is_read_inside(void **state)
{
    (void)state;
    for (size_t n = 0; n < cases[5].n; n++) {
        struct app_driver driver;
        assert_true(app_driver_open(&driver, &tftp_parser, true));
        app_driver_feed(&driver, TO_SERVER, slice_of(cases[5].bytes, n));
        assert_int_equal(driver.session->next_id, n >= sizeof "\0\1f\0octet" ? 1 : 0);
        app_driver_close(&driver);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_every_cut_is_read_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
