#include "app/modbus/modbus_message.h"
#include "base/cursor.h"

enum {
    READ_COILS_MOST = 2000,
    READ_REGISTERS_MOST = 125,
    WRITE_COILS_MOST = 1968,
    WRITE_REGISTERS_MOST = 123,
    READ_WRITE_MOST = 121, /* registers that are written */
    COIL_ON = 0xff00,
};

enum { ANY = 255 }; /* bytes of data */

struct function {
    const char *name;
    uint8_t access, form, least; /* bytes of data of a request whose form is MODBUS_DATA; ANY */
};

enum { MEI = 43 };

/* 6.1 to 6.21; those of old controllers have their names in the reference of 1996. */
static const struct function functions[MODBUS_FUNCTIONS] = {
    [1] = {"RdCoils", MODBUS_READ | MODBUS_COILS, MODBUS_READS, 0},
    [2] = {"RdDiscreteInputs", MODBUS_READ | MODBUS_DISCRETES, MODBUS_READS, 0},
    [3] = {"RdHoldRegs", MODBUS_READ | MODBUS_HOLDING, MODBUS_READS, 0},
    [4] = {"RdInputRegs", MODBUS_READ | MODBUS_INPUT, MODBUS_READS, 0},
    [5] = {"WrSingleCoil", MODBUS_WRITE | MODBUS_COILS | MODBUS_SINGLE, MODBUS_WRITES_ONE, 0},
    [6] = {"WrSingleReg", MODBUS_WRITE | MODBUS_HOLDING | MODBUS_SINGLE, MODBUS_WRITES_ONE, 0},
    [7] = {"RdExcStatus", 0, MODBUS_DATA, 0},
    [8] = {"Diagnostic", 0, MODBUS_DIAGNOSTIC, 0},
    [9] = {"Program484", 0, MODBUS_DATA, ANY},
    [10] = {"Poll484", 0, MODBUS_DATA, ANY},
    [11] = {"GetCommEventCtr", 0, MODBUS_DATA, 0},
    [12] = {"GetCommEventLog", 0, MODBUS_DATA, 0},
    [13] = {"ProgramController", 0, MODBUS_DATA, ANY},
    [14] = {"PollController", 0, MODBUS_DATA, ANY},
    [15] = {"WrMultCoils", MODBUS_WRITE | MODBUS_COILS | MODBUS_MULTIPLE, MODBUS_WRITES_MANY, 0},
    [16] = {"WrMultRegs", MODBUS_WRITE | MODBUS_HOLDING | MODBUS_MULTIPLE, MODBUS_WRITES_MANY, 0},
    [17] = {"ReportServerID", 0, MODBUS_DATA, 0},
    [18] = {"Program884", 0, MODBUS_DATA, ANY},
    [19] = {"ResetCommLink", 0, MODBUS_DATA, ANY},
    [20] = {"RdFileRec", 0, MODBUS_DATA, ANY},
    [21] = {"WrFileRec", 0, MODBUS_DATA, ANY},
    [22] = {"MaskWrReg", MODBUS_WRITE | MODBUS_HOLDING, MODBUS_MASKS, 0},
    [23] = {"RdWrMultRegs", MODBUS_READ | MODBUS_WRITE | MODBUS_HOLDING | MODBUS_MULTIPLE,
            MODBUS_READS_WRITES, 0},
    [24] = {"RdFIFOQueue", 0, MODBUS_DATA, 2},
    [MEI] = {"MEI", 0, MODBUS_MEI, 0},
};

static const struct function *find(uint8_t function)
{
    return function < MODBUS_FUNCTIONS && functions[function].name ? &functions[function] : NULL;
}

const char *modbus_function_name(uint8_t raw)
{
    const struct function *known = find(raw & ~MODBUS_EXCEPTION & 0xff);
    return known ? known->name : "Unknown";
}

bool modbus_known(uint8_t function)
{
    return find(function);
}

/* 5.1, and 6.8.1, 6.19 for what has functions of its own. */
static uint8_t category_of(const struct modbus_message *m)
{
    static const uint8_t reserved[] = {41, 42, 90, 91, 125, 126, 127};
    enum { CANOPEN = 13, DEVICE_ID = 14, USER_FIRST = 65, USER_LAST = 72, MORE_FIRST = 100, MORE_LAST = 110 };
    uint8_t function = m->raw & ~MODBUS_EXCEPTION & 0xff;
    const struct function *known = find(function);
    if (m->raw &
        MODBUS_EXCEPTION) /* that of the function which was asked for, where it depends on nothing else */
        return known && known->form < MODBUS_DIAGNOSTIC ? MODBUS_ASSIGNED : 0;
    if (!function)
        return 0;
    if (m->form == MODBUS_DIAGNOSTIC && ((m->subfunction > 4 && m->subfunction < 10) || m->subfunction > 21))
        return MODBUS_RESERVED;
    if (m->form == MODBUS_MEI)
        return m->mei == CANOPEN || m->mei == DEVICE_ID ? MODBUS_ASSIGNED : MODBUS_RESERVED;
    if (known)
        return MODBUS_ASSIGNED;
    if (memchr(reserved, function, sizeof reserved))
        return MODBUS_RESERVED;
    bool user = (function >= USER_FIRST && function <= USER_LAST) ||
                (function >= MORE_FIRST && function <= MORE_LAST);
    return user ? MODBUS_USER : MODBUS_UNASSIGNED;
}

