"""A server on this machine that speaks the chat protocol, and misbehaves on request.

`with Server() as server:` runs it in a thread; `server.asked` holds every request body, `server.headers` their headers.
`rule(number, body)` may answer in its place: None (as usual), (status, headers, body) or one of the words below.
"""
import asyncio
import hashlib
import json
import threading
from collections import Counter

CUT, CUT_BODY, SLOW = "cut", "cut in the body", "slow"


def completion(text, finish="stop", prompt_tokens=10, logprobs=None, **message):
    n = len((text or "").split())
    choice = dict(index=0, finish_reason=finish, message=dict(role="assistant", content=text, **message))
    if logprobs: choice["logprobs"] = logprobs
    return json.dumps(dict(id="x", object="chat.completion", created=0, model="toy", choices=[choice],
                           usage=dict(prompt_tokens=prompt_tokens, completion_tokens=n, total_tokens=prompt_tokens + n)))


def answer(body): # the same request, the same answer
    wanted = json.dumps([body.get(k) for k in ("model", "messages", "temperature", "seed")], sort_keys=True)
    return completion(f"reply {hashlib.sha256(wanted.encode()).hexdigest()[:12]} . #### 15")


def refuse(status, message, **headers): return status, headers, json.dumps({"error": {"message": message, "type": "error", "param": None, "code": None}})


class Server:
    def __init__(self, rule=lambda number, body: None, delay=0.0):
        self.rule, self.delay, self.asked, self.headers, self.in_flight, self.most_in_flight = rule, delay, [], [], 0, 0

    def __enter__(self):
        started = threading.Event()

        async def main():
            self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
            server = await asyncio.start_server(self.talk, "127.0.0.1", 0, backlog=512)
            self.port = server.sockets[0].getsockname()[1]
            started.set()
            await self.stopping.wait()
            server.close()

        self.thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
        self.thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(10)

    @property
    def url(self): return f"http://127.0.0.1:{self.port}/v1"

    def counts(self): return Counter(json.dumps(body, sort_keys=True) for body in self.asked)

    async def talk(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
                headers = {k.lower(): v for k, v in headers.items()}
                body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"{}")
                if not await self.reply(writer, head, headers, body): break
        except (asyncio.IncompleteReadError, ConnectionError): pass
        finally: writer.close()

    async def reply(self, writer, head, headers, body): # False: the connection ends
        self.asked.append(body), self.headers.append(headers)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            what = self.rule(len(self.asked), body)
            if self.delay: await asyncio.sleep(self.delay)
            if what == CUT: return False
            status, extra, text = what if isinstance(what, tuple) else (200, {}, answer(body))
            data = text.encode()
            top = {"Content-Type": "application/json", "Content-Length": len(data), **extra}
            writer.write(f"HTTP/1.1 {status} X\r\n{''.join(f'{k}: {v}{chr(13)}{chr(10)}' for k, v in top.items())}\r\n".encode())
            if what == CUT_BODY: writer.write(data[:20]); await writer.drain(); return False
            if what == SLOW:
                for i in range(0, len(data), 16): writer.write(data[i:i + 16]); await writer.drain(); await asyncio.sleep(0.02)
            else: writer.write(data)
            await writer.drain()
            return True
        finally: self.in_flight -= 1
