/* SMB through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/file/file.h"
#include "app/parser_list.h"
#include "app/smb/smb.h"
#include "support/app_case.h"
#include "support/app_driver.h"
#include "support/smb_bytes.h"

static const char rules[] =
    "alert smb any any -> any any (smb.share; content:\"|5c|share\"; endswith; sid:1;)\n"
    "alert smb any any -> any any (smb.named_pipe; content:\"IPC$\"; sid:2;)\n"
    "alert smb any any -> any any (smb.ntlmssp_user; content:\"doe\"; bsize:3; sid:3;)\n"
    "alert smb any any -> any any (smb.ntlmssp_domain; content:\"LAB\"; sid:4;)\n"
    "alert smb any any -> any any (smb.version:1; flow:to_server; sid:5;)\n"
    "alert smb any any -> any any (file.data; content:\"hello world\"; sid:6;)\n"
    "alert smb any any -> any any (file.name; content:\"a.exe\"; sid:7;)\n"
    "alert smb any any -> any any (fileext:\"exe\"; filesize:11; sid:8;)\n"
    "alert smb any any -> any any (app-layer-event:smb.file_overlap; flow:to_server; sid:9;)\n"
    "alert smb any any -> any any (app-layer-event:smb.malformed_data; flow:to_server; sid:10;)\n"
    "alert smb any any -> any any (app-layer-event:smb.malformed_ntlmssp_request; sid:11;)\n"
    "alert smb any any -> any any (app-layer-event:smb.negotiate_malformed_dialects; sid:12;)\n"
    "alert smb any any -> any any (dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; dcerpc.opnum:12; "
    "flow:to_server; sid:13;)\n"
    "alert dcerpc any any -> any any (dcerpc.stub_data; content:\"hello stub\"; sid:14;)\n"
    "alert tcp any any -> any any (dcerpc.stub_data; content:\"hello back\"; sid:15;)\n"
    "alert smb any any -> any any (frame:smb2.data; content:\"hello\"; flow:to_server; sid:16;)\n"
    "alert smb any any -> any any (frame:nbss.hdr; content:\"|85|\"; sid:17;)\n"
    "alert dcerpc:request_complete any any -> any any (sid:18;)\n";

/* clang-format off */
static const struct app_case as_suricata[] = {
    {"a file written", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), SERVER(WROTE), CLIENT(WRITE_2), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@15 16@15 6@21 8@21"},
    {"written out of order", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT(WRITE_3), CLIENT(WRITE_2), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@14 16@14 6@21"},
    {"written twice", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT(WRITE_OVER), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@14 16@14 9@16 6@19 8@19"},
    {"a hole", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT(WRITE_3), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@14 16@14"},
    {"a file read", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(READ_1), SERVER(DATA_1), CLIENT(READ_2), SERVER(DATA_2), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@17 6@21 8@21"},
    {"read out of order", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(READ_1 READ_2), SERVER(DATA_2), SERVER(DATA_1), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@16 6@19 8@19"},
    {"read after a while", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(READ_1), SERVER(PENDING), SERVER(DATA_1), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@19"},
    {"a call over a pipe", {CLIENT(NEGOTIATE LOGON CONNECT_IPC), SERVER(NEGOTIATED LOGGED_ON CONNECTED_IPC), CLIENT(OPEN_PIPE), SERVER(CREATED), CLIENT(PIPE_BIND), CLIENT(PIPE_READ), SERVER(WROTE PIPE_ACK), CLIENT(PIPE_ASK), SERVER(PIPE_ANSWER), CLIENT(CLOSE), SERVER(CLOSED)}, "2@7 3@7 4@7 13@21 14@21 16@21 15@23"},
    {"a pipe read after a while", {CLIENT(NEGOTIATE LOGON CONNECT_IPC), SERVER(NEGOTIATED LOGGED_ON CONNECTED_IPC), CLIENT(CREATE), SERVER(CREATED), CLIENT(READ_1), SERVER(PENDING), SERVER(DATA_LATER), CLIENT(CLOSE), SERVER(CLOSED)}, "2@7 3@7 4@7 7@19"},
    {"a pipe read at once", {CLIENT(NEGOTIATE LOGON CONNECT_IPC), SERVER(NEGOTIATED LOGGED_ON CONNECTED_IPC), CLIENT(CREATE), SERVER(CREATED), CLIENT(READ_1), SERVER(DATA_1), CLIENT(CLOSE), SERVER(CLOSED)}, "2@7 3@7 4@7"},
    {"a tree that is not answered", {CLIENT(NEGOTIATE LOGON), SERVER(NEGOTIATED LOGGED_ON), CLIENT(CONNECT), CLIENT(CREATE)}, "3@7 4@7 1@10"},
    {"a keep-alive", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(KEEP_ALIVE), CLIENT(WRITE_1), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 17@14 7@16 16@16"},
    {"a tree that is cut", {CLIENT(NEGOTIATE), SERVER(NEGOTIATED), CLIENT(NO_TREE), SERVER(CONNECTED), CLIENT(CREATE), SERVER(CREATED)}, "10@11"},
    {"messages missing", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT_GAP(300), CLIENT(WRITE_2), CLIENT(CLOSE), SERVER(CLOSED)}, "1@7 3@7 4@7 7@14 16@14 6@19 8@19"},
    {"SMB 1", {CLIENT(OLD_NEGOTIATE), SERVER(OLD_NEGOTIATED), CLIENT(OLD_CONNECT), SERVER(OLD_CONNECTED), CLIENT(OLD_CREATE), SERVER(OLD_CREATED), CLIENT(OLD_WRITE), SERVER(OLD_WROTE), CLIENT(OLD_CLOSE), SERVER(OLD_CLOSED)}, "5@7 1@11 5@11 5@15 5@19 5@23 6@23 8@23"},
    {"SMB 1 that agrees on SMB 2", {CLIENT(OLD_NEGOTIATE), SERVER(NEGOTIATED), CLIENT(NEGOTIATE), SERVER(NEGOTIATED), CLIENT(CONNECT), SERVER(CONNECTED)}, "5@7 1@15"},
    {"a compound that creates, writes and closes", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(COMPOUND), SERVER(COMPOUND_DONE), CLIENT(CONNECT), SERVER(CONNECTED)}, "1@7 3@7 4@7 6@11 16@11 1@15"},
};

/* Where Suricata sees no more of an answer than its first part, nothing behind what is encrypted, no calls in SMB
 * 1's transactions, no file that is not closed, and raises fewer events. */
static const struct app_case beyond[] = {
    {"a pipe's tree that is answered late", {CLIENT(NEGOTIATE LOGON), SERVER(NEGOTIATED LOGGED_ON), CLIENT(CONNECT_IPC), CLIENT(OPEN_PIPE), SERVER(CONNECTED_IPC CREATED), CLIENT(CLOSE)}, "3@7 4@7 2@13"},
    {"an answer in two parts", {CLIENT(NEGOTIATE LOGON CONNECT_IPC), SERVER(NEGOTIATED LOGGED_ON CONNECTED_IPC), CLIENT(OPEN_PIPE), SERVER(CREATED), CLIENT(PIPE_BIND PIPE_READ), SERVER(WROTE PIPE_ACK), CLIENT(PIPE_ASK), SERVER(PIPE_PART), CLIENT(PIPE_READ_REST), SERVER(PIPE_REST), CLIENT(CLOSE), SERVER(CLOSED)}, "2@7 3@7 4@7 13@19 14@19 16@19 15@25"},
    {"encrypted", {CLIENT(NEGOTIATE), SERVER(NEGOTIATED), CLIENT(ENCRYPTED), SERVER(ENCRYPTED), CLIENT(CONNECT), SERVER(CONNECTED)}, "1@15"},
    {"a token that is cut", {CLIENT(NEGOTIATE), SERVER(NEGOTIATED), CLIENT(BAD_LOGON), SERVER(LOGGED_ON)}, "11@9 11@11"},
    {"a gap in the data", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_HEAD), CLIENT_GAP(100), CLIENT(WRITE_TAIL), CLIENT(CLOSE), SERVER(CLOSED), CLIENT(CREATE), SERVER(CREATED)}, "1@7 3@7 4@7 16@16"},
    {"SMB 1, a chain", {CLIENT(OLD_NEGOTIATE), SERVER(OLD_NEGOTIATED), CLIENT(OLD_CONNECT), SERVER(OLD_CONNECTED), CLIENT(OLD_CREATE), SERVER(OLD_CREATED), CLIENT(OLD_CHAIN), SERVER(OLD_WROTE), CLIENT(OLD_CLOSE), SERVER(OLD_CLOSED)}, "5@7 1@11 5@11 5@15 5@19 5@19 6@19 8@19 5@23"},
    {"SMB 1, dialects that are none", {CLIENT(BAD_DIALECTS), SERVER(OLD_NEGOTIATED), CLIENT(OLD_CONNECT), SERVER(OLD_CONNECTED)}, "12@5 5@7 12@7 1@11 5@11"},
    {"a file that is not closed", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT(WRITE_2), CLIENT_FIN, SERVER_FIN}, "1@7 3@7 4@7 7@14 16@14 6@19"},
    {"SMB 1, a call in transactions", {CLIENT(OLD_NEGOTIATE), SERVER(OLD_NEGOTIATED), CLIENT(OLD_CONNECT), SERVER(OLD_CONNECTED), CLIENT(OLD_CREATE), SERVER(OLD_CREATED), CLIENT(OLD_PIPE_BIND), SERVER(OLD_PIPE_ACK), CLIENT(OLD_PIPE_ASK), SERVER(OLD_PIPE_ANSWER), CLIENT(OLD_CLOSE), SERVER(OLD_CLOSED)}, "5@7 1@11 5@11 5@15 5@19 5@23 13@23 14@23 15@25 5@27"},
};

static const struct app_case netbios[] = {
    {"a NetBIOS session", {CLIENT(NBSS_REQUEST), SERVER(NBSS_POSITIVE), CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED), CLIENT(WRITE_1), CLIENT(WRITE_2), CLIENT(CLOSE), SERVER(CLOSED)}, "1@11 3@11 4@11 7@18 16@18 6@23 8@23"},
};

static const char name_rules[] = "alert smb any any -> any any (smb.ntlmssp_user; content:!\"zzz\"; sid:1;)\n"
                                 "alert smb any any -> any any (smb.ntlmssp_domain; content:!\"zzz\"; sid:2;)\n"
                                 "alert smb any any -> any any (smb.share; content:!\"zzz\"; sid:3;)\n";

static const struct app_case name_cases[] = {
    {"one with a name", {CLIENT(NEGOTIATE LOGON CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED)}, "1@7 2@7 3@7"},
    {"one who stays anonymous", {CLIENT(NEGOTIATE ANONYMOUS CONNECT), SERVER(NEGOTIATED LOGGED_ON CONNECTED), CLIENT(CREATE), SERVER(CREATED)}, "3@7"},
};
/* clang-format on */

static void test_names(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = name_rules, .port = 445};
    app_cases_check(&suite, name_cases, sizeof name_cases / sizeof name_cases[0]);
}

