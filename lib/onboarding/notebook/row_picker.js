// The rows of one task: found by words or party, selected one by one or all at once, a page at a time.

const PAGE = 25;

function node(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function control(name, attributes, listener) {
  const made = node(name, "", { "data-lm-suppress-shortcuts": "true", ...attributes });
  made.addEventListener(name === "button" ? "click" : "input", listener);
  return made;
}

function labelled(words, field) {
  const made = node("label", words);
  field.setAttribute("aria-label", words.trim());
  made.append(field);
  return made;
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function render({ model, el }) {
  el.classList.add("onb-rows");
  const seen = { words: "", party: "", all: false, page: 0 };
  const title = model.get("label");

  const search = control("input", { type: "search", placeholder: "name, state, party" }, () => change({ words: search.value }));
  const party = control("select", {}, () => change({ party: party.value }));
  const all = control("input", { type: "checkbox" }, () => change({ all: all.checked }));
  const pick = control("button", { type: "button" }, () => select(new Set([...chosen(), ...shown().map((row) => row.id)])));
  const drop = control("button", { type: "button" }, () => select(new Set()));
  drop.textContent = "Select none";
  const tools = node("div", "", { class: "onb-rows-tools" });
  tools.append(labelled("Find ", search), labelled("With ", party), labelled("Closed ones too ", all), pick, drop);

  const count = node("p", "", { role: "status", class: "onb-rows-count" });
  const frame = node("div", "", { class: "onb-rows-frame", tabindex: "0", role: "region", "aria-label": `${title}: rows` });
  const grid = node("table");
  const head = node("thead");
  const top = node("tr");
  for (const words of ["", "Row", "Stands", "Who", "Due"]) top.append(node("th", words, { scope: "col" }));
  head.append(top);
  const body = node("tbody");
  grid.append(head, body);
  frame.append(grid);
  const pages = node("div", "", { class: "onb-rows-pages" });
  const back = control("button", { type: "button" }, () => change({ page: seen.page - 1 }, true));
  back.textContent = "Earlier rows";
  const next = control("button", { type: "button" }, () => change({ page: seen.page + 1 }, true));
  next.textContent = "Further rows";
  const where = node("span");
  pages.append(back, where, next);
  el.append(tools, count, frame, pages);

  const chosen = () => new Set(model.get("selected"));

  function shown() {
    const wanted = plain(seen.words).split(/\s+/).filter(Boolean);
    return model.get("rows").filter((row) => {
      const text = plain(`${row.label} ${row.state} ${row.who}`);
      return (seen.all || row.open) && (!seen.party || row.who === seen.party) && wanted.every((word) => text.includes(word));
    });
  }

  function select(ids) {
    const open = new Set(model.get("rows").filter((row) => row.can).map((row) => row.id));
    model.set("selected", [...ids].filter((id) => open.has(id)));
    model.save_changes();
    draw();
  }

  function change(what, keeps = false) {
    Object.assign(seen, keeps ? {} : { page: 0 }, what);
    const found = new Set(shown().map((row) => row.id)); // what is not found is not done unseen
    const kept = [...chosen()].filter((id) => found.has(id));
    kept.length === chosen().size ? draw() : select(kept);
  }

  function line(row, ids) {
    const made = node("tr", "", ids.has(row.id) ? { class: "onb-rows-picked" } : {});
    const box = control("input", { type: "checkbox", "aria-label": `Select ${row.label}` }, () => {
      const now = chosen();
      box.checked ? now.add(row.id) : now.delete(row.id);
      select(now);
      body.querySelector(`input[data-row="${CSS.escape(row.id)}"]`)?.focus();
    });
    box.dataset.row = row.id;
    box.checked = ids.has(row.id);
    box.disabled = !row.can;
    const first = node("td");
    first.append(box);
    const name = node("td", row.label);
    if (row.note) name.append(node("small", row.note));
    made.append(first, name, node("td", row.state, { class: `onb-rows-${row.tone}` }), node("td", row.who), node("td", row.due));
    return made;
  }

  function draw() {
    const rows = model.get("rows");
    const ids = chosen();
    const found = shown();
    const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
    seen.page = Math.min(Math.max(seen.page, 0), last);
    const from = seen.page * PAGE;
    body.replaceChildren(...found.slice(from, from + PAGE).map((row) => line(row, ids)));
    const parties = [...new Set(rows.map((row) => row.who))].filter(Boolean).sort();
    party.replaceChildren(node("option", "anybody", { value: "" }), ...parties.map((who) => node("option", who, { value: who })));
    party.value = seen.party;
    const free = found.filter((row) => row.can).length;
    pick.textContent = `Select ${free === 1 ? "this one" : `all ${free}`}`;
    pick.disabled = !free;
    drop.disabled = !ids.size;
    const closed = rows.filter((row) => !row.open).length;
    count.textContent = `${closed} of ${rows.length} done, ${ids.size} selected`;
    pages.hidden = !last;
    back.disabled = !seen.page;
    next.disabled = seen.page === last;
    where.textContent = `${found.length ? from + 1 : 0} to ${Math.min(from + PAGE, found.length)} of ${found.length}`;
  }

  model.on("change:rows", draw);
  model.on("change:selected", draw);
  draw();
}

export default { render };
