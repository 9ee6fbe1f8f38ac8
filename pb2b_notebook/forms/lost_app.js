// Asks every few seconds whether the app is there: its server, where any response is a yes, and the Python behind it,
// which sends each number back. Python may be busy for a while, and may have died under a server that still responds.
const EVERY_MS = 5_000;
const PATIENCE_MS = 20_000;

function render({ model, el }) {
  if (!document.body.dataset.voila) return undefined;
  const note = el.appendChild(document.createElement("div"));
  note.hidden = true;
  const say = (text) => {
    note.hidden = !text;
    if (text && note.dataset.text !== text) note.innerHTML = note.dataset.text = text;
  };
  let heard = Date.now();
  const hear = (message) => {
    if (message?.pong) heard = Date.now();
  };
  model.on("msg:custom", hear);
  let looked = Date.now();
  const look = async () => {
    const now = Date.now();
    // A laptop that slept, or a tab in the background, asked nothing meanwhile.
    if (now - looked > 3 * EVERY_MS) heard = now;
    looked = now;
    try {
      model.send({ ping: true });
    } catch {
      // The connection is gone: no response comes, which is what counts.
    }
    try {
      await fetch("/static/pb2b-app", { method: "HEAD", cache: "no-store" });
      say(Date.now() - heard < PATIENCE_MS ? "" : model.get("silent"));
    } catch {
      say(model.get("note"));
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    model.off("msg:custom", hear);
  };
}

export default { render };