static const struct app_suite direct = {.rules = rules, .port = 445};
static const struct app_suite session = {.rules = rules, .port = 139};

static void test_as_suricata(void **state)
{
    (void)state;
    app_cases_check(&direct, as_suricata, sizeof as_suricata / sizeof as_suricata[0]);
}

static void test_beyond(void **state)
{
    (void)state;
    app_cases_check(&direct, beyond, sizeof beyond / sizeof beyond[0]);
}

static void test_netbios(void **state)
{
    (void)state;
    app_cases_check(&session, netbios, sizeof netbios / sizeof netbios[0]);
}

#define BYTES(text) slice_of(text, sizeof(text) - 1)

#define LOGON_ALL  NEGOTIATE LOGON CONNECT CREATE
#define ANSWER_ALL NEGOTIATED LOGGED_ON CONNECTED CREATED

struct seen {
    size_t file, window;
    unsigned files;
};

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct seen *seen = ctx;
    (void)tx;
    (void)direction;
    (void)index;
    if (id != BUFFER_FILE_DATA)
        return;
    seen->files++;
    seen->file = (size_t)buffer->offset + buffer->bytes.n;
    if (buffer->bytes.n > seen->window)
        seen->window = buffer->bytes.n;
}

static void open_driver(struct app_driver *d, struct seen *seen)
{
    assert_true(app_driver_open(d, &smb_parser, false));
    d->saw = saw;
    d->ctx = seen;
    app_driver_feed(d, TO_SERVER, BYTES(LOGON_ALL));
    app_driver_feed(d, TO_CLIENT, BYTES(ANSWER_ALL));
}

