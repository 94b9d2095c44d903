// One table on the page: what is shown, selected, edited, undone; every change goes to the kernel as operations.

class GridView {
  constructor(model, el) {
    this.model = model;
    this.view = Math.random().toString(36).slice(2);
    this.columns = model.get("columns");
    this.words = model.get("words");
    this.rows = [];
    this.options = {};
    this.marks = { cells: {}, grey: {}, list: [], counts: [0, 0] };
    this.elements = new Map(); // row id -> column name -> cell element, as far as drawn
    this.active = null; // {id, name}
    this.anchor = null; // the other corner of the selection
    this.history = { back: [], forth: [] };
    this.made = 0;
    this.editor = null;
    this.root = el;
    this.isLoaded = new Promise((resolve) => (this.loaded = resolve));
    this.build();
  }

  build() {
    this.root.classList.add("onb-grid");
    this.root.tabIndex = -1;
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    const tools = element("div", "onb-grid-tools");
    tools.setAttribute("role", "toolbar");
    tools.setAttribute("aria-label", this.word("{label}: rows", { label: this.model.get("label") }));
    this.undoButton = this.tool("Undo", "Take back the last change (Ctrl+Z)", () => this.undo());
    this.count = element("span", "onb-grid-count");
    tools.append(
      this.tool("Add row", "Add a row at the end", () => this.addRow()),
      this.tool("Duplicate", "Copy the selected rows below themselves", () => this.duplicate()),
      this.tool("Delete", "Delete the selected rows; Undo brings them back", () => this.deleteRows()),
      this.undoButton,
      this.tool("Copy all", "Copy the whole table with its headings, for a spreadsheet", () => this.copyAll()),
      this.count,
    );
    this.buttons = tools.querySelectorAll("button");
    this.buttons.forEach((button) => (button.disabled = true)); // until the rows are here
    this.frame = element("div", "onb-grid-frame");
    this.holder = element("div", "onb-grid-table");
    this.frame.append(this.holder);
    this.said = element("div", "onb-grid-said");
    this.said.setAttribute("role", "status");
    this.said.setAttribute("aria-live", "polite");
    this.problems = element("ul", "onb-grid-problems");
    const hint = this.word("Enter or F2 edits a cell, Escape leaves the table. Paste rows from a spreadsheet with Ctrl+V.");
    this.root.append(tools, this.frame, this.said, this.problems, element("div", "onb-grid-hint", hint));
    this.listen();
  }