static bool of_bits(const struct modbus_message *m)
{
    return m->access & (MODBUS_COILS | MODBUS_DISCRETES);
}

static size_t bytes_of(const struct modbus_message *m, uint16_t quantity)
{
    return of_bits(m) ? ((size_t)quantity + 7) / 8 : 2 * (size_t)quantity;
}

static void judge(struct modbus_message *m, bool good, enum modbus_error error)
{
    if (!good)
        m->errors |= (uint8_t)error;
}

/* A count and what it counts: 6.1, 6.11. */
static void take_counted(struct modbus_message *m, struct cursor *c, size_t expected)
{
    uint8_t count = 0;
    if (cursor_u8(c, &count))
        judge(m, count == expected, MODBUS_BAD_VALUE);
    m->data = slice_of(c->p + c->at, cursor_left(c));
    judge(m, m->data.n == count, MODBUS_BAD_LENGTH);
}

static void take_pair(struct modbus_message *m, struct cursor *c, uint16_t *address, uint16_t *quantity,
                      uint16_t most)
{
    cursor_be16(c, address);
    cursor_be16(c, quantity);
    judge(m, *quantity && *quantity <= most, MODBUS_BAD_VALUE);
}

/* 6.8: what is asked for with a value of 0, or of "on". */
static void judge_diagnostic(struct modbus_message *m)
{
    enum { ECHO = 0, RESTART = 1, DELIMITER = 3, LISTEN_ONLY = 4 };
    if (m->category == MODBUS_RESERVED || m->subfunction == ECHO)
        return;
    struct cursor c = cursor_of(m->data);
    uint16_t value = 0;
    judge(m, m->data.n == sizeof value, MODBUS_BAD_LENGTH);
    cursor_be16(&c, &value);
    if (m->subfunction == RESTART)
        judge(m, !value || value == COIL_ON, MODBUS_BAD_VALUE);
    else if (m->subfunction != DELIMITER && m->subfunction != LISTEN_ONLY)
        judge(m, !value, MODBUS_BAD_VALUE);
}

/* The bytes without which a message of that form is not read. */
static size_t least_of(uint8_t form, bool answer)
{
    switch (form) {
    case MODBUS_READS:
        return answer ? 1 : 4;
    case MODBUS_WRITES_ONE:
        return 4;
    case MODBUS_WRITES_MANY:
        return answer ? 4 : 5;
    case MODBUS_MASKS:
        return 6;
    case MODBUS_READS_WRITES:
        return answer ? 1 : 9;
    case MODBUS_DIAGNOSTIC:
        return 2;
    case MODBUS_MEI:
    case MODBUS_EXCEPTS:
        return 1;
    default:
        return 0;
    }
}

static struct cursor begin(struct slice pdu, bool answer, struct modbus_message *m)
{
    m->unit = pdu.p[0];
    m->raw = pdu.p[1];
    const struct function *known = find(m->raw & ~MODBUS_EXCEPTION & 0xff);
    m->data = slice_from(pdu, MODBUS_LEAST);
    m->access = known ? known->access : 0;
    m->form = known ? known->form : MODBUS_DATA;
    if (answer && m->raw & MODBUS_EXCEPTION)
        m->form = MODBUS_EXCEPTS;
    if (m->data.n < least_of(m->form, answer)) {
        m->form = MODBUS_DATA;
        m->errors |= MODBUS_BAD_LENGTH;
    }
    return cursor_of(m->data);
}

static void read_fixed(struct modbus_message *m, struct cursor *c)
{
    cursor_be16(c, &m->address);
    if (m->form == MODBUS_MASKS) {
        cursor_be16(c, &m->and_mask);
        cursor_be16(c, &m->or_mask);
    } else {
        cursor_be16(c, &m->value);
        bool coil = m->access & MODBUS_COILS;
        m->single[0] = coil ? m->value != 0 : (uint8_t)(m->value >> 8);
        m->single[1] = coil ? 0 : (uint8_t)m->value;
    }
    judge(m, !cursor_left(c), MODBUS_BAD_LENGTH);
    m->data = slice_of(NULL, 0);
}

static void read_own(struct modbus_message *m, struct cursor *c)
{
    if (m->form == MODBUS_DIAGNOSTIC)
        cursor_be16(c, &m->subfunction);
    else
        cursor_u8(c, &m->mei);
    m->data = slice_of(c->p + c->at, cursor_left(c));
}