/* Byte by byte: as in one piece, and nothing is left but what is known of the connection. */
static void test_bytes(void **state)
{
    (void)state;
    static const char client[] = LOGON_ALL WRITE_1 WRITE_2 CLOSE, server[] = ANSWER_ALL WROTE CLOSED;
    static const size_t answers = sizeof ANSWER_ALL - 1, asked = sizeof LOGON_ALL - 1;
    struct seen seen = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &smb_parser, false));
    d.saw = saw;
    d.ctx = &seen;
    for (size_t i = 0; i + 1 < sizeof client; i++) {
        app_driver_feed(&d, TO_SERVER, slice_of(client + i, 1));
        for (size_t j = 0; i + 1 == asked && j < answers; j++)
            app_driver_feed(&d, TO_CLIENT, slice_of(server + j, 1));
    }
    for (size_t j = answers; j + 1 < sizeof server; j++)
        app_driver_feed(&d, TO_CLIENT, slice_of(server + j, 1));
    assert_int_equal(d.session->alive, 0);
    assert_int_equal(seen.file, 11);
    app_driver_close(&d);
}

/* A record of 16 MB, all one file: its data is taken as it comes. */
static void test_long_write(void **state)
{
    (void)state;
    enum { HEAD = 4 + 112, LENGTH = 4 + 64 + 4, PIECE = 50000, ALL = 16000000 };
    static char piece[PIECE];
    char head[] = WRITE_LONG;
    const uint32_t record = ALL + 112, length = ALL;
    struct seen seen = {0};
    struct app_driver d;
    open_driver(&d, &seen);
    head[1] = (char)(record >> 16);
    head[2] = (char)(record >> 8);
    head[3] = (char)record;
    for (int i = 0; i < 4; i++)
        head[LENGTH + i] = (char)(length >> 8 * i);
    app_driver_feed(&d, TO_SERVER, slice_of(head, HEAD));
    app_driver_feed(&d, TO_SERVER, BYTES("0123456789abcdef"));
    for (int i = 0; i < ALL / PIECE; i++) {
        size_t n = i ? sizeof piece : sizeof piece - 16;
        app_driver_feed(&d, TO_SERVER, slice_of(piece, n));
        assert_in_range(d.pending[TO_SERVER].n, 0, 100);
        assert_in_range(d.session->memory, 0, 512 << 10);
    }
    app_driver_feed(&d, TO_SERVER, BYTES(CLOSE));
    app_driver_feed(&d, TO_CLIENT, BYTES(WROTE CLOSED));
    assert_int_equal(seen.file, ALL);
    assert_int_equal(d.session->alive, 0);
    app_driver_close(&d);
}

