"""Captures for signatures/web.rules."""
import gzip

from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, SERVER, request, response

PROGRAM = b"MZ\x90\0" + bytes(60) + b"\x0e\x1f\xba\x0e\0\xb4\x09\xcd!\xb8\x01L\xcd!This program cannot be run in DOS mode.\r\r\n$" + bytes(200)


def outward(talk, port, question, answer=None):
    talk.exchange(INSIDE, port, PARTNER, 80, question, (answer or response(),))


def inward(talk, port, question, answer=None):
    talk.exchange(OUTSIDE, port, SERVER, 80, question, (answer or response(),))


@pair(9000200, "PowerShell asks for a script", "PowerShell asks for a page about one")
def powershell(talk, hit):
    agent = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.3031"
    outward(talk, 51200, request("/stage.ps1" if hit else "/stage.ps1.html", agent=agent), response(b"Write-Output 1\r\n", kind="text/plain"))


@pair(9000201, "a program as image/png", "the same program as what it is")
def program_as_image(talk, hit):
    outward(talk, 51201, request("/logo.png"), response(PROGRAM, kind="image/png" if hit else "application/octet-stream"))


@pair(9000202, "a path that goes up, in escapes", "a page whose path is called so")
def path_traversal(talk, hit):
    inward(talk, 51202, request("/static/%2e%2e/%2e%2e/etc/passwd" if hit else "/manual/etc/passwd"), response(b"", "404 Not Found"))


@pair(9000204, "a repository's configuration is given", "it is denied, with a page about it")
def git_config(talk, hit):
    body = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n"
    answer = response(body, kind="text/plain") if hit else response(body, "403 Forbidden", kind="text/plain")
    inward(talk, 51204, request("/.git/config"), answer)


@pair(9000205, "a union of selects, escaped", "words of the language in another sense")
def sql_union(talk, hit):
    inward(talk, 51205, request("/item?id=7%20UNION%20ALL%20SELECT%20name,2%20FROM%20users" if hit else "/search?q=union+members+select+a+leader"))


@pair(9000206, "a command for a script among the uploads", "another field")
def upload_command(talk, hit):
    body = b"cmd=id" if hit else b"text=cmd=id"
    inward(talk, 51206, request("/uploads/picture.php", "POST", body=body))


@pair(9000207, "a program from an address", "a program from a name")
def program_from_address(talk, hit):
    outward(talk, 51207, request("/setup.exe", host="203.0.113.77" if hit else "dl.example.com"), response(PROGRAM, kind="application/octet-stream"))


@pair(9000208, "a POST without User-Agent", "a POST with one")
def no_agent(talk, hit):
    head = "POST /gate.php HTTP/1.1\r\nHost: www.example.com\r\n%sContent-Length: 4\r\n\r\na=1&" % ("" if hit else "User-Agent: curl/8.5.0\r\n")
    outward(talk, 51208, head.encode())


@pair(9000209, "a length and chunks", "chunks alone")
def smuggling(talk, hit):
    length = "Content-Length: 4\r\n" if hit else ""
    head = "POST /form HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8.5.0\r\n%sTransfer-Encoding: chunked\r\n\r\n4\r\na=12\r\n0\r\n\r\n" % length
    inward(talk, 51209, head.encode())


@pair(9000210, "a path of 300 bytes with no-operations", "such escapes in a short one")
def shellcode_path(talk, hit):
    inward(talk, 51210, request("/" + ("N" * 280 if hit else "N") + "%u9090%u9090"), response(b"", "404 Not Found"))


@pair(9000211, "an object in the cookie", "the same text in the path")
def java_cookie(talk, hit):
    question = request(headers=["Cookie: session=rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA"]) if hit else request("/rO0ABXNyABFqYXZh", headers=["Cookie: a=b"])
    inward(talk, 51211, question)


@pair(9000212, "a redirection to a share", "a redirection to a page about one")
def share_redirect(talk, hit):
    target = "file://203.0.113.77/share/a.png" if hit else "http://www.example.com/?q=file://203.0.113.77/"
    answer = ("HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target).encode()
    outward(talk, 51212, request("/pixel.png"), answer)


def form(name):
    return (b'--Boundary7\r\nContent-Disposition: form-data; name="f"; filename="' + name + b'"\r\nContent-Type: image/png\r\n\r\n'
            b"<?php echo 1; ?>\r\n--Boundary7--\r\n")


@pair(9000213, "a script among a form's files", "a text whose name contains the ending")
def php_upload(talk, hit):
    body = form(b"picture.php" if hit else b"picture.php.txt")
    inward(talk, 51213, request("/upload", "POST", headers=["Content-Type: multipart/form-data; boundary=Boundary7"], body=body))


@pair(9000214, "invoice.pdf.exe", "invoice.pdf")
def double_ending(talk, hit):
    name = "invoice.pdf.exe" if hit else "invoice.pdf"
    head = 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="%s"\r\nContent-Length: %d\r\n\r\n'
    outward(talk, 51214, request("/get?id=7"), (head % (name, len(PROGRAM))).encode() + PROGRAM)


@pair(9000215, "a compressed page that writes its script", "the table used without eval")
def character_table(talk, hit):
    text = b"<script>%sString.fromCharCode(97,108,101,114,116)%s;</script>\n" % ((b"eval(", b")") if hit else (b"var a = ", b""))
    body = gzip.compress(b"<html>" + b"<p>text</p>" * 40 + text + b"</html>", 9, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    outward(talk, 51215, request("/page"), head + body)
