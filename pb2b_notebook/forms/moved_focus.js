// Moves the focus to what replaced the element that had it: without this, Tab would begin at the top of the page.
const PATIENCE_MS = 3_000;

function render({ model, el }) {
  let until = 0;
  const look = () => {
    const target = el.closest(".pb2b-app")?.querySelector(model.get("target"));
    const nowhere = !document.activeElement || document.activeElement === document.body;
    if (target && nowhere) {
      if (target.tabIndex < 0) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
    if (!(target && document.activeElement === target) && Date.now() < until) setTimeout(look, 100);
  };
  const move = () => {
    until = Date.now() + PATIENCE_MS;
    look();
  };
  model.on("change:asked", move);
  return () => {
    until = 0;
    model.off("change:asked", move);
  };
}

export default { render };
