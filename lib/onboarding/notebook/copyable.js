// Values with a button each that copies it; tables whose rows are copied as a spreadsheet takes them.

function button(words, label, given, shown) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.setAttribute("aria-label", label);
  made.setAttribute("data-lm-suppress-shortcuts", "true");
  made.addEventListener("click", async () => {
    await copy(given, shown);
    made.textContent = "Copied";
    made.setAttribute("aria-label", `${label}: copied`);
    setTimeout(() => {
      made.textContent = words;
      made.setAttribute("aria-label", label);
    }, 1500);
  });
  return made;
}

async function copy(value, shown) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(value);
    return;
  }
  const selection = getSelection();
  selection.selectAllChildren(shown);
  document.execCommand("copy");
  selection.removeAllRanges();
}

function list(values) {
  const made = document.createElement("dl");
  for (const [label, value] of values) {
    const term = document.createElement("dt");
    term.textContent = label;
    const detail = document.createElement("dd");
    const code = document.createElement("code");
    code.textContent = value;
    detail.append(code, button("Copy", `Copy ${label}`, value, code));
    made.append(term, detail);
  }
  return made;
}

function cells(kind, texts, labels = []) {
  const row = document.createElement("tr");
  for (const [place, text] of texts.entries()) {
    const cell = document.createElement(kind);
    cell.textContent = text;
    if (kind === "th") cell.scope = "col";
    else cell.dataset.label = labels[place];
    row.append(cell);
  }
  return row;
}

const asText = (rows) => rows.map((row) => row.map((cell) => cell.replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");

function table({ title, columns, rows }) {
  const made = document.createElement("section");
  made.setAttribute("aria-label", title);
  const head = document.createElement("div");
  head.className = "onb-copyable-head";
  const words = document.createElement("strong");
  words.textContent = title;
  const frame = document.createElement("div");
  frame.className = "onb-copyable-frame";
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", `${title}, ${rows.length} rows`);
  const grid = document.createElement("table");
  const top = document.createElement("thead");
  top.append(cells("th", columns));
  const body = document.createElement("tbody");
  body.append(...rows.map((row) => cells("td", row, columns)));
  grid.append(top, body);
  frame.append(grid);
  const some = rows.length === 1 ? "Copy row" : `Copy ${rows.length} rows`;
  head.append(
    words,
    button(some, `${some} of ${title}`, asText(rows), body),
    button("With headings", `Copy ${title} with headings`, asText([columns, ...rows]), grid),
  );
  made.append(head, frame);
  return made;
}

function render({ model, el }) {
  el.classList.add("onb-copyable");
  const values = model.get("values");
  if (values.length) el.append(list(values));
  el.append(...model.get("tables").map(table));
}

export default { render };
