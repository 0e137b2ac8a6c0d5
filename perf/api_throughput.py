"""How much the cache, the budget and the order of things cost: `APIModel` against a bare asyncio loop over the same client.

`python perf/api_throughput.py` prints a JSON row a run: N requests, so many in flight, against a server of its own (another process on this machine) that
answers after a delay. `bare` sends them through `AsyncOpenAI` under a semaphore and keeps the replies in memory; `ours` is `APIModel.generate` with an
empty cache folder, every reply committed to disk. The two take turns; imports and the first connection are not measured for either.
"""
import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial

REPLY = json.dumps(dict(id="x", object="chat.completion", created=0, model="toy",
                        choices=[dict(index=0, finish_reason="stop", message=dict(role="assistant", content="47 + 38 = 85. " * 40 + "#### 85"))],
                        usage=dict(prompt_tokens=40, completion_tokens=400, total_tokens=440))).encode()


async def serve(delay): # prints its port, answers until it is killed
    async def talk(reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                await asyncio.sleep(delay)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(REPLY) + REPLY)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError): writer.close()
    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def bare(url, questions, in_flight):
    from openai import AsyncOpenAI
    async def main():
        free = asyncio.Semaphore(in_flight)
        async with AsyncOpenAI(base_url=url, api_key="none") as client:
            async def ask(question):
                async with free:
                    reply = await client.chat.completions.create(model="toy", messages=[dict(role="user", content=question)], max_tokens=400, temperature=0.7)
                return reply.choices[0].message.content
            return await asyncio.gather(*map(ask, questions))
    return asyncio.run(main())


def ours(url, questions, in_flight, tokens=None):
    from ioa_nb.api import APIModel, Budget
    from ioa_nb.models import Sampling
    with tempfile.TemporaryDirectory() as folder:
        model = APIModel("toy", url, Budget(tokens), concurrency=in_flight, folder=folder, top_logprobs=None)
        return [a.text for [a] in model.generate(questions, Sampling(max_new_tokens=400, temperature=0.7))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.2, help="seconds before the server answers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, help="a budget, far from spent: what is spent and claimed is then looked up with every request")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve: return asyncio.run(serve(args.delay))
    server = subprocess.Popen([sys.executable, __file__, "--serve", "--delay", str(args.delay)], stdout=subprocess.PIPE, text=True)
    try:
        url, questions, rates = f"http://127.0.0.1:{int(server.stdout.readline())}/v1", [f"What is {i} + 38?" for i in range(args.requests)], {}
        budgeted = partial(ours, tokens=args.tokens); budgeted.__name__ = "ours"
        for form in (bare, budgeted): form(url, questions[:args.in_flight], args.in_flight)
        for number in range(args.rounds):
            for form in (bare, budgeted) if number % 2 else (budgeted, bare):
                started, cpu = time.perf_counter(), time.process_time()
                replies = form(url, questions, args.in_flight)
                seconds = time.perf_counter() - started
                assert len(replies) == len(questions) and replies[0].endswith("#### 85")
                rates.setdefault(form.__name__, []).append(len(questions) / seconds)
                print(json.dumps(dict(form=form.__name__, round=number, requests=len(questions), in_flight=args.in_flight, delay=args.delay, seconds=round(seconds, 3),
                                      cpu_seconds=round(time.process_time() - cpu, 3), a_second=round(rates[form.__name__][-1], 1))), flush=True)
        middle = {form: statistics.median(r) for form, r in rates.items()}
        print(json.dumps(dict(form="ours / bare", a_second={k: round(v, 1) for k, v in middle.items()}, share=round(middle["ours"] / middle["bare"], 3), cores=os.cpu_count())))
    finally: server.kill(); server.wait()


if __name__ == "__main__": main()
