// Keys for the form that this widget stands in: the nearest element around it of the class "pb2b-keyed".
// They work wherever the focus is in that form, except in text boxes and lists.
const WRITING = "textarea, select, [contenteditable=true], input:not([type=checkbox]):not([type=radio]):not([type=button])";
const PRESSED = "button, a, summary, label, input, textarea, select";
const MAY_REPEAT = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "j", "k"];

function legendOf(pairs) {
  const list = document.createElement("span");
  for (const [keys, meaning] of pairs) {
    const item = list.appendChild(document.createElement("span"));
    for (const key of keys.split(" ")) {
      item.appendChild(document.createElement("kbd")).textContent = key;
    }
    item.append(` ${meaning}`);
  }
  return list;
}

function render({ model, el }) {
  const controller = new AbortController();
  const { signal } = controller;
  const form = () => el.closest(".pb2b-keyed");
  const inside = (target) => target instanceof Element && form()?.contains(target);
  // Each message names the content that was on the screen: a key never acts on content that the user has not seen.
  const send = (what) => model.send({ ...what, seen: model.get("seen") });

  const pad = el.appendChild(document.createElement("div"));
  pad.className = "pb2b-keys";
  pad.tabIndex = 0;
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", "Keys");
  const state = pad.appendChild(document.createElement("b"));
  pad.append(legendOf(model.get("legend")));
  const showState = () => {
    const on = inside(document.activeElement) && !document.activeElement.matches(WRITING);
    state.textContent = on ? "● Keys are on" : "○ Keys: press or Tab here";
  };
  showState();
  document.addEventListener("focusin", showState, { signal });
  document.addEventListener("focusout", () => setTimeout(showState), { signal });

  function onKey(event) {
    if (!inside(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["Tab", "Escape"].includes(event.key)) return;
    if (event.target.matches(WRITING) && !event.target.matches("select")) return;
    // The notebook's own command-mode keys must not act as well: its X cuts the cell. Jupyter listens at the document,
    // which hears a key after the window does.
    event.stopImmediatePropagation();
    const presses = ["Enter", " "].includes(event.key) && event.target.closest("button, a, summary, input");
    if (presses || event.target.matches("select")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    // Digits need Shift on some keyboards; letters with Shift belong to other shortcuts.
    if ((event.shiftKey && /^[a-z]$/.test(key)) || !model.get("bound_keys").includes(key)) return;
    event.preventDefault();
    if (!event.repeat || MAY_REPEAT.includes(key)) send({ key });
  }

  function onClick(event) {
    if (!inside(event.target)) return;
    const cell = event.target.closest("[data-pb2b]");
    if (cell) send({ cell: cell.dataset.pb2b });
    if (!event.target.closest(PRESSED)) pad.focus({ preventScroll: true });
  }

  // A table that is drawn again has lost its scroll position.
  function scroll() {
    const marked = form()?.querySelector("td.pb2b-cursor");
    const around = marked?.closest(".pb2b-wide");
    if (around) around.scrollLeft = marked.offsetLeft + marked.offsetWidth - around.clientWidth;
  }
  const redrawn = () => requestAnimationFrame(scroll);
  model.on("change:drawn", redrawn);

  window.addEventListener("keydown", onKey, { capture: true, signal });
  window.addEventListener("click", onClick, { capture: true, signal });
  return () => {
    controller.abort();
    model.off("change:drawn", redrawn);
  };
}

export default { render };
