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

  const asks = () => model.get("unsaved") && Boolean(document.body.dataset.voila) && !signal.aborted;
  const onLeave = (event) => {
    // A notebook keeps its kernel; a reload of the app's page starts another one.
    if (asks()) event.preventDefault();
  };
  window.addEventListener("beforeunload", onLeave, { signal });

  // Voila ends the Python of a page as soon as the browser asks, and then closes its connection, also if the person
  // stays. Its handler comes first, and an exception ends it: so the request waits here until the page is left.
  const send = navigator.sendBeacon;
  let waiting;
  const hold = (url, data) => {
    const request = () => send.call(navigator, url, data);
    waiting = asks() && String(url).includes("/voila/api/shutdown/") ? request : undefined;
    if (!waiting) return request();
    throw new Error("this page ends its Python when it is left");
  };
  navigator.sendBeacon = hold;
  window.addEventListener("pagehide", () => waiting?.(), { signal });

  return () => {
    controller.abort();
    if (navigator.sendBeacon === hold) navigator.sendBeacon = send;
    model.off("change:asked", showTop);
  };
}

export default { render };
