/*
 * Modbus over TCP: a transaction is a request and its answer, or an answer that nobody asked for. Internal to
 * app/modbus and output/eve_modbus.c; the data is the transaction's.
 */
#ifndef SLUICE_APP_MODBUS_H
#define SLUICE_APP_MODBUS_H

#include "app/modbus/modbus_message.h"
#include "app/parser.h"
#include "base/buf.h"

enum {
    MODBUS_TRANSACTIONS = 512, /* that are open at a time */
    MODBUS_FLOOD = 500,        /* requests without an answer: one more is a flood */
};

struct modbus_part {
    bool there;
    struct modbus_message message;
    struct buf data; /* what message.data points into */
};

struct modbus_tx {
    struct app_tx tx;
    struct modbus_part request, answer;
    struct modbus_tx *next, *previous; /* of those that wait for an answer, in their place of the table */
    bool waits;
    struct modbus_facts facts; /* what the rules are given */
};

#endif
