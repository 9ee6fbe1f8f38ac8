// Shows the top of a form when another step of it is shown, reports Escape, and lets the app ask before it is left.
function render({ model, el }) {
  const controller = new AbortController();
  const { signal } = controller;
  const form = () => el.closest(".pb2b-form");

  const showTop = () => {
    form()?.scrollIntoView({ block: "start" });
    // The pressed button is disabled meanwhile: without this, Tab would begin at the top of the page.
    const heading = form()?.querySelector(`.${model.get("heading")}`);
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };
  model.on("change:asked", showTop);

  const onKey = (event) => {
    if (event.key === "Escape" && form()?.contains(event.target)) model.send({ key: "Escape" });
  };
  document.addEventListener("keydown", onKey, { signal });

  const onLeave = (event) => {
    // A notebook keeps its kernel; a reload of the app's page starts another one.
    if (model.get("unsaved") && document.body.dataset.voila) event.preventDefault();
  };
  window.addEventListener("beforeunload", onLeave, { signal });

  return () => {
    controller.abort();
    model.off("change:asked", showTop);
  };
}

export default { render };
