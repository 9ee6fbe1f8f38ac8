// Open the sandbox in Pyodide without a browser: `node sandbox_in_node.mjs PYODIDE PACKAGES`.
//
// PYODIDE is the folder of the npm package, PACKAGES that of the wheels and their lock file, which docs/website.py
// builds. It fails if anything is fetched, or if the sandbox answers wrongly. .ci/browser runs it.
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [pyodide, packages] = process.argv.slice(2).map((folder) => resolve(folder));
globalThis.fetch = (url) => {
  throw new Error(`asked elsewhere: ${url}`);
};
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({
  lockFileURL: `${packages}/pyodide-lock.json`,
  packageBaseUrl: `${packages}/`,
});
await python.loadPackage("pb2b-notebook", { messageCallback: () => undefined });
await python.runPythonAsync(`
import sys

import pb2b_notebook as pb

with pb.open_sandbox() as ws:
    created = ws.leads.create(email="ada@example.com", full_name="Ada Lovelace")
    again = ws.leads.create(email="ada@example.com", full_name="Ada Lovelace")
    assert again.id == created.id, "the same cell twice created two leads"
    assert ws.leads.get(created.id).full_name == "Ada Lovelace"
    export = ws.exports.wait(ws.exports.create(format="csv", filters={"status": "qualified"}))
    assert export.status == "completed" and export.row_count > 100, export
    try:
        ws.leads.get("lead_0000000000000000")
    except pb.errors.NotFoundError as problem:
        assert problem.request_id, "an error has no request id"
    else:
        raise SystemExit("a lead that does not exist was found")
print(f"the sandbox opens in Pyodide {sys.version.partition(' ')[0]} on Node")
`);
