// A file that is dropped or chosen goes to the kernel in pieces: a server of notebooks closes a connection at a message
// of more than 10 MB. The next piece is sent when the kernel has the one before.
const PIECE = 1 << 20;

function render({ model, el }) {
  const zone = el.appendChild(document.createElement("div"));
  zone.className = "pb2b-drop";
  const input = zone.appendChild(document.createElement("input"));
  input.type = "file";
  input.accept = model.get("accept");
  input.hidden = true;
  input.tabIndex = -1;
  const button = zone.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.textContent = "Choose a file";
  const hint = zone.appendChild(document.createElement("span"));
  hint.setAttribute("role", "status");
  const invite = " or drop it here: CSV, Excel, OpenDocument, JSON Lines or Parquet";
  hint.textContent = invite;

  let number = 0;
  let sending = null;
  const sendPiece = async () => {
    const { file, offset, id } = sending;
    const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
    model.send({ id, name: file.name, size: file.size, offset }, undefined, [piece]);
  };
  const start = (file) => {
    if (!file) return;
    number += 1;
    sending = { file, offset: 0, id: `${Date.now()}-${number}` };
    hint.textContent = ` reading ${file.name} …`;
    sendPiece();
  };
  const onMessage = ({ id, next }) => {
    if (!sending || id !== sending.id) return;
    sending.offset = next;
    if (next < sending.file.size) {
      hint.textContent = ` reading ${sending.file.name}: ${Math.floor((100 * next) / sending.file.size)} %`;
      sendPiece();
    } else {
      sending = null;
      hint.textContent = invite;
    }
  };
  model.on("msg:custom", onMessage);

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    start(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("pb2b-over", on);
  };
  zone.addEventListener("dragenter", over(true));
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    start(event.dataTransfer.files[0]);
  });
  return () => model.off("msg:custom", onMessage);
}

export default { render };
