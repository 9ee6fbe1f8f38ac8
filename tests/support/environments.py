"""One piece of work in many environments: it must give the same result in each, or a typed error where one is due.

    python tests/support/environments.py [--seed 1] [--sample 0]

The work opens a sandbox, lists, applies a plan, syncs, queries and looks back, saves and reads files, cleans and masks.
An environment is locale, time zone, umask, limits, folders, options of libraries, warnings, an event loop, certificates
or proxies. The exit status is 1 if one of them changed the result. The seed chooses the environments of a sample, which
are combined in one.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

WORK = """
def work(folder):
    import hashlib
    import pandas as pd, polars as pl
    import pb2b_notebook as pb
    found = []
    with pb.open_sandbox(leads=40, frame="polars", in_process=False) as ws:
        leads = ws.leads.list()
        found.append(leads.select("email", "status", "score").sort("email").rows())
        wanted = pd.DataFrame({"email": ["Ada@Lovelace.example", "i@k.example"], "full_name": ["\\u0131", "\\u015e"]})
        outcome = ws.leads.plan(wanted).apply()
        found.append(len(outcome.results))
        ws.mirror.sync("leads")
        found.append(ws.sql("select count(*), count(distinct email), min(created_at)::date::varchar from leads").rows())
        ws.sandbox.clock.advance(60)
        ws.leads.update(leads["id"].sort()[0], title="Countess")
        ws.mirror.sync("leads")
        found.append(ws.mirror.changes("leads", since="1h", frame="polars")["after"].to_list())
        found.append(ws.mirror.verify(frame="polars")["ok"].all())
        for suffix in ("csv", "xlsx", "jsonl", "parquet"):
            pb.save_leads(leads, f"{folder}/leads.{suffix}")
            found.append(pb.read_leads(f"{folder}/leads.{suffix}", frame="polars").equals(leads))
    rows = pd.DataFrame({"email": [" ADA@Lovelace.EXAMPLE", "bob@lovelace.example"], "full_name": ["ADA", "bob i"]})
    found.append(pb.cleanup.normalize(rows).frame.values.tolist())
    found.append(len(pb.cleanup.duplicates(rows).pairs))
    found.append("lovelace" in repr(pb.mask(rows)))
    return hashlib.sha256(repr(found).encode()).hexdigest()[:12], found
"""

MAIN = """
import sys, tempfile
with tempfile.TemporaryDirectory() as folder:
    digest, found = {call}
print("DIGEST", digest)
if len(sys.argv) > 1:
    print(ascii(found))
"""

IN_A_LOOP = """
import asyncio
async def inside(folder):
    return work(folder)
