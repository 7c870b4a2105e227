/* SMTP through the whole engine: commands, replies, mails, with what was asked of Suricata 8.0.8 of the same
 * packets; the cases at the end are those where Suricata reads less. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/mail/smtp.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert smtp any any -> any any (smtp.helo; bsize:>0; sid:1;)\n"
    "alert smtp any any -> any any (smtp.mail_from; bsize:>0; sid:2;)\n"
    "alert smtp any any -> any any (smtp.rcpt_to; bsize:>0; sid:3;)\n"
    "alert smtp any any -> any any (smtp.rcpt_to; content:\"x\"; bsize:1; sid:4;)\n"
    "alert smtp any any -> any any (email.from; content:\"abc  d\"; startswith; sid:5;)\n"
    "alert smtp any any -> any any (email.subject; bsize:>0; sid:6;)\n"
    "alert smtp any any -> any any (email.to; bsize:>0; sid:7;)\n"
    "alert smtp any any -> any any (email.url; content:\".example\"; sid:8;)\n"
    "alert smtp any any -> any any (email.x_mailer; content:\"z\"; sid:9;)\n"
    "alert smtp any any -> any any (file.name; content:\".txt\"; sid:10;)\n"
    "alert smtp any any -> any any (file.data; content:\"inner\"; sid:11;)\n"
    "alert smtp any any -> any any (file.data; content:\"decoded\"; startswith; sid:12;)\n"
    "alert smtp any any -> any any (file.name; content:\"x\"; bsize:1; sid:13;)\n"
    "alert smtp any any -> any any (file.data; content:\"..dot\"; sid:14;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.invalid_reply; sid:20;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.duplicate_fields; sid:21;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.invalid_pipelined_sequence; sid:22;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.tls_rejected; sid:23;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.data_command_rejected; sid:24;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.invalid_bdat; sid:25;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.mime_invalid_qp; sid:26;)\n"
    "alert smtp any any -> any any (app-layer-event:smtp.no_server_welcome_message; sid:27;)\n"
    "alert smtp any any -> any any (content:\"MAIL FROM\"; sid:30;)\n";

static const struct app_case cases[] = {
    {"rset after mail", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RSET\r\n"), SERVER("250 ok\r\n"), CLIENT("MAIL FROM:<b>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 1@21 2@21 30@21 3@25"},
    {"nested mail", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("MAIL FROM:<b>\r\n"), SERVER("503 nested\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("EHLO again\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 21@15 21@17 30@17 3@21"},
    {"nested mail2 250", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("MAIL FROM:<b>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\n\r\nx\r\n.\r\n"), SERVER("250 queued\r\n")}, "1@9 2@13 30@13 21@15 21@17 30@17 3@21 6@29"},
    {"no crlf lines (LF)", {SERVER("220 mx.a.b\n"), CLIENT("HELO me\n"), SERVER("250 mx\n"), CLIENT("MAIL FROM:<a>\n"), SERVER("250 ok\n"), CLIENT("RCPT TO:<c>\n"), SERVER("250 ok\n"), CLIENT("DATA\n"), SERVER("354 x\n"), CLIENT("Subject: a\n\nx\n.\n"), SERVER("250 ok\n"), CLIENT("QUIT\n"), SERVER("221 x\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"lower case", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("helo me\r\n"), SERVER("250 mx\r\n"), CLIENT("mail from: <a> foo\r\n"), SERVER("250 ok\r\n"), CLIENT("rcpt to: <c> bar\r\n"), SERVER("250 ok\r\n"), CLIENT("data\r\n"), SERVER("354 x\r\n"), CLIENT("Subject: a\r\n\r\nx\r\n.\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 3@17 6@25"},
    {"mail variants", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM: a b c \r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:   x\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:\tx\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT  TO:y\r\n"), SERVER("250 ok\r\n")}, "1@9 2@13 30@13 3@21 4@21"},
    {"helo variants", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO\r\n"), SERVER("250 mx\r\n"), CLIENT("EHLO  a b \r\n"), SERVER("250 mx\r\n"), CLIENT("HELO second\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "21@11 21@13 2@21 30@21"},
    {"helo later", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO one\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("EHLO two\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n")}, "1@9 2@13 30@13 21@15 21@17 1@21 2@21 30@21 3@25"},
    {"helo rejected", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO one\r\n"), SERVER("550 no\r\n"), CLIENT("HELO two\r\n"), SERVER("250 no\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 21@11 21@13 2@17 30@17"},
    {"mail rejected", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<bad>\r\n"), SERVER("550 no\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<bad>\r\n"), SERVER("550 no\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n")}, "1@9 2@13 30@13 21@15 21@17 30@17 3@21"},
    {"dup helo in pipelining", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO a\r\n"), SERVER("250-x\r\n250 PIPELINING\r\n"), CLIENT("MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"), SERVER("250 a\r\n250 b\r\n354 c\r\n"), CLIENT("Subject: x\r\n\r\ny\r\n.\r\nQUIT\r\n"), SERVER("250 q\r\n221 b\r\n")}, "1@9 2@13 3@13 30@13 6@17"},
    {"pipelined [STARTTLS] mid", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO a\r\n"), SERVER("250-x\r\n250 PIPELINING\r\n"), CLIENT("MAIL FROM:<a>\r\nSTARTTLS\r\nRCPT TO:<b>\r\n"), SERVER("250 a\r\n")}, "1@9 22@11 2@13 3@13 22@13 30@13"},
    {"pipelined [RSET] mid", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO a\r\n"), SERVER("250-x\r\n250 PIPELINING\r\n"), CLIENT("MAIL FROM:<a>\r\nRSET\r\nRCPT TO:<b>\r\n"), SERVER("250 a\r\n")}, "1@9 2@13 3@13 30@13"},
    {"bad reply", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("NOOP\r\n"), SERVER("xyz ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 20@13 20@15"},
    {"short reply", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("NOOP\r\n"), SERVER("25\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 20@13 20@15"},
    {"extra reply", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), SERVER("250 spontaneous\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@15 30@15"},
    {"tls rejected", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO me\r\n"), SERVER("250 mx\r\n"), CLIENT("STARTTLS\r\n"), SERVER("454 no\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n")}, "1@9 23@13 23@15 2@17 30@17"},
    {"data no mail from", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: x\r\n\r\nabc\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 6@17"},
    {"data rejected", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("554 no\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: x\r\n\r\nabc\r\n.\r\n"), SERVER("250 queued\r\n")}, "1@9 2@13 30@13 24@17 24@19 3@21 6@29"},
    {"data rejected by 250", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("250 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 24@21 24@23"},
    {"bdat2", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("BDAT 18\r\nSubject: x\r\n\r\nabcd"), SERVER("250 ok\r\n"), CLIENT("BDAT 5 LAST\r\nefghi"), SERVER("250 ok\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n")}, "1@9 2@13 30@13 3@17 1@29 2@29 30@29"},
    {"bdat bad", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("BDAT x\r\n"), SERVER("501 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 25@19 25@21"},
    {"bdat bad4", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("BDAT 5  LAST\r\nabcde"), SERVER("501 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17"},
    {"bdat huge", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("BDAT 99999999999999999999\r\nabcde"), SERVER("501 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 25@19 25@21"},
    {"auth login", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("AUTH LOGIN\r\n"), SERVER("334 VXN\r\n"), CLIENT("dXNlcg==\r\n"), SERVER("334 UGF\r\n"), CLIENT("cGFzcw==\r\n"), SERVER("235 ok\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@25 30@25"},
    {"banner 554", {SERVER("554 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "27@8 20@9 27@9 20@end"},
    {"gap in body", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: x\r\n\r\nabc\r\n"), CLIENT_GAP(9), CLIENT("tail\r\n.\r\n"), SERVER("250 ok\r\n")}, "1@9 2@13 30@13 3@17 6@24"},
    {"gap in command", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), CLIENT_GAP(13), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<b>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13"},
    {"end of data LF.LF", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: x\r\n\r\nabc\n.\nMAIL FROM:<evil>\r\nx\r\n.\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 1@25 2@25 6@25 30@25"},
    {"end of data at once", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT(".\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17"},
    {"reply code 299", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("NOOP\r\n"), SERVER("299 x\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 20@13 20@15 30@end"},
    {"reply code without space", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("NOOP\r\n"), SERVER("250\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@17 30@17"},
    {"two rsets", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RSET\r\n"), SERVER("250 ok\r\n"), CLIENT("RSET\r\n"), SERVER("250 ok\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 1@25 2@25 30@25"},
    {"quit alone", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, ""},
    {"noop 221", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("NOOP\r\n"), SERVER("221 x\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n")}, "1@9 2@13 30@13 21@19 21@21 30@21 3@25"},
    {"msg rejected", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: a\r\n\r\nx\r\n.\r\n"), SERVER("554 spam\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n")}, "1@9 2@13 30@13 3@17 6@25 1@29 2@29 30@29"},
    {"noop after done", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO me.example\r\n"), SERVER("250-mx\r\n250-PIPELINING\r\n250 STARTTLS\r\n"), CLIENT("MAIL FROM:<a@x.org> SIZE=10\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<b@y.org>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c@y.org>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("x\r\n.\r\n"), SERVER("250 queued\r\n")}, "1@9 2@13 30@13 3@17"},
    {"multi 354", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354-go\r\n354 go\r\n"), CLIENT("Subject: x\r\n\r\ny\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"plain body", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nX: y\r\n\r\nplaintext\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"html ct", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nContent-Type: text/html\r\n\r\n<a href=\"http://u.example/x\">htmltext</a>\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 8@25"},
    {"top attachment b64", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nContent-Type: application/zip; name=\"t.zip\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nZGVjb2RlZCBhdHRhY2hlZCBzdHVmZg==\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 12@25"},
    {"mixed text+att", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: text/plain\r\n\r\nplaintext http://one.example/\r\n--b1\r\nContent-Type: text/plain; name=\"a.txt\"\r\nContent-Disposition: attachment; filename=\"b.txt\"\r\n\r\nattached inner\r\n..dot\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 8@25 10@25 11@25 14@25"},
    {"att no name", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nattached inner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"b64 lines", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b; name=b.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nZGVjb2RlZCBpbm5lcmRlY29kZWQgaW\r\n5uZXJkZWNvZGVkIGlubmVyZGVjb2Rl\r\nZCBpbm5lcmRlY29kZWQgaW5uZXJkZW\r\nNvZGVkIGlubmVyZGVjb2RlZCBpbm5l\r\ncmRlY29kZWQgaW5uZXJkZWNvZGVkIG\r\nlubmVyZGVjb2RlZCBpbm5lcmRlY29k\r\nZWQgaW5uZXJkZWNvZGVkIGlubmVyZG\r\nVjb2RlZCBpbm5lcmRlY29kZWQgaW5u\r\nZXJkZWNvZGVkIGlubmVyZGVjb2RlZC\r\nBpbm5lcmRlY29kZWQgaW5uZXJkZWNv\r\nZGVkIGlubmVyZGVjb2RlZCBpbm5lcm\r\nRlY29kZWQgaW5uZXI=\r\n\r\n\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 11@25 12@25"},
    {"b64 pad middle", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b; name=b.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nZGVjb2RlZA==\r\nIGlubmVy\r\nAA=A\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 11@25 12@25"},
    {"qp", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b; name=b.bin\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nde=63oded=20inner=\r\njoined  \r\nbad=GG x= y=3D\r\n=3\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 26@23 6@25 11@25 12@25 26@25"},
    {"qp dot", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b; name=b.bin\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n..dot decoded=\r\n..dot\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 14@25"},
    {"nested", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain\r\n\r\nplaintext\r\n--b2\r\nContent-Type: text/html; name=h.html\r\n\r\nhtmltext\r\n--b2--\r\n\r\n--b1\r\nContent-Type: text/plain; name=a.txt\r\n\r\nattached inner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 10@25 11@25"},
    {"rfc822", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\nFrom: x\r\nContent-Type: text/plain; name=in.txt\r\n\r\nattached inner http://i.example/x y\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 8@25 10@25 11@25"},
    {"filename*", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b\r\nContent-Disposition: attachment; filename*=UTF-8''a%20b.txt\r\n\r\ninner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 10@25 11@25"},
    {"filename*0", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b\r\nContent-Disposition: attachment; filename*0=\"abc\"; filename*1=\"def.txt\"\r\n\r\ninner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 10@25 11@25"},
    {"filename folded", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: a/b;\r\n name=\"fol\r\n ded.txt\"\r\nContent-Disposition: attachment;\r\n\tfilename=\"x y.txt\"\r\n\r\ninner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 10@25 11@25"},
    {"filename empty", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Disposition: attachment; filename=\"\"\r\n\r\ninner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"boundary none", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nContent-Type: multipart/mixed\r\n\r\n--b1\r\nContent-Type: a/b; name=x\r\n\r\ninner\r\n--b1--\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25"},
    {"boundary prefix", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: a/b; name=x\r\n\r\ninner\r\n--b1x\r\nContent-Type: a/b; name=y\r\n\r\ninner2\r\n--b1--\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 11@25 13@25"},
    {"no blank", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("From: a\r\nTo: b\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17"},
    {"many from", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nFrom: a\r\nFrom: b\r\nTo: c\r\nTo: d\r\nCc: e\r\nCC: f\r\nsubject: second\r\nDate: 1\r\nDate: 2\r\nMessage-Id: q\r\n\r\nx\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 7@25"},
    {"fold kinds", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nFrom: a\r\n b\r\n\tc\r\n   d  \r\nTo:\r\n t\r\nCc:x\r\nDate :y\r\nX-Mailer:  z  \r\n\r\nx\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 5@25 6@25 7@25 9@25"},
    {"att empty", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: a/b; name=x\r\n\r\n--b1--\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 13@25"},
    {"bare lf", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\n--b1\nContent-Type: a/b; name=x\n\ninner\n--b1--\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 11@25 13@25"},
    {"url in att", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Type: text/plain; name=a.txt\r\n\r\nhttp://att.example/x y\r\n--b1\r\nContent-Type: text/html\r\n\r\nhttp://html.example/x y\r\n--b1\r\nContent-Type: image/png\r\n\r\nhttp://png.example/x y\r\n--b1\r\nContent-Type: text/csv\r\n\r\nhttp://csv.example/x y\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 8@25 10@25"},
    {"pipelined data with body", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("EHLO a\r\n"), SERVER("250-x\r\n250 PIPELINING\r\n"), CLIENT("MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n"), SERVER("250 a\r\n250 b\r\n354 c\r\n250 q\r\n221 b\r\n")}, "1@9 22@11 2@13 3@13 6@13 22@13 30@13"},
    {"filename upper", {SERVER("220 mx.example.com ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble plaintext\r\n--b1\r\nContent-Disposition: ATTACHMENT; FileName=\"A.txt\"\r\n\r\ninner\r\n--b1--\r\nepilogue\r\n.\r\n"), SERVER("250 queued\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@13 30@13 3@17 6@25 10@25 11@25"},
};
/* clang-format on */

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 25};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    bool *found = ctx;
    (void)tx;
    (void)direction;
    (void)index;
    if (id == BUFFER_EMAIL_SUBJECT)
        *found = buffer->bytes.n > 5 && memcmp(buffer->bytes.p, "found", 5) == 0;
}