  word(text, values = {}) {
    return (this.words[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }

  many(number, noun) {
    return `${number.toLocaleString("en-US")} ${this.word(number === 1 ? noun : `${noun}s`)}`;
  }

  tool(words, title, action) {
    return toolButton(this.word(words), this.word(title), action);
  }

  listen() {
    this.root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
    this.holder.addEventListener("mousedown", (event) => this.pressed(event));
    this.holder.addEventListener("mouseover", (event) => this.dragged(event));
    this.holder.addEventListener("dblclick", (event) => this.cellAt(event) && this.edit());
    this.holder.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("keydown", (event) => event.target === this.root && this.key(event));
    for (const kind of ["copy", "cut", "paste"]) this.root.addEventListener(kind, (event) => this.clipboard(event));
  }

  // --- from the kernel

  receive(message) {
    if (message.do === "library") takeLibrary(message);
    else if (message.do === "load" && (!message.view || message.view === this.view)) this.load(message);
    else if (message.do === "ops" && message.view !== this.view) this.redraw(applyOps(this.rows, message.ops) && message.ops);
    else if (message.do === "options") this.options = message.options;
    else if (message.do === "marks") this.mark(message);
    else if (message.do === "focus") this.isLoaded.then(() => this.goTo(message.id, message.name));
  }

  async load({ rows, options, ...marks }) {
    this.editor?.drop();
    this.rows = rows.map(([id, values]) => ({ ...values, _id: id }));
    this.options = options;
    this.history = { back: [], forth: [] };
    if (!this.table) await this.draw(await library().module);
    else await this.redraw([{ op: "insert" }]);
    this.buttons.forEach((button) => (button.disabled = false));
    this.mark(marks);
    this.loaded();
  }

  async draw(Tabulator) {
    await new Promise((resolve) => {
      const seen = new ResizeObserver(() => {
        if (!this.root.clientWidth) return;
        seen.disconnect();
        resolve();
      });
      seen.observe(this.root);
    });
    this.table = new Tabulator(this.holder, {
      data: this.copies(), index: "_id", nestedFieldSeparator: false, height: this.height(), rowHeight: ROW_HEIGHT,
      autoResize: false, layout: "fitDataFill", keybindings: false, placeholder: this.word("No rows yet: add one, or paste rows from a spreadsheet."),
      columnDefaults: { headerSort: false, resizable: "header", headerWordWrap: true, minWidth: 80 },
      columns: [this.numberColumn(), ...this.columns.map((column, index) => this.column(column, index))],
      rowFormatter: (row) => row.getElement().setAttribute("aria-rowindex", row.getPosition() + 1),
    });
    await new Promise((resolve) => this.table.on("tableBuilt", resolve));
    this.table.on("renderComplete", () => this.keepFocus());
    this.table.on("scrollVertical", () => this.keepFocus());
    this.width = this.holder.clientWidth;
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.holder);
    this.count_();
  }

  // Not left to Tabulator: it would draw all cells anew, and take away the one somebody is typing in,
  // whenever the table comes into sight or the window changes. An open editor is waited for.
  resized() {
    if (this.editor || this.width === this.holder.clientWidth) return;
    this.width = this.holder.clientWidth;
    if (this.width) this.table.redraw();
  }

  numberColumn() {
    const formatter = (cell) => this.cell(cell, "", String(cell.getRow().getPosition()));
    return { title: "#", field: "_n", width: 54, minWidth: 40, frozen: true, formatter, resizable: false, cssClass: "onb-number" };
  }

  column(column, index) {
    const options = () => this.optionsOf(column);
    return {
      title: column.title, field: column.name, frozen: index === 0 && this.root.clientWidth >= NARROW, width: widthOf(column, this.rows, options()),
      headerTooltip: column.help || false,
      formatter: (cell) => this.cell(cell, column.name, labelOf(cell.getValue(), options())),
    };
  }

  cell(cell, name, words) {
    const box = cell.getElement();
    const id = cell.getRow().getIndex();
    box.dataset.id = id;
    box.dataset.name = name;
    box.setAttribute("role", name ? "gridcell" : "rowheader");
    box.setAttribute("aria-colindex", 2 + this.columns.findIndex((column) => column.name === name));
    if (!this.elements.has(id)) this.elements.set(id, new Map());
    this.elements.get(id).set(name, box);
    this.paint(id, name, box);
    const span = element("span", "onb-words", words);
    return span;
  }

  optionsOf(column) {
    return this.options[column.name] ?? column.options;
  }

  copies() {
    return this.rows.map((row) => ({ ...row }));
  }

  height() {
    const header = this.holder.querySelector(".tabulator-header")?.offsetHeight ?? 44;
    return Math.min(MOST_HEIGHT, header + 20 + ROW_HEIGHT * Math.max(2, this.rows.length));
  }

  // --- change

  change(ops) {
    if (!ops.length) return;
    this.history.back.push({ back: applyOps(this.rows, ops), forth: ops });
    this.history.forth = [];
    this.sent(ops);
  }

  sent(ops) {
    this.model.send({ do: "change", ops, view: this.view });
    this.redraw(ops);
  }

  undo() {
    const last = this.history.back.pop();
    if (!last) return;
    applyOps(this.rows, last.back);
    this.history.forth.push(last);
    this.sent(last.back);
    this.say(this.word("Taken back."));
  }

  redo() {
    const next = this.history.forth.pop();
    if (!next) return;
    applyOps(this.rows, next.forth);
    this.history.back.push(next);
    this.sent(next.forth);
  }

  redraw(ops) {
    this.drawing = this.drawn(ops);
    return this.drawing;
  }

  async drawn(ops) {
    if (!this.table) return;
    const ids = new Set(ops.flatMap((op) => (op.op === "set" ? op.cells.map(([id]) => id) : [])));
    if (ids.size < 50 && ops.every((op) => op.op === "set")) {
      const blank = Object.fromEntries(this.columns.map((column) => [column.name, undefined]));
      for (const row of this.rows) if (ids.has(row._id)) await this.table.updateRow(row._id, { ...blank, ...row });
    } else {
      const had = this.holder.contains(document.activeElement);
      this.elements.clear();
      this.table.setHeight(this.height());
      await this.table.replaceData(this.copies());
      if (had) await this.focusActive();
    }
    this.count_();
  }

  count_() {
    const [wrong] = this.marks.counts;
    this.count.textContent = this.many(this.rows.length, "row") + (wrong ? ` · ${this.many(wrong, "problem")}` : "");
    this.undoButton.disabled = !this.history.back.length;
    nameParts(this.holder, this.model.get("label"), this.rows.length, this.columns.length);
    if (!this.has(this.active)) this.active = this.anchor = this.rows.length ? { id: this.rows[0]._id, name: this.columns[0].name } : null;
    this.paintAll();
  }

  newId() {
    this.made += 1;
    return `${this.view}-${this.made}`;
  }

  addRow() {
    const id = this.newId();
    this.change([{ op: "insert", rows: [[this.rows.length, id, {}]] }]);
    this.goTo(id, this.columns[0].name);
  }

  duplicate() {
    const chosen = this.selectedRows();
    if (!chosen.length) return;
    const at = this.rows.indexOf(chosen[chosen.length - 1]) + 1;
    const added = chosen.map(({ _id, ...values }, index) => [at + index, this.newId(), values]);
    this.change([{ op: "insert", rows: added }]);
    this.say(this.word("{rows} duplicated.", { rows: this.many(chosen.length, "row") }));
    this.goTo(added[0][1], this.columns[0].name);
  }

  deleteRows() {
    const chosen = this.selectedRows();
    if (!chosen.length) return;
    const next = this.rows[this.rows.indexOf(chosen[chosen.length - 1]) + 1] ?? this.rows[this.rows.indexOf(chosen[0]) - 1];
    this.change([{ op: "delete", ids: chosen.map((row) => row._id) }]);
    this.say(this.word("{rows} deleted. Undo brings them back.", { rows: this.many(chosen.length, "row") }));
    if (next) this.goTo(next._id, this.active?.name);
  }

  // --- selection and focus

  has(place) {
    return Boolean(place) && this.rows.some((row) => row._id === place.id);
  }

  rowIndex(id) {
    return this.rows.findIndex((row) => row._id === id);
  }

  columnIndex(name) {
    return Math.max(0, this.columns.findIndex((column) => column.name === name));
  }

  range() {
    if (!this.has(this.active)) return null;
    const other = this.has(this.anchor) ? this.anchor : this.active;
    const rows = [this.rowIndex(this.active.id), this.rowIndex(other.id)].sort((a, b) => a - b);
    const columns = [this.columnIndex(this.active.name), this.columnIndex(other.name)].sort((a, b) => a - b);
    return { rows, columns };
  }

  selectedRows() {
    const range = this.range();
    return range ? this.rows.slice(range.rows[0], range.rows[1] + 1) : [];
  }

  selectedColumns() {
    const range = this.range();
    return range ? this.columns.slice(range.columns[0], range.columns[1] + 1) : [];
  }

  select(id, name, isExtending = false, keepsWords = false) {
    this.active = { id, name };
    if (!isExtending) this.anchor = this.active;
    this.paintAll();
    const mark = this.marks.cells[id]?.[name];
    if (mark || !keepsWords) this.say(mark ? mark[1] : "");
  }

  async goTo(id, name) {
    if (this.rowIndex(id) < 0) {
      this.root.querySelector("button").focus();
      return;
    }
    this.select(id, this.columns.some((column) => column.name === name) ? name : this.columns[0].name, false, true);
    await this.refocus();
  }

  async refocus() {
    await this.drawing;
    await this.focusActive();
  }

  async focusActive() {
    if (!this.active || this.editor) return;
    let box = this.elements.get(this.active.id)?.get(this.active.name);
    if (!box?.isConnected) {
      await this.table.scrollToRow(this.active.id, "nearest", false);
      box = this.elements.get(this.active.id)?.get(this.active.name);
    }
    const frozen = this.holder.querySelectorAll(".tabulator-header .tabulator-frozen");
    const ground = this.holder.querySelector(".tabulator-tableholder");
    ground.style.scrollPaddingLeft = `${[...frozen].reduce((sum, col) => sum + col.offsetWidth, 0)}px`;
    box?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (!this.editor) box?.focus({ preventScroll: true }); // while the row was fetched, typing may have begun
  }

  // Rows out of sight leave the page, and the focus with them: it must not fall back to the notebook.
  keepFocus() {
    if (!this.hadFocus || ![document.body, this.root].includes(document.activeElement)) return;
    const box = this.active && this.elements.get(this.active.id)?.get(this.active.name);
    (box?.isConnected ? box : this.root).focus({ preventScroll: true });
  }

  move(down, right, isExtending = false) {
    const row = Math.max(0, Math.min(this.rows.length - 1, this.rowIndex(this.active.id) + down));
    const column = Math.max(0, Math.min(this.columns.length - 1, this.columnIndex(this.active.name) + right));
    this.select(this.rows[row]._id, this.columns[column].name, isExtending);
    this.refocus();
  }

  // To the next cell in reading order; false at the end, where Tab shall leave the table.
  step(by) {
    const width = this.columns.length;
    const at = this.rowIndex(this.active.id) * width + this.columnIndex(this.active.name) + by;
    if (at < 0 || at >= this.rows.length * width) return false;
    this.select(this.rows[Math.floor(at / width)]._id, this.columns[at % width].name);
    this.refocus();
    return true;
  }

  cellAt(event) {
    const box = event.target.closest?.(".tabulator-cell");
    return box?.dataset.id ? box : null;
  }

  pressed(event) {
    const box = this.cellAt(event);
    if (!box || this.editor?.contains(event.target) || event.button !== 0) return;
    event.preventDefault();
    this.editor?.keep();
    if (box.dataset.name) this.select(box.dataset.id, box.dataset.name, event.shiftKey);
    else {
      this.select(box.dataset.id, this.columns[0].name, event.shiftKey);
      if (!event.shiftKey) this.anchor = { id: box.dataset.id, name: this.columns[this.columns.length - 1].name };
      this.paintAll();
    }
    this.refocus();
  }

  dragged(event) {
    const box = event.buttons === 1 && !this.editor ? this.cellAt(event) : null;
    if (!box?.dataset.name || !this.active || !this.holder.contains(document.activeElement)) return;
    this.active = { id: box.dataset.id, name: box.dataset.name };
    this.paintAll();
  }

  key(event) {
    if (this.editor || !this.active || event.isComposing) return;
    const handled = this.command(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  command(event) {
    const { key, shiftKey } = event;
    const isControl = event.ctrlKey || event.metaKey;
    if (isControl) return this.controlKey(key.toLowerCase(), shiftKey);
    if (event.altKey) return false;
    const moves = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [12, 0], PageUp: [-12, 0],
      Home: [0, -this.columns.length], End: [0, this.columns.length],
    };
    if (moves[key]) this.move(...moves[key], shiftKey);
    else if (key === "Tab") return this.step(shiftKey ? -1 : 1);
    else if (key === "Enter" || key === "F2") this.edit();
    else if (key === "Escape") this.root.querySelector("button").focus();
    else if (key === "Delete" || key === "Backspace") this.clear();
    else if (key.length === 1) this.edit(key);
    else return false;
    return true;
  }

  controlKey(key, shiftKey) {
    const far = this.rows.length;
    if (key === "z") (shiftKey ? this.redo() : this.undo());
    else if (key === "y") this.redo();
    else if (key === "home") this.move(-far, -this.columns.length, shiftKey);
    else if (key === "end") this.move(far, this.columns.length, shiftKey);
    else if (key === "a") {
      this.anchor = { id: this.rows[0]._id, name: this.columns[0].name };
      this.active = { id: this.rows[far - 1]._id, name: this.columns[this.columns.length - 1].name };
      this.paintAll();
    } else return false;
    return true;
  }

  clear() {
    const cells = [];
    for (const row of this.selectedRows()) {
      for (const { name } of this.selectedColumns()) if (!isNothing(row[name])) cells.push([row._id, name, null]);
    }
    if (cells.length) this.change([{ op: "set", cells }]);
  }

  // --- editing

  edit(typed = "") {
    const { id, name } = this.active;
    const column = this.columns[this.columnIndex(name)];
    const row = this.rows[this.rowIndex(id)];
    const box = this.elements.get(id)?.get(name);
    if (!box?.isConnected) return;
    if (this.marks.grey[id]?.includes(name) && isNothing(row[name])) {
      this.say(this.word("{title}: not asked here.", { title: column.title }));
      return;
    }
    this.open(box, column, row, typed);
  }

  open(box, column, row, typed) {
    const isText = column.editor === "text" || column.editor === "long";
    const value = isText ? typed || labelOf(row[column.name], []) : row[column.name];
    const label = this.word("Row {number}, {title}", { number: this.rowIndex(row._id) + 1, title: column.title });
    let isOver = false;
    const done = (found, key) => {
      if (isOver) return;
      isOver = true;
      this.close(box, column, row, found, key);
    };
    const { control, start, isLarge } = EDITORS[column.editor](value, label, done, this.optionsOf(column));
    control.classList.add("onb-editor");
    this.editor = { contains: (target) => control.contains(target), drop: () => done(undefined, "left"), keep: () => control.blur(), control };
    if (isLarge) this.placeUnder(box, control);
    else box.replaceChildren(control);
    control.focus({ preventScroll: true });
    if (typed && isText) control.setSelectionRange(typed.length, typed.length);
    else start();
  }

  placeUnder(box, control) {
    const cell = box.getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    control.classList.add("onb-large");
    this.frame.append(control);
    const left = Math.min(cell.left - frame.left, frame.width - control.offsetWidth - 4);
    control.style.left = `${Math.max(0, left)}px`;
    control.style.top = `${cell.top - frame.top}px`;
    control.style.minWidth = `${cell.width}px`;
  }

  close(box, column, row, found, key) {
    const { control } = this.editor;
    this.editor = null;
    const old = row[column.name] ?? null;
    const value = typeof found === "string" ? found.trim() || null : found;
    if (control.parentElement === box) box.replaceChildren(element("span", "onb-words", labelOf(old, this.optionsOf(column))));
    else control.remove();
    if (found !== undefined && JSON.stringify(value) !== JSON.stringify(old)) {
      this.change([{ op: "set", cells: [[row._id, column.name, value]] }]);
    }
    this.resized();
    if (key === "left") return;
    if (key === "Enter") this.move(1, 0);
    else if (key === "Tab" || key === "ShiftTab") this.step(key === "Tab" ? 1 : -1) || this.refocus();
    else this.refocus();
  }

  // --- clipboard

  clipboard(event) {
    if (this.editor || !this.active || !(this.holder.contains(event.target) || event.target === this.root)) return;
    event.preventDefault();
    if (event.type === "paste") this.paste(event.clipboardData.getData("text/plain"));
    else event.clipboardData.setData("text/plain", this.text(this.selectedRows(), this.selectedColumns()));
    if (event.type === "cut") this.clear();
  }

  text(rows, columns) {
    return formatTable(rows.map((row) => columns.map((column) => labelOf(row[column.name], this.optionsOf(column)))));
  }

  async copyAll() {
    const heading = formatTable([this.columns.map((column) => column.title.replace(/\s\*$/, ""))]);
    try {
      await navigator.clipboard.writeText(`${heading}\n${this.text(this.rows, this.columns)}`);
      this.say(this.word("{rows} copied.", { rows: this.many(this.rows.length, "row") }));
    } catch {
      this.say(this.word("The browser did not allow copying. Select the cells and press Ctrl+C."));
    }
  }

  paste(text) {
    let pasted = parseTable(text);
    const named = headingOf(pasted[0], this.columns);
    if (named) pasted = pasted.slice(1);
    const range = this.range() ?? { rows: [0, 0], columns: [0, 0] };
    const isFill = pasted.length === 1 && pasted[0].length === 1 && !named;
    const columns = named ?? this.columns.slice(range.columns[0]);
    if (isFill) this.fill(pasted[0][0]);
    else this.spread(pasted, columns, range.rows[0]);
  }

  fill(words) {
    const cells = this.selectedRows().flatMap((row) =>
      this.selectedColumns().map((column) => [row._id, column.name, valueOf(words, column, this.optionsOf(column)) || null]));
    this.change([{ op: "set", cells }]);
  }

  spread(pasted, columns, from) {
    const cells = [];
    const added = [];
    pasted.forEach((line, index) => {
      const values = line.slice(0, columns.length).map((words, at) => columns[at] && [columns[at].name, valueOf(words, columns[at], this.optionsOf(columns[at]))]);
      const known = values.filter(Boolean);
      const row = this.rows[from + index];
      if (row) cells.push(...known.map(([name, value]) => [row._id, name, isNothing(value) ? null : value]));
      else added.push([from + index, this.newId(), Object.fromEntries(known.filter(([, value]) => !isNothing(value)))]);
    });
    this.change([...(cells.length ? [{ op: "set", cells }] : []), ...(added.length ? [{ op: "insert", rows: added }] : [])]);
    const said = { rows: this.many(pasted.length, "row"), count: added.length.toLocaleString("en-US") };
    this.say(added.length ? this.word("{rows} pasted, {count} of them new.", said) : this.word("{rows} pasted.", said));
  }

  // --- marks

  mark({ cells, grey, list, counts }) {
    this.marks = { cells, grey, list, counts };
    this.paintAll();
    this.count_();
    this.problems.replaceChildren(...list.map(([id, name, words, tone]) => {
      const item = element("li", `onb-${tone}`);
      if (!id) item.textContent = words;
      else item.append(toolButton(words, this.word("Go to the cell"), () => this.goTo(id, name)));
      return item;
    }));
    const more = counts[0] + counts[1] - list.length;
    if (more > 0) this.problems.append(element("li", "", this.word("and {count} more, marked in the table", { count: more.toLocaleString("en-US") })));
  }

  paintAll() {
    const range = this.range();
    const chosen = new Set(range ? this.rows.slice(range.rows[0], range.rows[1] + 1).map((row) => row._id) : []);
    const names = new Set(range ? this.selectedColumns().map((column) => column.name) : []);
    for (const [id, boxes] of this.elements) {
      for (const [name, box] of boxes) {
        box.classList.toggle("onb-chosen", chosen.has(id) && (names.has(name) || !name));
        this.paint(id, name, box);
      }
    }
  }

  paint(id, name, box) {
    const mark = this.marks.cells[id]?.[name];
    const isGrey = this.marks.grey[id]?.includes(name) ?? false;
    const isActive = this.active?.id === id && this.active.name === name;
    for (const tone of ["bad", "missing", "warning"]) box.classList.toggle(`onb-${tone}`, mark?.[0] === tone);
    box.classList.toggle("onb-grey", isGrey);
    box.classList.toggle("onb-active", isActive);
    box.title = mark ? mark[1] : isGrey ? this.word("Not asked here") : "";
    if (name) box.tabIndex = isActive ? 0 : -1;
    if (mark?.[0] === "bad") box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}

function render({ model, el }) {
  const view = new GridView(model, el);
  const focused = (event) => (view.hadFocus = el.contains(event.target)); // also set by a press elsewhere
  const receive = (message) => view.receive(message);
  document.addEventListener("focusin", focused);
  document.addEventListener("mousedown", focused);
  model.on("msg:custom", receive);
  const stopAsking = askForLibrary(() => model.send({ do: "library" }));
  model.send({ do: "ready", view: view.view });
  return () => {
    stopAsking();
    document.removeEventListener("focusin", focused);
    document.removeEventListener("mousedown", focused);
    model.off("msg:custom", receive);
    view.sizes?.disconnect();
    view.table?.destroy();
  };
}

export default { render };
