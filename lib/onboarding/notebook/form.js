// Keeps JupyterLab's single-key commands away from a form and completes what screen readers need.

const CONTROLS = "input, select, textarea, button";
let counter = 0;

function idOf(element) {
  if (!element.id) element.id = `onb-${++counter}`;
  return element.id;
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function describeField(field) {
  const notes = [...field.querySelectorAll(".onb-help, .onb-message")].filter((note) => note.textContent.trim());
  const ids = notes.map(idOf).join(" ");
  for (const control of field.querySelectorAll(CONTROLS)) {
    if (ids) set(control, "aria-describedby", ids);
    else control.removeAttribute("aria-describedby");
    if (control.type === "checkbox") continue;
    set(control, "aria-invalid", String(field.classList.contains("onb-bad")));
    if (field.classList.contains("onb-required")) set(control, "aria-required", "true");
  }
}

function describe(root) {
  root.querySelectorAll(".onb-field").forEach(describeField);
  for (const group of root.querySelectorAll(".onb-group")) {
    const label = group.querySelector(".onb-group-label");
    set(group, "role", "group");
    if (label) set(group, "aria-labelledby", idOf(label));
  }
  for (const head of root.querySelectorAll(".onb-head")) {
    set(head, "role", "heading");
    set(head, "aria-level", "3");
    const button = head.querySelector("button");
    if (button) set(button, "aria-expanded", String(head.classList.contains("onb-open")));
  }
  for (const live of root.querySelectorAll(".onb-live")) {
    set(live, "role", "status");
    set(live, "aria-live", "polite");
  }
  for (const button of root.querySelectorAll(".jupyter-widget-upload, .widget-upload")) {
    for (const node of button.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.endsWith(" (0)")) node.data = node.data.slice(0, -4);
    }
  }
}

function suppress(event) {
  event.target.setAttribute?.("data-lm-suppress-shortcuts", "true");
}

// The element may be about to be drawn: look again for a while.
function whenThere(find, then, tries = 60) {
  const found = find();
  if (found) then(found);
  else if (tries > 0) setTimeout(() => whenThere(find, then, tries - 1), 50);
}

function focusOn(root, selector) {
  const find = () => {
    const place = root.querySelector(selector);
    if (!place || place.offsetParent === null) return null;
    return place.matches(CONTROLS) ? place : place.querySelector(CONTROLS);
  };
  whenThere(find, (control) => {
    control.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });
}

// What stands at the foot of the window covers nothing in which somebody is at work.
function keepInSight(root) {
  const foot = root.querySelector(".onb-bottom");
  const ground = root.closest(".jp-WindowedPanel-outer");
  if (!foot || !ground) return () => {};
  const clear = () => {
    const at = document.activeElement;
    if (!root.contains(at) || foot.contains(at)) return;
    const covered = at.getBoundingClientRect().bottom + 8 - foot.getBoundingClientRect().top;
    if (covered > 0) ground.scrollBy({ top: covered, behavior: "instant" });
  };
  const later = () => requestAnimationFrame(clear);
  const sizes = new ResizeObserver(later);
  sizes.observe(foot);
  root.addEventListener("focusin", later);
  return () => {
    sizes.disconnect();
    root.removeEventListener("focusin", later);
  };
}

function download(message, buffers) {
  const url = URL.createObjectURL(new Blob(buffers, { type: message.type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = message.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function render({ model, el }) {
  el.style.display = "none";
  el.setAttribute("aria-hidden", "true");
  let root = null;
  let pending = 0;
  let letGo = () => {};
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => describe(root));
  });
  const attach = (form) => {
    root = form;
    if (model.get("lang")) root.lang = model.get("lang");
    root.addEventListener("focusin", suppress);
    observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    describe(root);
    letGo = keepInSight(root);
  };
  whenThere(() => el.closest(".onb-form"), attach, 200);
  const receive = (message, buffers) => {
    if (!root) return;
    if (message.do === "focus") focusOn(root, message.selector);
    if (message.do === "download") download(message, buffers);
  };
  model.on("msg:custom", receive);
  return () => {
    observer.disconnect();
    letGo();
    cancelAnimationFrame(pending);
    model.off("msg:custom", receive);
    root?.removeEventListener("focusin", suppress);
  };
}

export default { render };