void modbus_read_request(struct slice pdu, struct modbus_message *m)
{
    struct cursor c = begin(pdu, false, m);
    const struct function *known = find(m->raw);
    uint16_t most = of_bits(m) ? READ_COILS_MOST : READ_REGISTERS_MOST;
    uint16_t most_written = of_bits(m) ? WRITE_COILS_MOST : WRITE_REGISTERS_MOST;
    judge(m, m->raw && !(m->raw & MODBUS_EXCEPTION), MODBUS_BAD_FUNCTION);
    switch (m->form) {
    case MODBUS_READS:
        take_pair(m, &c, &m->address, &m->quantity, most);
        judge(m, !cursor_left(&c), MODBUS_BAD_LENGTH);
        m->data = slice_of(NULL, 0);
        break;
    case MODBUS_WRITES_MANY:
        take_pair(m, &c, &m->write_address, &m->write_quantity, most_written);
        take_counted(m, &c, bytes_of(m, m->write_quantity));
        break;
    case MODBUS_READS_WRITES:
        take_pair(m, &c, &m->address, &m->quantity, most);
        take_pair(m, &c, &m->write_address, &m->write_quantity, READ_WRITE_MOST);
        take_counted(m, &c, bytes_of(m, m->write_quantity));
        break;
    case MODBUS_WRITES_ONE:
    case MODBUS_MASKS:
        read_fixed(m, &c);
        if (m->access & MODBUS_COILS)
            judge(m, !m->value || m->value == COIL_ON, MODBUS_BAD_VALUE);
        break;
    case MODBUS_DIAGNOSTIC:
    case MODBUS_MEI:
        read_own(m, &c);
        break;
    default:
        if (known && known->form == MODBUS_DATA && known->least != ANY)
            judge(m, m->data.n == known->least, MODBUS_BAD_LENGTH);
    }
    m->category = category_of(m);
    if (m->form == MODBUS_DIAGNOSTIC)
        judge_diagnostic(m);
}

/* 7. */
static void read_exception(struct modbus_message *m, struct cursor *c)
{
    enum { LAST = 11 };
    static const bool known[LAST + 1] = {[1] = true, [2] = true, [3] = true, [4] = true,  [5] = true,
                                         [6] = true, [7] = true, [8] = true, [10] = true, [11] = true};
    cursor_u8(c, &m->exception);
    judge(m, m->exception <= LAST && known[m->exception], MODBUS_BAD_EXCEPTION);
    judge(m, !cursor_left(c), MODBUS_BAD_LENGTH);
    m->data = slice_of(NULL, 0);
}

/* It answers with as much as was asked for. */
static void read_counted_answer(const struct modbus_message *request, struct modbus_message *m,
                                struct cursor *c)
{
    uint8_t count = 0;
    cursor_u8(c, &count);
    m->data = slice_of(c->p + c->at, cursor_left(c));
    judge(m, m->data.n == count, MODBUS_BAD_LENGTH);
    if (request && request->form == m->form)
        judge(m, m->data.n == bytes_of(m, request->quantity), MODBUS_BAD_VALUE);
}

static void read_echo(const struct modbus_message *request, struct modbus_message *m, struct cursor *c)
{
    bool many = m->form == MODBUS_WRITES_MANY;
    read_fixed(m, c);
    if (!request || request->form != m->form)
        return;
    judge(m, m->address == (many ? request->write_address : request->address), MODBUS_BAD_VALUE);
    judge(m, m->value == (many ? request->write_quantity : request->value), MODBUS_BAD_VALUE);
    judge(m, m->and_mask == request->and_mask && m->or_mask == request->or_mask, MODBUS_BAD_VALUE);
}

void modbus_read_answer(struct slice pdu, const struct modbus_message *request, struct modbus_message *m)
{
    struct cursor c = begin(pdu, true, m);
    switch (m->form) {
    case MODBUS_EXCEPTS:
        read_exception(m, &c);
        break;
    case MODBUS_READS:
    case MODBUS_READS_WRITES:
        read_counted_answer(request, m, &c);
        break;
    case MODBUS_WRITES_ONE:
    case MODBUS_WRITES_MANY:
    case MODBUS_MASKS:
        read_echo(request, m, &c);
        break;
    case MODBUS_DIAGNOSTIC:
    case MODBUS_MEI:
        read_own(m, &c);
        break;
    default:
        judge(m, m->raw, MODBUS_BAD_FUNCTION);
    }
    m->category = category_of(m);
}

void modbus_facts(const struct modbus_message *m, struct modbus_facts *out)
{
    bool answer = m->form == MODBUS_EXCEPTS;
    *out = (struct modbus_facts){
        .unit = m->unit,
        .function = answer ? m->raw & ~MODBUS_EXCEPTION & 0xff : m->raw,
        .category = m->category,
        .access = m->access,
        .has_subfunction = m->form == MODBUS_DIAGNOSTIC,
        .subfunction = m->subfunction,
    };
    if (m->form == MODBUS_READS || m->form == MODBUS_READS_WRITES)
        out->read = (struct modbus_range){m->address + 1U, m->quantity};
    if (m->form == MODBUS_WRITES_MANY || m->form == MODBUS_READS_WRITES) {
        out->write = (struct modbus_range){m->write_address + 1U, m->write_quantity};
        out->values = m->data;
    } else if (m->form == MODBUS_WRITES_ONE || m->form == MODBUS_MASKS) {
        out->write = (struct modbus_range){m->address + 1U, 1};
    }
    if (m->form == MODBUS_WRITES_ONE)
        out->values = slice_of(m->single, sizeof m->single);
}
