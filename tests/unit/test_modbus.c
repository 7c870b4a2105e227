/* Modbus through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert modbus any any -> any any (modbus:function 1; sid:1;)\n"
    "alert modbus any any -> any any (modbus:function 8, subfunction 4; sid:2;)\n"
    "alert modbus any any -> any any (modbus:function unassigned; sid:4;)\n"
    "alert modbus any any -> any any (modbus:function user; sid:6;)\n"
    "alert modbus any any -> any any (modbus:function reserved; sid:7;)\n"
    "alert modbus any any -> any any (modbus:access read coils; sid:12;)\n"
    "alert modbus any any -> any any (modbus:access read discretes; sid:13;)\n"
    "alert modbus any any -> any any (modbus:access read input; sid:14;)\n"
    "alert modbus any any -> any any (modbus:access read holding; sid:15;)\n"
    "alert modbus any any -> any any (modbus:access write coils; sid:16;)\n"
    "alert modbus any any -> any any (modbus:access write holding; sid:17;)\n"
    "alert modbus any any -> any any (modbus:access read coils, address 5; sid:18;)\n"
    "alert modbus any any -> any any (modbus:access read holding, address <5; sid:19;)\n"
    "alert modbus any any -> any any (modbus:access read holding, address >8; sid:20;)\n"
    "alert modbus any any -> any any (modbus:access read holding, address 5<>8; sid:21;)\n"
    "alert modbus any any -> any any (modbus:access write holding, address 5, value 7; sid:22;)\n"
    "alert modbus any any -> any any (modbus:access write holding, address 6, value >7; sid:23;)\n"
    "alert modbus any any -> any any (modbus:access write coils, address 5, value 1; sid:24;)\n"
    "alert modbus any any -> any any (modbus:access write coils, address 6, value 0; sid:25;)\n"
    "alert modbus any any -> any any (modbus:unit 10; sid:26;)\n"
    "alert modbus any any -> any any (modbus:unit >9; sid:27;)\n"
    "alert modbus any any -> any any (modbus:unit 10, function 3; sid:30;)\n"
    "alert modbus any any -> any any (modbus:unit 1, access read holding; sid:31;)\n"
    "alert modbus any any -> any any (modbus:function 8; sid:33;)\n"
    "alert modbus any any -> any any (modbus:function 3; flow:to_server; sid:35;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.invalid_protocol_id; sid:50;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.unsolicited_response; sid:51;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.invalid_length; sid:52;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.invalid_function_code; sid:54;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.invalid_value; sid:55;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.invalid_exception_code; sid:56;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.value_mismatch; sid:57;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.flooded; sid:58;)\n"
    "alert modbus any any -> any any (app-layer-event:modbus.value_mismatch; flow:to_client; sid:70;)\n"
    "alert modbus any any -> any any (content:\"|00 01 00 00|\"; startswith; sid:80;)\n"
    "alert modbus any any -> any any (flow:to_client; content:\"|00 01 00 00|\"; startswith; sid:81;)\n";

static const struct app_case as_there[] = {
    {"read coils", {CLIENT("\000\001\000\000\000\006\001\001\000\004\000\003"), SERVER("\000\001\000\000\000\004\001\001\001\005")}, "80@6 81@6 1@7 12@7 18@7 80@end 80@end 81@end"},
    {"read coils, wrong size", {CLIENT("\000\001\000\000\000\006\001\001\000\004\000\024"), SERVER("\000\001\000\000\000\004\001\001\001\005")}, "80@6 81@6 1@7 12@7 18@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"read discretes", {CLIENT("\000\001\000\000\000\006\001\002\000\004\000\003"), SERVER("\000\001\000\000\000\004\001\002\001\005")}, "80@6 81@6 13@7 80@end 80@end 81@end"},
    {"write coil on", {CLIENT("\000\001\000\000\000\006\001\005\000\004\377\000"), SERVER("\000\001\000\000\000\006\001\005\000\004\377\000")}, "80@6 81@6 16@7 24@7 80@end 80@end 81@end"},
    {"write coil off", {CLIENT("\000\001\000\000\000\006\001\005\000\005\000\000"), SERVER("\000\001\000\000\000\006\001\005\000\005\000\000")}, "80@6 81@6 16@7 25@7 80@end 80@end 81@end"},
    {"write coil wrong", {CLIENT("\000\001\000\000\000\006\001\005\000\004\0224"), SERVER("\000\001\000\000\000\006\001\005\000\004\0224")}, "55@5 80@6 81@6 16@7 24@7 55@7 80@end 80@end 81@end"},
    {"write register", {CLIENT("\000\001\000\000\000\006\001\006\000\004\000\007"), SERVER("\000\001\000\000\000\006\001\006\000\004\000\007")}, "80@6 81@6 17@7 22@7 80@end 80@end 81@end"},
    {"write register, other answer", {CLIENT("\000\001\000\000\000\006\001\006\000\004\000\007"), SERVER("\000\001\000\000\000\006\001\006\000\004\000\010")}, "80@6 81@6 17@7 22@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"write registers", {CLIENT("\000\001\000\000\000\013\001\020\000\004\000\002\004\000\007\000\011"), SERVER("\000\001\000\000\000\006\001\020\000\004\000\002")}, "80@6 81@6 17@7 22@7 23@7 80@end 80@end 81@end"},
    {"write registers, other answer", {CLIENT("\000\001\000\000\000\013\001\020\000\004\000\002\004\000\007\000\011"), SERVER("\000\001\000\000\000\006\001\020\000\004\000\003")}, "80@6 81@6 17@7 22@7 23@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"write registers, bad count", {CLIENT("\000\001\000\000\000\013\001\020\000\004\000\002\005\000\007\000\011"), SERVER("\000\001\000\000\000\006\001\020\000\004\000\002")}, "52@5 55@5 80@6 81@6 17@7 22@7 23@7 52@7 55@7 80@end 80@end 81@end"},
    {"mask write", {CLIENT("\000\001\000\000\000\010\001\026\000\004\000\362\000%"), SERVER("\000\001\000\000\000\010\001\026\000\004\000\362\000%")}, "80@6 81@6 17@7 80@end 80@end 81@end"},
    {"mask write, other answer", {CLIENT("\000\001\000\000\000\010\001\026\000\004\000\362\000%"), SERVER("\000\001\000\000\000\010\001\026\000\004\000\362\000&")}, "80@6 81@6 17@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"diagnostic", {CLIENT("\000\001\000\000\000\006\001\010\000\004\000\000"), SERVER("\000\001\000\000\000\006\001\010\000\004\000\000")}, "80@6 81@6 2@7 33@7 80@end 80@end 81@end"},
    {"diagnostic echo", {CLIENT("\000\001\000\000\000\006\001\010\000\000\0224"), SERVER("\000\001\000\000\000\006\001\010\000\000\0224")}, "80@6 81@6 33@7 80@end 80@end 81@end"},
    {"diagnostic reserved", {CLIENT("\000\001\000\000\000\006\001\010\000\005\000\000"), SERVER("\000\001\000\000\000\006\001\010\000\005\000\000")}, "80@6 81@6 7@7 33@7 80@end 80@end 81@end"},
    {"diagnostic 22", {CLIENT("\000\001\000\000\000\006\001\010\000\026\000\000"), SERVER("\000\001\000\000\000\006\001\010\000\026\000\000")}, "80@6 81@6 7@7 33@7 80@end 80@end 81@end"},
    {"diagnostic restart, bad data", {CLIENT("\000\001\000\000\000\006\001\010\000\001\000\005"), SERVER("\000\001\000\000\000\006\001\010\000\001\000\005")}, "55@5 80@6 81@6 33@7 55@7 80@end 80@end 81@end"},
    {"exception status", {CLIENT("\000\001\000\000\000\002\001\007"), SERVER("\000\001\000\000\000\003\001\007\005")}, "80@6 81@6 80@end 80@end 81@end"},
    {"mei", {CLIENT("\000\001\000\000\000\005\001+\016\001\000"), SERVER("\000\001\000\000\000\015\001+\016\001\001\000\000\001\000\003abc")}, "80@6 81@6 80@end 80@end 81@end"},
    {"mei 13", {CLIENT("\000\001\000\000\000\005\001+\015\001\000"), SERVER("\000\001\000\000\000\004\001+\015\001")}, "80@6 81@6 80@end 80@end 81@end"},
    {"mei 5", {CLIENT("\000\001\000\000\000\005\001+\005\001\000"), SERVER("\000\001\000\000\000\004\001+\005\001")}, "80@6 81@6 7@7 80@end 80@end 81@end"},
    {"file record", {CLIENT("\000\001\000\000\000\012\001\024\007\006\000\004\000\001\000\002"), SERVER("\000\001\000\000\000\011\001\024\006\005\006\000\001\000\002")}, "80@6 81@6 80@end 80@end 81@end"},
    {"write file record", {CLIENT("\000\001\000\000\000\016\001\025\013\006\000\004\000\001\000\002\000\003\000\004"), SERVER("\000\001\000\000\000\016\001\025\013\006\000\004\000\001\000\002\000\003\000\004")}, "80@6 81@6 80@end 80@end 81@end"},
    {"fifo", {CLIENT("\000\001\000\000\000\004\001\030\000\004"), SERVER("\000\001\000\000\000\012\001\030\000\006\000\002\000\001\000\002")}, "80@6 81@6 80@end 80@end 81@end"},
    {"user 65", {CLIENT("\000\001\000\000\000\004\001A\000\004"), SERVER("\000\001\000\000\000\012\001A\000\006\000\002\000\001\000\002")}, ""},
    {"user 100", {CLIENT("\000\001\000\000\000\004\001d\000\004"), SERVER("\000\001\000\000\000\012\001d\000\006\000\002\000\001\000\002")}, ""},
    {"reserved 9", {CLIENT("\000\001\000\000\000\004\001\011\000\004"), SERVER("\000\001\000\000\000\004\001\011\000\006")}, "80@6 81@6 80@end 80@end 81@end"},
    {"reserved 90", {CLIENT("\000\001\000\000\000\004\001Z\000\004"), SERVER("\000\001\000\000\000\004\001Z\000\006")}, ""},
    {"unassigned 30", {CLIENT("\000\001\000\000\000\004\001\036\000\004"), SERVER("\000\001\000\000\000\004\001\036\000\006")}, ""},
    {"unassigned 99", {CLIENT("\000\001\000\000\000\004\001c\000\004"), SERVER("\000\001\000\000\000\004\001c\000\006")}, ""},
    {"function 0", {CLIENT("\000\001\000\000\000\004\001\000\000\004"), SERVER("\000\001\000\000\000\004\001\000\000\006")}, ""},
    {"function 127", {CLIENT("\000\001\000\000\000\004\001\177\000\004"), SERVER("\000\001\000\000\000\004\001\177\000\006")}, ""},
    {"function 128", {CLIENT("\000\001\000\000\000\004\001\200\000\004"), SERVER("\000\001\000\000\000\004\001\200\000\006")}, ""},
    {"function 131 asked", {CLIENT("\000\001\000\000\000\004\001\203\000\004"), SERVER("\000\001\000\000\000\004\001\203\000\006")}, ""},
    {"exception", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\203\002")}, "80@6 81@6 15@7 21@7 31@7 35@7 80@end 80@end 81@end"},
    {"exception 11", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\203\013")}, "80@6 81@6 15@7 21@7 31@7 35@7 80@end 80@end 81@end"},
    {"exception of another", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\204\002")}, "80@6 81@6 14@7 15@7 21@7 31@7 35@7 51@7 51@end 80@end 80@end 81@end"},
    {"answer of another function", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\004\006\000\001\000\002\000\003")}, "80@6 81@6 14@7 15@7 21@7 31@7 35@7 51@7 51@end 80@end 80@end 81@end"},
    {"answer of another transaction", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\002\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@7 15@7 21@7 31@7 31@7 35@7 35@7 51@7 51@end 80@end"},
    {"answer of another unit", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\002\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 15@7 21@7 31@7 35@7 35@7 51@7 51@end 80@end 80@end 81@end"},
    {"unsolicited", {SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@5 31@5 35@5 51@5 51@end 80@end 81@end"},
    {"protocol 1", {CLIENT("\000\001\000\001\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\001\000\011\001\003\006\000\001\000\002\000\003")}, ""},
    {"length 254", {CLIENT("\000\001\000\000\000\376\001Axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), SERVER("\000\001\000\000\000\003\001A\006")}, ""},
    {"length 255", {CLIENT("\000\001\000\000\000\377\001Axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), SERVER("\000\001\000\000\000\003\001A\006")}, ""},
    {"length 256", {CLIENT("\000\001\000\000\001\000\001Axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), SERVER("\000\001\000\000\000\003\001A\006")}, ""},
    {"read too many", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000~"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "55@5 80@6 81@6 15@7 20@7 21@7 31@7 35@7 55@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"read coils 2000", {CLIENT("\000\001\000\000\000\006\001\001\000\004\007\320"), SERVER("\000\001\000\000\000\375\001\001\372\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001")}, "80@6 81@6 1@7 12@7 18@7 80@end 80@end 81@end"},
    {"read coils 2001", {CLIENT("\000\001\000\000\000\006\001\001\000\004\007\321"), SERVER("\000\001\000\000\000\375\001\001\372\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001")}, "55@5 80@6 81@6 1@7 12@7 18@7 55@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"read, trailing bytes", {CLIENT("\000\001\000\000\000\010\001\003\000\004\000\003zz"), SERVER("\000\001\000\000\000\013\001\003\006\000\001\000\002\000\003zz")}, "52@5 80@6 81@6 15@7 21@7 31@7 35@7 52@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"read, short", {CLIENT("\000\001\000\000\000\004\001\003\000\004"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "52@5 80@6 81@6 15@7 31@7 35@7 52@7 80@end 80@end 81@end"},
    {"no answer", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), CLIENT_FIN, SERVER_FIN}, "15@6 21@6 31@6 35@6 80@6"},
    {"junk", {CLIENT("hello world, this is no modbus"), SERVER("hello back")}, ""},
    {"write coil answer", {CLIENT("\000\001\000\000\000\006\001\005\000\004\377\000"), SERVER("\000\001\000\000\000\006\001\005\000\004\000\000")}, "80@6 81@6 16@7 24@7 57@7 57@end 70@end 80@end 80@end 81@end"},
    {"report id", {CLIENT("\000\001\000\000\000\002\001\021"), SERVER("\000\001\000\000\000\006\001\021\003abc")}, "80@6 81@6 80@end 80@end 81@end"},
    {"comm counter", {CLIENT("\000\001\000\000\000\002\001\013"), SERVER("\000\001\000\000\000\006\001\013\000\000\000\005")}, "80@6 81@6 80@end 80@end 81@end"},
};

/* Different here: see docs/compatibility.md. */
static const struct app_case of_our_own[] = {
    {"read holding", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 80@end 80@end 81@end"},
    {"read holding at 7", {CLIENT("\000\001\000\000\000\006\001\003\000\006\000\001"), SERVER("\000\001\000\000\000\005\001\003\002\000\001")}, "80@6 81@6 15@7 21@7 31@7 35@7 80@end 80@end 81@end"},
    {"read input", {CLIENT("\000\001\000\000\000\006\012\004\000\004\000\003"), SERVER("\000\001\000\000\000\011\012\004\006\000\001\000\002\000\003")}, "80@6 81@6 14@7 26@7 27@7 80@end 80@end 81@end"},
    {"write coils", {CLIENT("\000\001\000\000\000\010\001\017\000\004\000\003\001\005"), SERVER("\000\001\000\000\000\006\001\017\000\004\000\003")}, "80@6 81@6 16@7 24@7 25@7 80@end 80@end 81@end"},
    {"write coils, bad count", {CLIENT("\000\001\000\000\000\010\001\017\000\004\000\011\001\005"), SERVER("\000\001\000\000\000\006\001\017\000\004\000\011")}, "55@5 80@6 81@6 16@7 24@7 25@7 55@7 80@end 80@end 81@end"},
    {"read write", {CLIENT("\000\001\000\000\000\017\001\027\000\003\000\002\000\004\000\002\004\000\007\000\011"), SERVER("\000\001\000\000\000\007\001\027\004\000\001\000\002")}, "80@6 81@6 15@7 17@7 19@7 22@7 23@7 31@7 80@end 80@end 81@end"},
    {"exception 99", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\203c")}, "80@6 81@6 15@7 21@7 31@7 35@7 56@7 56@end 80@end 80@end 81@end"},
    {"exception 0", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\203\000")}, "80@6 81@6 15@7 21@7 31@7 35@7 56@7 56@end 80@end 80@end 81@end"},
    {"exception 9", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\003\001\203\011")}, "80@6 81@6 15@7 21@7 31@7 35@7 56@7 56@end 80@end 80@end 81@end"},
    {"exception short", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\002\001\203")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@end 52@end 80@end 80@end 81@end"},
    {"unsolicited second", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 80@8 81@8 15@9 31@9 35@9 51@9 51@end 80@end 80@end 81@end"},
    {"protocol 1 second", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\001\000\006\001\003\000\004\000\003"), SERVER("\000\002\000\001\000\011\001\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 50@9 15@11 21@11 31@11 35@11 50@11 80@end 80@end 81@end"},
    {"length 0", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\000\000\000\001\003\000\004\000\003"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@9 52@10 15@end 21@end 31@end 35@end 80@end 80@end 81@end"},
    {"length 1", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\000\000\001\001\003\000\004\000\003"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@9 52@10 15@end 21@end 31@end 35@end 80@end 80@end 81@end"},
    {"length 2", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\000\000\002\001\003"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@9 15@10 31@10 35@10 52@10 15@end 21@end 31@end 35@end 80@end 80@end 81@end"},
    {"length 300", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\000\001,\001\003xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@9 52@10 15@end 21@end 31@end 35@end 80@end 80@end 81@end"},
    {"first length 0", {CLIENT("\000\001\000\000\000\000\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@7 31@7 35@7 51@7 51@end 52@end 52@end 80@end 80@end 81@end"},
    {"read none", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\000"), SERVER("\000\001\000\000\000\003\001\003\000")}, "55@5 80@6 81@6 15@7 31@7 35@7 55@7 80@end 80@end 81@end"},
    {"write coils 1969", {CLIENT("\000\001\000\000\000\376\001\017\000\004\007\261\367\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001"), SERVER("\000\001\000\000\000\006\001\017\000\004\007\261")}, "55@5 80@6 81@6 16@7 24@7 25@7 55@7 80@end 80@end 81@end"},
    {"read, answer short", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\007\001\003\006\000\001\000\002")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@7 57@7 52@end 57@end 70@end 80@end 80@end 81@end"},
    {"read, answer empty", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\002\001\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 52@7 52@end 80@end 80@end 81@end"},
    {"pipelined", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003\000\002\000\000\000\006\001\001\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003\000\002\000\000\000\004\001\001\001\005")}, "80@6 81@6 1@7 12@7 15@7 18@7 21@7 31@7 35@7 80@end 80@end 81@end"},
    {"out of order", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003\000\002\000\000\000\006\001\001\000\004\000\003"), SERVER("\000\002\000\000\000\004\001\001\001\005\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "1@7 12@7 15@7 18@7 21@7 31@7 35@7 80@end"},
    {"in pieces", {CLIENT("\000\001\000\000\000"), CLIENT("\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006"), SERVER("\000\001\000\002\000\003")}, "80@8 81@8 15@9 21@9 31@9 35@9 80@end 80@end 81@end"},
    {"client gap", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT_GAP(12), SERVER("\000\002\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\003\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 15@9 31@9 35@9 51@9 51@11 15@13 21@13 31@13 35@13 80@end 80@end 81@end"},
    {"server gap", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\002\000\000\000\006\001\003\000\004\000\003"), SERVER_GAP(15), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\003\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "80@6 81@6 15@7 21@7 31@7 35@7 15@10 21@10 31@10 35@10 15@13 21@13 31@13 35@13 80@end 80@end 81@end"},
    {"closed", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT_FIN, SERVER_FIN}, "80@6 81@6 15@7 21@7 31@7 35@7 80@8 80@9 81@9"},
    {"junk later", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), CLIENT("hello world, this is no modbus"), CLIENT("\000\003\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@6 21@6 31@6 35@6 50@7 52@7 27@8 50@8 52@8 80@10 81@10 15@11 21@11 31@11 35@11 80@end 80@end 81@end"},
    {"same transaction twice", {CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@6 21@6 31@6 35@6 80@6 80@8 81@8 15@9 21@9 31@9 35@9 80@10 81@10 80@end 80@end 81@end"},
    {"server speaks first then client", {SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003"), CLIENT("\000\001\000\000\000\006\001\003\000\004\000\003"), SERVER("\000\001\000\000\000\011\001\003\006\000\001\000\002\000\003")}, "15@5 31@5 35@5 51@5 80@6 51@7 80@8 81@8 15@9 21@9 31@9 35@9 80@end 80@end 81@end"},
    {"write coils answer", {CLIENT("\000\001\000\000\000\010\001\017\000\004\000\003\001\005"), SERVER("\000\001\000\000\000\006\001\017\000\004\000\004")}, "80@6 81@6 16@7 24@7 25@7 57@7 57@end 70@end 80@end 80@end 81@end"},
};

/* clang-format on */

static void test_as_there(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 502};
    app_cases_check(&suite, as_there, sizeof as_there / sizeof as_there[0]);
}

static void test_of_our_own(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 502};
    app_cases_check(&suite, of_our_own, sizeof of_our_own / sizeof of_our_own[0]);
}

static void count_instances(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                            unsigned index, const struct view_buffer *buffer)
{
    (void)tx, (void)direction, (void)index, (void)buffer;
    *(unsigned *)ctx += id == BUFFER_MODBUS;
}

static const char asks[] = "\0\1\0\0\0\6\1\3\0\4\0\3";
static const char says[] = "\0\1\0\0\0\11\1\3\6\0\1\0\2\0\3";

/* Wherever it is cut, and byte by byte. */
static void test_every_cut(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < sizeof asks - 1; cut++) {
        struct app_driver d;
        unsigned seen = 0;
        assert_true(app_driver_open(&d, &modbus_parser, false));
        d.saw = count_instances;
        d.ctx = &seen;
        app_driver_feed(&d, TO_SERVER, slice_of(asks, cut));
        assert_int_equal(seen, 0);
        app_driver_feed(&d, TO_SERVER, slice_of(asks + cut, sizeof asks - 1 - cut));
        assert_true(seen > 0);
        for (size_t i = 0; i < sizeof says - 1; i++)
            app_driver_feed(&d, TO_CLIENT, slice_of(says + i, 1));
        assert_false(d.bad);
        app_driver_close(&d);
    }
}

/* Requests that nobody answers: one event, and the parser goes on. */
static void test_flood(void **state)
{
    (void)state;
    struct app_driver d;
    assert_true(app_driver_open(&d, &modbus_parser, false));
    for (unsigned i = 0; i < 2000; i++) {
        uint8_t bytes[12];
        memcpy(bytes, asks, sizeof bytes);
        bytes[0] = (uint8_t)(i >> 8);
        bytes[1] = (uint8_t)i;
        app_driver_feed(&d, TO_SERVER, slice_of(bytes, sizeof bytes));
    }
    assert_int_equal(app_engine_counters(d.engine)->events, 1);
    assert_int_equal(app_engine_counters(d.engine)->transactions, 2000);
    app_driver_feed(&d, TO_CLIENT, slice_of("\7\317\0\0\0\11\1\3\6\0\1\0\2\0\3", 15)); /* of the last */
    assert_int_equal(app_engine_counters(d.engine)->events, 1);
    assert_false(d.bad);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_there),
        cmocka_unit_test(test_of_our_own),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