static void feed(struct app_driver *d, enum direction direction, const char *text)
{
    app_driver_feed(d, direction, slice_str(text));
}

/* What a hostile client repeats is capped: recipients, commands without replies, fields, urls, boundaries. */
static const char size_rules[] = "alert smtp any any -> any any (filesize:3; sid:1;)\n"
                                 "alert smtp any any -> any any (filesize:5; sid:2;)\n"
                                 "alert smtp any any -> any any (filesize:6; sid:3;)\n"
                                 "alert smtp any any -> any any (filesize:8; sid:4;)\n";

#define BEGIN                                                                                       \
    SERVER("220 mx\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n"), CLIENT("MAIL FROM:<a>\r\n"), \
        SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"),  \
        SERVER("354 go\r\n")
#define PART(encoding, body)                                                                              \
    CLIENT("Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\nContent-Type: text/plain; name=n\r\n" \
           "Content-Transfer-Encoding: " encoding "\r\n\r\n" body "--X--\r\n.\r\n"),                      \
        SERVER("250 ok\r\n"), CLIENT("QUIT\r\n")

/* Which line ends belong to a file. */
/* clang-format off */
static const struct app_case sizes[] = {
    {"printable", {BEGIN, PART("quoted-printable", "a\r\n")}, "1@25"},
    {"printable, an empty line behind it", {BEGIN, PART("quoted-printable", "a\r\n\r\n")}, "1@25"},
    {"printable, two", {BEGIN, PART("quoted-printable", "a\r\n\r\n\r\n")}, "2@25"},
    {"printable, an empty line inside", {BEGIN, PART("quoted-printable", "a\r\n\r\nb\r\n\r\n")}, "4@25"},
    {"printable, a line that goes on", {BEGIN, PART("quoted-printable", "abc=\r\n\r\n\r\n")}, "2@25"},
    {"printable, bare line feeds", {BEGIN, PART("quoted-printable", "a\n\nb\n")}, "2@25"},
    {"as it is", {BEGIN, PART("7bit", "abc\r\n")}, "1@25"},
    {"as it is, an empty line behind it", {BEGIN, PART("7bit", "abc\r\n\r\n")}, "2@25"},
    {"as it is, bare line feeds", {BEGIN, PART("7bit", "a\n\nb\n")}, "3@25"},
};
/* clang-format on */

