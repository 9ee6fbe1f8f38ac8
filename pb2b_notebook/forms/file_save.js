// A file comes from the kernel in pieces, and is then saved as a download. The pause keeps below the data rate at which
// a server of notebooks drops messages (1 MB a second).
const PAUSE_MS = 350;

function render({ model, el }) {
  el.classList.add("pb2b-save");
  const button = el.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button";
  const state = el.appendChild(document.createElement("span"));
  state.setAttribute("role", "status");
  const showLabel = () => {
    button.textContent = model.get("label");
    button.disabled = model.get("disabled");
    button.classList.toggle("mod-primary", model.get("primary"));
  };
  showLabel();
  model.on("change:label change:disabled", showLabel);

  let saving = null;
  model.on("change:begun", () => {
    saving = null;
    state.textContent = "";
  });
  const onMessage = (message, buffers) => {
    if (!saving || message.id !== saving.id) return;
    if (message.problem) {
      saving = null;
      state.textContent = "";
      return;
    }
    saving.pieces.push(buffers[0]);
    saving.offset += buffers[0].byteLength;
    if (saving.offset < message.size) {
      state.textContent = ` ${Math.floor((100 * saving.offset) / message.size)} %`;
      setTimeout(() => model.send({ id: message.id, offset: saving.offset }), PAUSE_MS);
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(saving.pieces, { type: message.type }));
    link.download = message.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    saving = null;
    state.textContent = ` saved as ${message.name}`;
  };
  model.on("msg:custom", onMessage);
  button.addEventListener("click", () => {
    if (saving) return;
    saving = { id: `${Date.now()}`, offset: 0, pieces: [] };
    state.textContent = " …";
    model.send({ id: saving.id, offset: 0 });
  });
  return () => model.off("msg:custom", onMessage);
}

export default { render };
