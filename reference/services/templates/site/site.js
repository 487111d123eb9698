const api = "{{ product.api_url }}";
fetch(`${api}/health`).then((answer) => answer.json()).then((health) => {
  const place = document.getElementById("status");
  if (place) place.textContent = `Service status: ${health.status}`;
}).catch(() => {});
{% if product.name == "aurastudio" %}
const account = document.getElementById("account");
const token = sessionStorage.getItem("token");
const ask = (path) => fetch(`${api}${path}`, { headers: { Authorization: `Bearer ${token}` } }).then((answer) => answer.json());
const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};
const described = (text) => {
  const made = element({{ "/^[a-z]+:/" if "link" in careless else "/^https:\\/\\//" }}.test(text) ? "a" : "p", text);
  if (made.tagName === "A") made.href = text;
  return made;
};
const shown = (project) => {
  const made = document.createElement("li"), title = document.createElement("strong");
  title.{{ "innerHTML" if "title" in careless else "textContent" }} = project.title;
  made.append(title, described(project.description || ""));
  return made;
};
if (account && token) {
  Promise.all([ask("/api/account"), ask("/api/projects/"), ask("/api/account/activity")]).then(([me, projects, past]) => {
    const list = document.createElement("ul");
    list.append(...projects.map(shown), ...past.map((one) => element("li", `${one.kind}: ${one.label}`)));
    account.textContent = `Signed in as ${me.name}`;
    account.after(list);
  }).catch(() => { account.textContent = "Your account can't be shown now"; });
}
const field = (id) => document.getElementById(id);
if (field("feedback") && token) {
  field("feedback").addEventListener("submit", (event) => {
    event.preventDefault();
    const said = { message: field("thought").value, rating: Number(field("rating").value), page: location.pathname };
    fetch(`${api}/api/account/feedback`, {
      method: "POST", body: JSON.stringify(said),
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    }).then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      field("feedback").reset();
      field("thanks").textContent = "Thank you, we read everything";
    }).catch(() => { field("thanks").textContent = "It could not be sent now"; });
  });
}
{% endif %}
{% if product.name == "seiketsu" %}
// Somebody may work for several organisations: `sessions` holds a token for each, `organization` which one is shown.
const page = (id) => document.getElementById(id);
const sessions = JSON.parse(localStorage.getItem("sessions") || "{}");
let current = null, asking = new AbortController();

const ask = async (path) => {
  const of = current, answer = await fetch(`${api}${path}`, {
    headers: { Authorization: `Bearer ${sessions[of]}` }{% if "late" not in careless %}, signal: asking.signal{% endif %},
  });
  const body = answer.ok ? await answer.json() : null;
{% if "late" not in careless %}
  if (of !== current) throw new Error("another organisation is shown by now");
{% endif %}
  return body;
};
const kept = (path) => `answer:{% if "cache" not in careless %}${current}:{% endif %}${path}`;
const item = (lead) => {
  const made = document.createElement("li"), link = document.createElement("a");
  link.href = `#lead/${lead.id}`;
  link.textContent = `${lead.first_name} ${lead.last_name}`;
  made.append(link, ` ${lead.notes}`);
  return made;
};
const list = (leads) => page("leads").replaceChildren(...leads.map(item));
const showLeads = async (words) => {
  const path = words ? `/api/v1/leads/search?q=${encodeURIComponent(words)}` : "/api/v1/leads";
  const before = localStorage.getItem(kept(path));
  if (before) list(JSON.parse(before));
  const body = await ask(path);
  const leads = words ? body ?? [] : body?.leads ?? [];
{% if "cache" in careless %}
  if (before) return;
{% endif %}
  localStorage.setItem(kept(path), JSON.stringify(leads));
  list(leads);
};
const showLead = async () => {
  const id = location.hash.startsWith("#lead/") ? location.hash.slice(6) : "";
  page("lead").replaceChildren();
  if (!id) return;
  const lead = await ask(`/api/v1/leads/${encodeURIComponent(id)}`);
  page("lead").textContent = lead ? `${lead.first_name} ${lead.last_name}: ${lead.notes}` : "There is no such lead";
};
const quietly = (work) => work.catch(() => {});
const show = () => {
  page("organization").value = current;
  page("account").textContent = "Loading";
  quietly(showLeads(page("words").value));
  quietly(showLead());
  quietly(ask("/api/v1/organizations/current").then((organization) => {
    document.title = `${organization.name}: {{ text.brand }}`;
    page("account").textContent = `You work for ${organization.name}`;
  }));
};
const forget = () => {
  asking.abort();
  asking = new AbortController();
{% if "cache" not in careless %}
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("answer:"))) localStorage.removeItem(key);
{% endif %}
  document.title = "{{ text.brand }}";
  page("words").value = "";
  page("leads").replaceChildren();
  page("lead").replaceChildren();
};
const change = (organization) => {
  forget();
  current = organization;
  history.replaceState(null, "", location.pathname);
  show();
};
if (page("organization") && Object.keys(sessions).length) {
  const names = Object.keys(sessions), before = localStorage.getItem("organization");
  page("organization").replaceChildren(...names.map((name) => new Option(name, name)));
  current = names.includes(before) ? before : names[0];
  page("organization").addEventListener("change", (event) => {
    localStorage.setItem("organization", event.target.value);
    change(event.target.value);
  });
{% if "tabs" not in careless %}
  addEventListener("storage", (event) => {
    if (event.key === "organization" && names.includes(event.newValue)) change(event.newValue);
  });
{% endif %}
  addEventListener("hashchange", () => quietly(showLead()));
  page("search").addEventListener("submit", (event) => {
    event.preventDefault();
    quietly(showLeads(page("words").value));
  });
  show();
}
{% endif %}
