// Rows, the operations that change them, and the text a spreadsheet exchanges. Nothing here touches the page.

const isNothing = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

// Carries out operations on `rows` ([{_id, ...}]) and returns those that take them back.
function applyOps(rows, ops) {
  const back = [];
  for (const op of ops) back.unshift(...APPLY[op.op](rows, op));
  return back;
}

const APPLY = {
  set(rows, { cells }) {
    const byId = new Map(rows.map((row) => [row._id, row]));
    const old = [];
    for (const [id, name, value] of cells) {
      const row = byId.get(id);
      if (!row) continue;
      old.unshift([id, name, row[name] ?? null]);
      if (isNothing(value)) delete row[name];
      else row[name] = value;
    }
    return [{ op: "set", cells: old }];
  },
  insert(rows, { rows: added }) {
    for (const [index, id, values] of added) rows.splice(index, 0, { ...values, _id: id });
    return [{ op: "delete", ids: added.map(([, id]) => id) }];
  },
  delete(rows, { ids }) {
    const gone = new Set(ids);
    const kept = [];
    const removed = [];
    rows.forEach((row, index) => {
      const { _id, ...values } = row;
      if (gone.has(_id)) removed.push([index, _id, values]);
      else kept.push(row);
    });
    rows.splice(0, rows.length, ...kept);
    return [{ op: "insert", rows: removed }];
  },
};

// Tab-separated text as spreadsheets put it on the clipboard: a quoted cell may hold tabs, quotes and line ends.
function parseTable(text) {
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const table = [[]];
  let at = 0;
  while (at <= source.length) {
    let cell;
    [cell, at] = source[at] === '"' ? quotedCell(source, at) : plainCell(source, at);
    table[table.length - 1].push(cell.replace(/\u00a0/g, " ").trim());
    if (source[at] === "\n") table.push([]);
    at += 1;
  }
  return table;
}

function plainCell(source, from) {
  let to = from;
  while (to < source.length && source[to] !== "\t" && source[to] !== "\n") to += 1;
  return [source.slice(from, to), to];
}

function quotedCell(source, from) {
  let cell = "";
  let at = from + 1;
  for (;;) {
    const close = source.indexOf('"', at);
    if (close < 0) return plainCell(source, from); // never closed: a quote that was typed
    cell += source.slice(at, close);
    at = close + 1;
    if (source[at] !== '"') break;
    cell += '"';
    at += 1;
  }
  const next = source[at];
  return next === undefined || next === "\t" || next === "\n" ? [cell, at] : plainCell(source, from);
}

function formatTable(table) {
  const quote = (cell) => (/[\t\n"]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
  return table.map((row) => row.map(quote).join("\t")).join("\n");
}

const plain = (word) => String(word).trim().toLowerCase();

// The words people read for an answer.
function labelOf(value, options) {
  if (isNothing(value)) return "";
  if (Array.isArray(value)) return value.map((item) => labelOf(item, options)).join(", ");
  const known = options.find(([, held]) => held === value);
  if (known) return known[0];
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// The answer meant by pasted words; words that fit no option stay as they are, for the check to speak about.
function valueOf(words, column, options) {
  if (column.editor === "text" || column.editor === "long") return words;
  const find = (word) => options.find(([label, value]) => plain(label) === plain(word) || plain(value) === plain(word));
  const whole = find(words);
  if (column.editor === "one") return whole ? whole[1] : words;
  if (whole) return [whole[1]];
  const parts = words.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean).map(find);
  return parts.length && parts.every(Boolean) ? parts.map(([, value]) => value) : words;
}

// Columns named by a pasted heading row, or null when the first row is no heading.
function headingOf(first, columns) {
  const title = (column) => plain(column.title.replace(/\s\*$/, ""));
  const named = first.map((cell) => columns.find((column) => [title(column), column.name].includes(plain(cell).replace(/\s\*$/, ""))));
  const filled = first.filter((cell) => cell !== "");
  const known = named.filter(Boolean);
  return filled.length > 1 && known.length === filled.length ? named : null;
}
