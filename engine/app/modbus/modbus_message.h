/*
 * One Modbus message behind its header (MODBUS Application Protocol Specification V1.1b3): read, classified
 * and checked. Pure, but for the copy of its data. Shared by app/modbus and output/eve_modbus.c.
 */
#ifndef SLUICE_APP_MODBUS_MESSAGE_H
#define SLUICE_APP_MODBUS_MESSAGE_H

#include "base/modbus_facts.h"

enum {
    MODBUS_HEADER = 6, /* transaction, protocol, length; unit and function follow */
    MODBUS_LEAST = 2,  /* bytes behind the header: unit, function */
    MODBUS_MOST = 254,
    MODBUS_EXCEPTION = 0x80,
    MODBUS_FUNCTIONS = 44 /* known ones are below */
};

/* What is wrong with a message, in the order in which EVE names it. */
enum modbus_error {
    MODBUS_BAD_VALUE = 1 << 0,
    MODBUS_BAD_LENGTH = 1 << 1,
    MODBUS_BAD_EXCEPTION = 1 << 2,
    MODBUS_BAD_FUNCTION = 1 << 3,
    MODBUS_BAD_PROTOCOL = 1 << 4,
};

enum modbus_form { /* of what follows the function */
                   MODBUS_DATA,
                   MODBUS_READS,       /* address and quantity; answered by a count and data */
                   MODBUS_WRITES_ONE,  /* address and value; answered by the same */
                   MODBUS_WRITES_MANY, /* address, quantity, count and data; answered by address and quantity
                                        */
                   MODBUS_MASKS,       /* address and two masks; answered by the same */
                   MODBUS_READS_WRITES,
                   MODBUS_DIAGNOSTIC,
                   MODBUS_MEI,
                   MODBUS_EXCEPTS,
                   MODBUS_NOTHING, /* the message has no more than a header */
};

struct modbus_message {
    uint16_t transaction, protocol;
    uint8_t unit, raw; /* the function as it was sent */
    uint8_t category, access, errors, form;
    uint8_t exception, mei;
    uint16_t subfunction;
    uint16_t address, quantity, write_address, write_quantity;
    uint16_t value;             /* that is written, or the quantity in an answer */
    uint16_t and_mask, or_mask; /* of MODBUS_MASKS */
    uint8_t single[2];          /* `value` as struct modbus_facts has it */
    struct slice data;          /* the rest */
};

/* `pdu`: from the unit on, MODBUS_LEAST bytes at least; the data of the message is borrowed from it. */
void modbus_read_request(struct slice pdu, struct modbus_message *m);

/* `request` is what it answers; NULL when nobody asked. */
void modbus_read_answer(struct slice pdu, const struct modbus_message *request, struct modbus_message *m);

void modbus_facts(const struct modbus_message *m, struct modbus_facts *out);

/* "RdCoils"; "Unknown". */
const char *modbus_function_name(uint8_t raw);

/* Whether a first message that says so is taken for Modbus. */
bool modbus_known(uint8_t function);

#endif
