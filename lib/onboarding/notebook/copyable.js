// Values with a button each that copies it.

function copied(button, label) {
  button.textContent = "Copied";
  button.setAttribute("aria-label", `${label}: copied`);
  setTimeout(() => {
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${label}`);
  }, 1500);
}

async function copy(value, code) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(value);
    return;
  }
  const selection = getSelection();
  selection.selectAllChildren(code);
  document.execCommand("copy");
  selection.removeAllRanges();
}

function render({ model, el }) {
  el.classList.add("onb-copyable");
  const list = document.createElement("dl");
  for (const [label, value] of model.get("values")) {
    const term = document.createElement("dt");
    term.textContent = label;
    const detail = document.createElement("dd");
    const code = document.createElement("code");
    code.textContent = value;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${label}`);
    button.setAttribute("data-lm-suppress-shortcuts", "true");
    button.addEventListener("click", () => copy(value, code).then(() => copied(button, label)));
    detail.append(code, button);
    list.append(term, detail);
  }
  el.append(list);
}

export default { render };