static void test_sizes(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = size_rules, .port = 25};
    app_cases_check(&suite, sizes, sizeof sizes / sizeof sizes[0]);
}

static const char empty_rules[] = "alert smtp any any -> any any (email.to; bsize:0; sid:1;)\n"
                                  "alert smtp any any -> any any (email.from; content:!\"x\"; sid:2;)\n"
                                  "alert smtp any any -> any any (email.subject; bsize:0; sid:3;)\n"
                                  "alert smtp any any -> any any (email.date; bsize:0; sid:4;)\n"
                                  "alert smtp any any -> any any (email.cc; bsize:>0; sid:5;)\n";

#define MAIL(head)                                                                            \
    {                                                                                         \
        BEGIN, CLIENT(head "\r\n\r\nbody\r\n.\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n") \
    }

/* A field without a text is there; of two the first counts. */
/* clang-format off */
static const struct app_case empties[] = {
    {"empty", MAIL("To: \r\nFrom:\r\nSubject: \r\nDate:\r\nCc: "), "1@25 2@25 3@25 4@25"},
    {"none", MAIL("X: y"), ""},
    {"two", MAIL("To: \r\nTo: a@b\r\nSubject: s\r\nSubject: \r\nCc: a@b"), "1@25 5@25"},
};
/* clang-format on */

