"""A small client of the Language Server Protocol: starts `sluice lsp`, sends, waits for answers, keeps what is published."""
import json
import os
import select
import subprocess
import time


class Client:
    def __init__(self, *command, env=None, stderr=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=env)
        self.last = 0
        self.buffer = b""
        self.waiting = []  # messages of the server that nobody has taken
        self.published = {}  # uri: the last diagnostics
        self.pushes = 0
        self.messages = []  # window/logMessage and showMessage

    def send(self, message):
        self.write(json.dumps(dict(message, jsonrpc="2.0")).encode())

    def write(self, body):
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, **params):
        self.send({"method": method, "params": params})

    def request(self, method, **params):
        """Sends a request and waits for its answer: the result; an error is raised."""
        answer = self.answer(self.ask(method, **params))
        if "error" in answer:
            raise RuntimeError("%s: %s" % (method, answer["error"]))
        return answer["result"]

    def ask(self, method, **params):
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        return self.last

    def error(self, method, **params):
        """The code of the error that a request is answered with; None when it is not."""
        return self.answer(self.ask(method, **params)).get("error", {}).get("code")

    def read(self, timeout):
        """The next message, or None."""
        ends = time.monotonic() + timeout
        fd = self.process.stdout.fileno()
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if found:
                length = int(head.split(b":")[1])
                if len(rest) >= length:
                    self.buffer = rest[length:]
                    return json.loads(rest[:length])
            left = ends - time.monotonic()
            if left <= 0 or not select.select([fd], [], [], left)[0]:
                return None
            part = os.read(fd, 1 << 20)
            if not part:
                raise EOFError("the server has ended")
            self.buffer += part

    def keep(self, message):
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]["diagnostics"]
            self.pushes += 1
        elif method in ("window/logMessage", "window/showMessage"):
            self.messages.append(message["params"]["message"])
        else:
            self.waiting.append(message)

    def answer(self, number, timeout=60):
        while True:
            for message in self.waiting:
                if message.get("id") == number and "method" not in message:
                    self.waiting.remove(message)
                    return message
            message = self.read(timeout)
            if message is None:
                raise TimeoutError("no answer")
            self.keep(message)

    def settle(self, quiet=0.05):
        """Reads what comes until nothing has come for so long."""
        while True:
            message = self.read(quiet)
            if message is None:
                return
            self.keep(message)

    def initialize(self, folders=(), options=None, pull=False, encodings=None, **capabilities):
        text = {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}
        if pull:
            text["diagnostic"] = {}
        general = {"positionEncodings": encodings} if encodings else {}
        result = self.request("initialize", processId=None, rootUri=None,
                              workspaceFolders=[{"uri": f, "name": "w"} for f in folders],
                              initializationOptions=options or {},
                              capabilities=dict({"textDocument": text, "general": general}, **capabilities))
        self.notify("initialized")
        return result

    def open(self, uri, text, version=1):
        self.notify("textDocument/didOpen",
                    textDocument={"uri": uri, "languageId": "suricata", "version": version, "text": text})

    def change(self, uri, version, *changes):
        self.notify("textDocument/didChange", textDocument={"uri": uri, "version": version},
                    contentChanges=list(changes))

    def diagnostics(self, uri):
        return self.request("textDocument/diagnostic", textDocument={"uri": uri})["items"]

    def at(self, method, uri, line, character, **more):
        return self.request("textDocument/" + method, textDocument={"uri": uri},
                            position={"line": line, "character": character}, **more)

    def end(self):
        """The exit status after shutdown and exit."""
        self.request("shutdown")
        self.notify("exit")
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
