// Somebody tells the product something, and later asks for it in the same words.
import exec from "k6/execution";
import { Counter } from "k6/metrics";
import { call, field } from "../lib/operation.js";
import { sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";

const right = new Counter("golive_right");
const wrong = new Counter("golive_wrong");
const STORED_BEFORE = 10;

export function store(data) {
  const who = whose(data.people);
  const text = sentence(turn());
  kept(who, call("memory_store", who, { text, kind: "note" }), exec.scenario.name);
}

// For setup: what each user will ask for, with the id that must come back first.
export function remember(people) {
  const known = [];
  for (let n = 0; n < STORED_BEFORE * people.length; n++) {
    const who = people[n % people.length];
    const text = sentence(1000000 + n);
    const made = call("memory_store", who, { text, kind: "note" });
    kept(who, made, "setup");
    if (made.right) known.push({ who: n % people.length, text, id: field("memory_store", made.answer, "id")[0] });
  }
  return known;
}

export function recall(data) {
  const asked = data.known[turn() % data.known.length];
  const who = data.people[asked.who];
  const got = call("memory_recall", who, { text: asked.text, count: 5 });
  const best = got.right ? field("memory_recall", got.answer, "ids")[0] : undefined;
  (best === asked.id ? right : wrong).add(1, { name: "memory_recall", tenant: who.tenant || who.name });
}

// What was made is written down, so that it can be counted and taken away when the run is over.
export function kept(who, made, phase) {
  if (made.right) console.log(`made memory ${who.name} ${phase} ${field("memory_store", made.answer, "id")[0]}`);
}
