// Editors. Each is a control placed in (or, when it needs room, under) its cell; `done(value, key)` ends it.

function textEditor(value, label, done) {
  const input = document.createElement("input");
  input.type = "text";
  input.value = value;
  input.setAttribute("aria-label", label);
  onKeys(input, () => input.value, done);
  return { control: input, start: () => input.select() };
}

function longEditor(value, label, done) {
  const area = document.createElement("textarea");
  area.rows = 4;
  area.value = value;
  area.setAttribute("aria-label", `${label}. Shift and Enter begins a new line.`);
  onKeys(area, () => area.value, done);
  return { control: area, start: () => area.select(), isLarge: true };
}

function oneEditor(value, label, done, options) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", label);
  const known = options.some(([, held]) => held === value);
  const all = [["", null], ...options, ...(known || isNothing(value) ? [] : [[`${labelOf(value, options)} (not on the list)`, value]])];
  all.forEach(([words, held], index) => select.add(new Option(words, index, false, held === (isNothing(value) ? null : value))));
  const read = () => all[select.selectedIndex]?.[1] ?? null;
  onKeys(select, read, done);
  const start = () => {
    try {
      select.showPicker();
      select.addEventListener("change", () => done(read(), "chosen"));
    } catch {
      // No picker without a gesture of the person: arrows and Enter do.
    }
  };
  return { control: select, start };
}

function manyEditor(value, label, done, options) {
  const panel = document.createElement("div");
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", label);
  const chosen = Array.isArray(value) ? value : [];
  const boxes = options.map(([words, held]) => {
    const line = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = chosen.includes(held);
    line.append(box, document.createTextNode(words));
    panel.append(line);
    return box;
  });
  const read = () => {
    const ticked = options.filter((_, index) => boxes[index].checked).map(([, held]) => held);
    return ticked.length ? ticked : null;
  };
  onKeys(panel, read, done);
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    boxes[(boxes.indexOf(document.activeElement) + step + boxes.length) % boxes.length].focus();
  });
  return { control: panel, start: () => boxes[0]?.focus(), isLarge: true };
}

const EDITORS = { text: textEditor, long: longEditor, one: oneEditor, many: manyEditor };

// Enter and Tab keep, Escape drops; leaving the control keeps too.
function onKeys(control, read, done) {
  control.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") done(undefined, "Escape");
    else if (event.key === "Tab") done(read(), event.shiftKey ? "ShiftTab" : "Tab");
    else if (event.key === "Enter" && !(event.shiftKey && control.tagName === "TEXTAREA")) done(read(), "Enter");
    else return;
    event.preventDefault();
  });
  control.addEventListener("focusout", (event) => {
    if (!control.contains(event.relatedTarget)) done(read(), "left");
  });
}
