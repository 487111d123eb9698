// Calls an operation of the target as one of its users, and looks whether the answer is right and not only quick.
import http from "k6/http";
import { fail } from "k6";
import { judge } from "./contents.js";
import { body, find, supported } from "./jsonpath.js";
import { plan } from "./plan.js";

// Each user's password, from the environment variable that the plan names.
const secrets = Object.fromEntries(plan.identities.map((who) => [who.name, __ENV[who.password_variable]]));
const PLACE = /\{([a-zA-Z_][\w.]*)\}/g;

export function signInAll() {
  return plan.identities.map((who) => {
    const answer = send("sign_in", who, null, { "identity.password": secrets[who.name] }, { golive: "setup" });
    const token = answer.status === plan.operations.sign_in.status ? find(answer, place("sign_in", "token"))[0] : null;
    if (!token) fail(`the synthetic user ${who.name} can't sign in: ${answer.status} ${answer.error}`);
    return { name: who.name, tenant: who.tenant, values: who.values, token };
  });
}

// Somebody who is signed in already signs in once more, as others do meanwhile.
export function signIn(who) {
  return send("sign_in", who, null, { "identity.password": secrets[who.name] }, { tenant: who.tenant || who.name });
}

// `expect`: says what is wrong with the content of a good answer, or nothing. Only answers of the right status are
// asked, so that failed requests and wrong contents can be added up.
export function call(name, who, values, expect) {
  const answer = send(name, who, who.token, values, { tenant: who.tenant || who.name });
  if (answer.status !== plan.operations[name].status) return { answer, right: false };
  const wrong = broken(name, answer) || (expect ? expect(answer) : "");
  judge(!wrong, { name, tenant: who.tenant || who.name });
  if (wrong && __ENV.GOLIVE_VERBOSE) console.warn(`wrong ${name}: ${wrong}`);
  return { answer, right: !wrong };
}

export function field(name, answer, word) {
  const where = place(name, word);
  return where === undefined ? [] : find(answer, where);
}

// An answer of the status of success that tells of an error, or lacks what the target says is in it.
function broken(name, answer) {
  const fields = plan.operations[name].required;
  const content = fields.length ? body(answer) : {};
  if (content === undefined) return "no JSON";
  if (content && typeof content === "object" && !Array.isArray(content) && (content.error || content.errors)) {
    return "an error in the body";
  }
  const missing = fields.filter((word) => {
    const where = place(name, word);
    return supported(where) && !where.includes("*") && find(answer, where).length === 0;
  });
  return missing.length ? `without ${missing.join(", ")}` : "";
}

function place(name, word) {
  return plan.operations[name].fields[word];
}

function send(name, who, token, values, tags) {
  const what = plan.operations[name];
  const known = Object.assign({}, who.values, values);
  const headers = Object.assign({}, filled(what.headers, known));
  if (token && what.auth === "identity") headers[plan.auth_header] = plan.auth_format.replace("{token}", token);
  const query = Object.entries(filled(what.query, known)).map(([k, v]) => `${k}=${encodeURIComponent(v)}`);
  const path = what.path.replace(PLACE, (_, word) => encodeURIComponent(value(known, word, name)));
  const url = what.base + path + (query.length ? `?${query.join("&")}` : "");
  let content = null;
  if (what.body !== null) {
    content = JSON.stringify(filled(what.body, known));
    headers["Content-Type"] = headers["Content-Type"] || "application/json";
  } else if (Object.keys(what.form).length) {
    content = filled(what.form, known);
  }
  return http.request(what.method, url, content, {
    headers,
    redirects: 0,
    responseCallback: http.expectedStatuses(what.status),
    tags: Object.assign({ name }, tags),
  });
}

export function filled(template, known) {
  if (typeof template === "string") {
    const whole = /^\{([a-zA-Z_][\w.]*)\}$/.exec(template);
    if (whole) return value(known, whole[1], template);
    return template.replace(PLACE, (_, word) => value(known, word, template));
  }
  if (Array.isArray(template)) return template.map((item) => filled(item, known));
  if (template !== null && typeof template === "object") {
    return Object.fromEntries(Object.entries(template).map(([k, item]) => [k, filled(item, known)]));
  }
  return template;
}

function value(known, word, where) {
  if (!(word in known)) fail(`${where} has the placeholder {${word}}, for which this journey has no value`);
  return known[word];
}