/* Pieces that never meet: at the cap the holes are gaps, and it is said. */
static void test_scattered_writes(void **state)
{
    (void)state;
    enum { OFFSET = 4 + 64 + 8 };
    char write[] = WRITE_3;
    struct seen seen = {0};
    struct app_driver d;
    open_driver(&d, &seen);
    for (int i = 0; i < 1000; i++) {
        write[OFFSET] = (char)(i * 20 + 20);
        write[OFFSET + 1] = (char)((i * 20 + 20) >> 8);
        app_driver_feed(&d, TO_SERVER, slice_of(write, sizeof write - 1));
        assert_in_range(d.session->memory, 0, 256 << 10);
    }
    assert_int_equal(app_engine_counters(d.engine)->events, 1);
    app_driver_feed(&d, TO_SERVER, BYTES(CLOSE));
    assert_int_equal(seen.file, 6000); /* holes have no bytes */
    app_driver_close(&d);
}

/* Files without end, never closed: what is remembered of them is capped, and so is what waits. */
static void test_many_files(void **state)
{
    (void)state;
    enum { ID = 4 + 64 + 64, WRITE_ID = 4 + 64 + 16, CREATE_NUMBER = 4 + 24 };
    char create[] = CREATE, created[] = CREATED, write[] = WRITE_1;
    struct seen seen = {0};
    struct app_driver d;
    open_driver(&d, &seen);
    for (int i = 0; i < 5000; i++) {
        for (int b = 0; b < 2; b++) {
            created[ID + b] = write[WRITE_ID + b] = (char)(i >> 8 * b);
            create[CREATE_NUMBER + b] = created[CREATE_NUMBER + b] = (char)((i + 10) >> 8 * b);
        }
        app_driver_feed(&d, TO_SERVER, slice_of(create, sizeof create - 1));
        app_driver_feed(&d, TO_CLIENT, slice_of(created, sizeof created - 1));
        app_driver_feed(&d, TO_SERVER, slice_of(write, sizeof write - 1));
        assert_in_range(d.session->memory, 0, 4 << 20);
        assert_in_range(d.session->alive, 0, 512);
    }
    app_driver_end(&d, TO_SERVER);
    app_driver_end(&d, TO_CLIENT);
    app_driver_close(&d);
}

/* A message that is no file's, of 1 MB: its begin is looked at, the rest passed over. */
static void test_long_message(void **state)
{
    (void)state;
    static char zeros[100000];
    char create[] = CREATE;
    struct seen seen = {0};
    struct app_driver d;
    size_t left = 1 << 20;
    open_driver(&d, &seen);
    create[1] = 16;
    create[2] = create[3] = 0;
    app_driver_feed(&d, TO_SERVER, slice_of(create, sizeof create - 1));
    left -= sizeof create - 1 - 4;
    while (left) {
        size_t n = left < sizeof zeros ? left : sizeof zeros;
        app_driver_feed(&d, TO_SERVER, slice_of(zeros, n));
        assert_in_range(d.pending[TO_SERVER].n, 0, SMB_MESSAGE_MOST);
        left -= n;
    }
    app_driver_feed(&d, TO_SERVER, BYTES(WRITE_1 CLOSE));
    app_driver_feed(&d, TO_CLIENT, BYTES(CREATED WROTE CLOSED));
    assert_int_equal(d.session->alive, 0);
    assert_int_equal(seen.file, 6);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_suricata), cmocka_unit_test(test_beyond),
        cmocka_unit_test(test_netbios),     cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_long_write),  cmocka_unit_test(test_scattered_writes),
        cmocka_unit_test(test_many_files),  cmocka_unit_test(test_long_message),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
