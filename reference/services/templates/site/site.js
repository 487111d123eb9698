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
{% endif %}
