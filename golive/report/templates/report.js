"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const lines = [...document.querySelectorAll("#tree .line")].map((el) => {
    const branches = [];
    for (let up = el.parentElement.closest(".branch"); up; up = up.parentElement.closest(".branch")) branches.push(up);
    const head = el.querySelector("summary") || el;
    return { el, branches, kind: el.dataset.kind, phase: el.dataset.phase, product: el.dataset.product,
             text: head.textContent.toLowerCase().replace(/\s+/g, " ") };
  });
  const branches = [...document.querySelectorAll("#tree .branch")];
  const openAtFirst = new Set(branches.filter((b) => b.open));
  const sections = [...document.querySelectorAll("#tree .product")];
  const choices = [...document.querySelectorAll(".choices [data-show]")];
  const search = byId("search"), phase = byId("phase"), product = byId("product");
  let show = "selected";

  const fits = {
    selected: (kind) => kind !== "not selected",
    open: (kind) => kind === "failed" || kind === "unverified",
    everything: () => true,
  };

  function filter(unfold) {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kindFits = fits[show] || ((kind) => kind === show);
    const alive = new Set();
    let shown = 0;
    for (const line of lines) {
      const visible = kindFits(line.kind)
        && (!phase.value || line.phase === phase.value)
        && (!product || !product.value || line.product === product.value)
        && words.every((word) => line.text.includes(word));
      line.el.hidden = !visible;
      if (!visible) continue;
      shown += 1;
      for (const branch of line.branches) alive.add(branch);
    }
    // What was asked for is shown unfolded; with nothing asked for, only what needs attention is.
    const narrowed = words.length || phase.value || (product && product.value) || show !== "selected";
    for (const branch of branches) {
      branch.hidden = !alive.has(branch);
      if (unfold) branch.open = narrowed ? show !== "everything" || words.length > 0 || !!phase.value : openAtFirst.has(branch);
    }
    for (const section of sections) section.hidden = !section.querySelector(".line:not([hidden])");
    for (const button of choices) button.setAttribute("aria-pressed", String(button.dataset.show === show));
    byId("nothing").hidden = shown > 0;
    byId("shown").textContent = `${shown} of ${lines.length} lines shown`;
  }

  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => filter(true), 120); });
  phase.addEventListener("change", () => filter(true));
  if (product) product.addEventListener("change", () => filter(true));

  function reset() {
    show = "selected"; search.value = ""; phase.value = "";
    if (product) product.value = "";
    filter(true);
  }

  const { command, lines: evidence } = JSON.parse(byId("details").textContent);

  function make(tag, text, name) {
    const el = document.createElement(tag);
    if (text !== undefined) el.textContent = text;
    if (name) el.className = name;
    return el;
  }

  function row(list, name, value) {
    if (!value) return;
    const pair = make("div");
    pair.append(make("dt", name), make("dd", value));
    list.append(pair);
  }

  function inWords(value) {
    if (typeof value === "string") return value;
    if (Array.isArray(value) && value.length && value.every((x) => typeof x !== "object")) return value.join(", ");
    const short = JSON.stringify(value);
    return short.length < 160 ? short : JSON.stringify(value, null, 1);
  }

  function written(value, unit) {
    const text = inWords(value);
    const box = make(text.length > 80 || text.includes("\n") ? "pre" : "span", unit ? `${text} ${unit}` : text);
    if (box.tagName === "PRE") box.tabIndex = 0;
    return box;
  }

  function unfoldLine(el) {
    const box = el.querySelector(".more"), known = evidence[el.id];
    if (!box || box.childElementCount || !known) return;
    const list = make("dl");
    row(list, "reason", known.message);
    row(list, "waived by", known.waiver);
    for (const [name, limit, source] of known.limits) {
      row(list, `limit: ${name}`, `${limit} (${{ document: "from the checklist", default: "our default" }[source] || source})`);
    }
    row(list, "phase", known.phase);
    row(list, "needs", known.needs.join(", "));
    row(list, "started", known.started);
    row(list, "note", known.note);
    box.append(list);
    if (known.nodeid) {
      const again = make("p", "", "again"), code = make("code", `${command} "${known.nodeid}"`), copy = make("button", "Copy");
      copy.type = "button";
      copy.addEventListener("click", () => {
        const done = () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy"; }, 1500); };
        const select = () => getSelection().selectAllChildren(code);
        if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, select); else select();
      });
      again.append(make("span", "verify again "), code, copy);
      box.append(again);
    }
    if (!known.evidence.length) { box.append(make("p", "Nothing was observed.", "quiet")); return; }
    const scroll = make("div", undefined, "scroll"), table = make("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    scroll.tabIndex = 0;
    for (const name of ["observed at", "what", "value", "by", "when"]) { const th = make("th", name); th.scope = "col"; head.append(th); }
    for (const [subject, name, value, unit, source, at] of known.evidence) {
      const tr = body.insertRow();
      tr.insertCell().textContent = subject;
      tr.insertCell().textContent = name.replace(/_/g, " ");
      tr.insertCell().append(written(value, unit));
      tr.insertCell().append(make("code", source));
      tr.insertCell().textContent = at.replace("T", " ").replace(/\+00:00$/, " UTC");
    }
    scroll.append(table);
    box.append(scroll);
  }

  byId("tree").addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches("details.line")) unfoldLine(event.target);
  }, true);

  function reveal(id) {
    const el = id && byId(id);
    if (!el || !el.matches(".line, .branch")) return;
    if (el.hidden) { reset(); if (el.hidden) { show = "everything"; filter(true); } }
    for (let up = el; up; up = up.parentElement.closest("details")) up.open = true;
    const head = el.querySelector("summary");
    el.scrollIntoView({ block: "center" });
    if (head) head.focus({ preventScroll: true });
  }
  const named = () => location.hash.slice(1);
  addEventListener("hashchange", () => reveal(named()));
  addEventListener("popstate", () => reveal(named()));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    // Within a frame of another page (pytest-html's) a link to a line would load that page; so lines are gone to by hand.
    if (link && link.closest("main")) {
      event.preventDefault();
      if (self === top) history.pushState(null, "", link.hash);
      reveal(link.hash.slice(1));
      return;
    }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "reset") { reset(); byId("search").focus(); }
    if (button.id === "unfold" || button.id === "fold") for (const b of branches) b.open = button.id === "unfold";
    const { show: kind, phaseOnly, productOnly } = button.dataset;
    if (!kind && !phaseOnly && !productOnly) return;
    if (kind) show = kind;
    if (phaseOnly) phase.value = phaseOnly;
    if (productOnly && product) product.value = productOnly;
    filter(true);
    if (!button.closest(".tools")) byId("checklist").scrollIntoView();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && event.target === search) { search.value = ""; filter(true); }
  });

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("#tree .branch:not([open]), .rest:not([open])")];
    for (const el of folded) el.open = true;
  });
  addEventListener("afterprint", () => { for (const el of folded) el.open = false; });

  filter(false);
  reveal(named());
})();
