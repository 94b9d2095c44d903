// The page around the table: tool bar, status, list of problems; and Tabulator itself, loaded once.

const LIBRARY = Symbol.for("onboarding.tabulator");
const ROW_HEIGHT = 34;
const MOST_HEIGHT = 520;
const NARROW = 480; // px; below it a column that stays would hide the others
const PATIENCE = 4000; // ms; an answer lost, or its table gone, another asks

// Tabulator of this page: `module` is there once the kernel of some table has sent it.
function library() {
  if (!globalThis[LIBRARY]) {
    const made = { asked: 0 };
    made.module = new Promise((resolve) => (made.arrived = resolve));
    globalThis[LIBRARY] = made;
  }
  return globalThis[LIBRARY];
}

// One table of a page asks for all. It is sent by message: a widget that holds it is not there yet on a page opened anew.
function askForLibrary(ask) {
  const page = library();
  const again = () => {
    if (page.isHere || Date.now() - page.asked < PATIENCE) return;
    page.asked = Date.now();
    ask();
  };
  again();
  const timer = setInterval(again, 500);
  const stop = () => clearInterval(timer);
  page.module.then(stop);
  return stop;
}

function takeLibrary({ script, style_sheet: sheet }) {
  const page = library();
  if (page.isHere) return;
  page.isHere = true;
  const style = document.createElement("style");
  style.textContent = sheet;
  document.head.prepend(style);
  const parts = ["const module = {exports: {}}, exports = module.exports;\n", script, "\nexport default module.exports;"];
  const url = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  page.arrived(import(url).then((found) => found.default));
}

function element(tag, name, words = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (words) made.textContent = words;
  return made;
}

function toolButton(words, title, action) {
  const button = element("button", "", words);
  button.type = "button";
  button.title = title;
  button.addEventListener("click", action);
  return button;
}

// Pixels a column needs for its title and what is usual in it.
function widthOf(column, rows, options) {
  const lengths = rows.slice(0, 60).map((row) => labelOf(row[column.name], options).length);
  const usual = Math.max(column.characters, ...lengths, ...options.map(([label]) => Math.min(label.length + 2, 24)));
  const longestWord = Math.max(...column.title.split(" ").map((word) => word.length));
  const title = Math.min(column.title.length, Math.max(longestWord, 14));
  return Math.max(90, Math.min(260, 8 * Math.max(usual, title) + 26));
}

// Tabulator names only some of its parts; a grid must consist of row groups, rows and cells alone.
function nameParts(holder, label, rowCount, columnCount) {
  const roles = {
    ".tabulator-header": "rowgroup", ".tabulator-header-contents": "presentation", ".tabulator-headers": "row",
    ".tabulator-tableholder": "presentation", ".tabulator-table": "rowgroup", ".tabulator-placeholder": "presentation",
  };
  holder.setAttribute("role", "grid");
  holder.setAttribute("aria-label", label);
  holder.setAttribute("aria-rowcount", rowCount + 1);
  holder.setAttribute("aria-colcount", columnCount + 1);
  for (const [selector, role] of Object.entries(roles)) {
    for (const part of holder.querySelectorAll(selector)) {
      part.setAttribute("role", role);
      part.removeAttribute("tabindex");
    }
  }
  holder.querySelectorAll(".tabulator-col").forEach((col) => col.removeAttribute("aria-sort"));
}