static void test_empties(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = empty_rules, .port = 25};
    app_cases_check(&suite, empties, sizeof empties / sizeof empties[0]);
}

static void test_caps(void **state)
{
    (void)state;
    struct app_driver d;
    bool found = false;
    assert_true(app_driver_open(&d, &smtp_parser, false));
    d.saw = saw;
    d.ctx = &found;
    feed(&d, TO_CLIENT, "220 mx.example\r\n");
    feed(&d, TO_SERVER, "EHLO me\r\nMAIL FROM:<a>\r\n");
    for (int i = 0; i < 5000; i++)
        feed(&d, TO_SERVER, "RCPT TO:<somebody@a.host.of.example>\r\n");
    const struct smtp_tx *tx = (const struct smtp_tx *)d.session->first;
    assert_int_equal(tx->rcpt_to.count, TEXT_LIST_MOST);
    for (int i = 0; i < 5002; i++)
        feed(&d, TO_CLIENT, "250 ok\r\n");
    feed(&d, TO_SERVER, "DATA\r\n");
    feed(&d, TO_CLIENT, "354 go\r\n");
    for (int i = 0; i < 3000; i++)
        feed(&d, TO_SERVER, "Received: from a host that has a long name by another\r\n");
    feed(&d, TO_SERVER, "Subject: found\r\n");
    for (int i = 0; i < 3000; i++)
        feed(&d, TO_SERVER, " folded once more, to make a field of great length\r\n");
    for (int i = 0; i < 100; i++)
        feed(&d, TO_SERVER, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n");
    assert_true(tx->email->received.count <= TEXT_LIST_MOST);
    assert_true(tx->email->fields[EMAIL_SUBJECT].n <= MIME_FIELD_MOST);
    assert_true(tx->email->mime.depth <= MIME_DEPTH_MOST);
    assert_true(found);
    assert_true(d.session->memory < 1 << 20);
    app_driver_close(&d);
}

/* Decoders on pieces of any length tell the same. */
static void test_base64_pieces(void **state)
{
    (void)state;
    static const char text[] = "aGVs bG8*gd29ybGQsIGhlbGxvIGFnYWlu IQ==";
    for (size_t cut = 0; cut < sizeof text; cut++) {
        struct base64_decoder d = {0};
        struct buf out = {0};
        base64_decode_piece(&d, slice_of(text, cut), &out);
        base64_decode_piece(&d, slice_of(text + cut, sizeof text - 1 - cut), &out);
        base64_decode_rest(&d, &out);
        assert_int_equal(out.n, 25);
        assert_memory_equal(out.p, "hello world, hello again!", 25);
        buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_sizes),         cmocka_unit_test(test_empties),
        cmocka_unit_test(test_caps),  cmocka_unit_test(test_base64_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