"""


@dataclass(frozen=True)
class Environment:
    """Where the work runs.

    Attributes:
        name: Name of the environment.
        variables: Environment variables.
        before: Code that runs before the work.
        options: Options of the interpreter.
        looped: Whether an event loop runs around the work.
    """

    name: str
    variables: dict[str, str] = field(default_factory=dict)
    before: str = ""
    options: tuple[str, ...] = ()
    looped: bool = False


LOCALES = ("C", "POSIX", "C.UTF-8", "tr_TR.UTF-8")
ZONES = ("Pacific/Kiritimati", "America/St_Johns", "", "Nowhere/None")
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY")
NOWHERE = "/nonexistent/certificates.pem"
ENVIRONMENTS = (
    *(Environment(f"locale {name}", {"LC_ALL": name, "LANG": name}) for name in LOCALES),
    Environment("locale without UTF-8 mode", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    Environment("latin-1 streams", {"PYTHONIOENCODING": "latin-1"}),
    *(Environment(f"TZ {zone}", {"TZ": zone}) for zone in ZONES),
    *(Environment(f"umask {mask:03o}", before=f"import os; os.umask({mask})") for mask in (0o000, 0o077, 0o277)),
    Environment("HOME that does not exist", {"HOME": "/nonexistent"}),
    Environment("no HOME", {"HOME": ""}),
    Environment("64 open files", before="import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))"),
    Environment("no core files", before="import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"),
    Environment("files of 20 MB", before="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20,) * 2)"),
    Environment("pandas options", before="""
        import pandas as pd
        pd.set_option("display.max_rows", 1, "display.precision", 0, "mode.chained_assignment", "raise")
        pd.set_option("mode.string_storage", "python")
        """),
    Environment("pandas infers no strings", before="import pandas as pd; pd.set_option('future.infer_string', False)"),
    Environment("polars options", before="""
        import polars as pl
        pl.Config.set_tbl_rows(1).set_fmt_str_lengths(2).set_tbl_formatting("NOTHING")
        """),
    Environment("polars with several threads", {"POLARS_MAX_THREADS": "4"}),
    Environment("polars streaming", {"POLARS_ENGINE_AFFINITY": "streaming"}),
    Environment("matplotlib without a display", {"MPLBACKEND": "agg", "DISPLAY": ""}),
    Environment("warnings are errors", options=("-W", "error")),
    Environment("development mode", options=("-X", "dev")),
    Environment("optimized", options=("-OO",)),
    Environment("no bytecode", {"PYTHONDONTWRITEBYTECODE": "1"}),
    Environment("hash seed", {"PYTHONHASHSEED": "7"}),
    Environment("a running event loop", looped=True),
    Environment("proxies", dict.fromkeys(PROXIES, "http://127.0.0.1:9")),
    Environment("a stale SSL_CERT_FILE", {"SSL_CERT_FILE": NOWHERE, "SSL_CERT_DIR": NOWHERE}),
    Environment("other bundles of certificates", {"REQUESTS_CA_BUNDLE": NOWHERE, "CURL_CA_BUNDLE": NOWHERE}),
    Environment("an SSLKEYLOGFILE that cannot be written", {"SSLKEYLOGFILE": "/nonexistent/keys"}),
    Environment("no stderr", before="import sys; sys.stderr = None"),
    Environment("tqdm options", {"TQDM_DISABLE": "1", "TQDM_POSITION": "x", "TQDM_MININTERVAL": "soon"}),
    Environment("no terminal", {"TERM": "dumb", "COLUMNS": "1", "NO_COLOR": "1"}),
)  # fmt: skip


def combine(environments: list[Environment]) -> Environment:
    """Return the environment that is all of these at once; the last one decides where two set the same."""
    return Environment(
        " + ".join(one.name for one in environments),
        {name: value for one in environments for name, value in one.variables.items()},
        "\n".join(textwrap.dedent(one.before) for one in environments),
        tuple(option for one in environments for option in one.options),
        any(one.looped for one in environments),
    )


def run(environment: Environment, *, found: bool = False) -> tuple[str, str]:
    """Do the work in an environment; return the digest of its result, and what it printed beside it."""
    call = "asyncio.run(inside(folder))" if environment.looped else "work(folder)"
    code = "\n".join((textwrap.dedent(environment.before), WORK, IN_A_LOOP, MAIN.format(call=call)))
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, *environment.options, "-c", code, *(["found"] if found else [])]
        env = {**os.environ, "PB2B_CACHE_DIR": cache, "TMPDIR": cache, **environment.variables}
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=env, cwd=cache)
        left = [path for path in Path(cache).rglob("*") if path.is_dir() and path.stat().st_mode & 0o022]
    digest = next((line.split()[1] for line in done.stdout.splitlines() if line.startswith("DIGEST ")), "failed")
    if left:
        return "folders that others can write", str(left[0])
    return digest, (done.stdout + done.stderr)[-3000:]


def campaign(seed: int, sample: int) -> int:
    """Run all environments, or a seeded sample at once, and return the exit status."""
    chosen = list(ENVIRONMENTS)
    if sample:
        chosen = [combine(random.Random(seed).sample(chosen, sample))]  # noqa: S311 - seeded chance
    with ThreadPoolExecutor(2) as pool:
        plain, *others = pool.map(run, [Environment("plain"), *chosen])
    failures = 0
    for environment, (digest, text) in zip(chosen, others, strict=True):
        same = digest == plain[0] != "failed"
        failures += not same
        print(f"{'ok    ' if same else 'FAILED'} {environment.name}" + ("" if same else f": {digest}\n{text}"))
    print(f"{len(chosen)} environments, {failures} differ from {plain[0]}")
    return 1 if failures or plain[0] == "failed" else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0)
    given = parser.parse_args()
    sys.exit(campaign(given.seed, given.sample))
