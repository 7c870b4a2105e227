/* The forms of output, one file of output/ each: OUTPUT(ID). */
/* clang-format off */
OUTPUT(eve)    /* Suricata's EVE: one JSON object a line */
OUTPUT(text)   /* for a person: one line an alert */
/* clang-format on */
