// Tenants beside one that takes all it gets: each arrival is one call, or one report that is waited for.
import exec from "k6/execution";
import { sleep } from "k6";
import { Counter, Trend } from "k6/metrics";
import { find } from "../lib/jsonpath.js";
import { call, field } from "../lib/operation.js";
import { sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";

const cached = new Counter("golive_cached");
const uncached = new Counter("golive_uncached");
const waited = new Trend("golive_job_wait", true);
const LONGEST = 30000; // ms after which nobody waits for a report any more
const AGAIN = 0.1; // seconds between two looks whether it is there
const DAYS = 366;

// The calls of somebody who works; whether an answer came from the cache is counted where it says so.
export function neighbour(data) {
  const { who, name, made } = called(data);
  const seen = made.right && plan.operations[name].fields.cache_hit ? `${field(name, made.answer, "cache_hit")[0]}` : "";
  if (seen) (seen === "true" ? cached : uncached).add(1, { name, tenant: who.tenant || who.name });
}

// As much as it can: no answer matters, each call asks for something else than the one before.
export function overrun(data) {
  called(data);
}

// A background job is begun, and nobody waits for it.
export function order(data) {
  const { who, name, made } = called(data);
  kept(who, name, made);
}

// A background job is begun and waited for.
export function wait(data) {
  const who = whose(data.people);
  const [begin, look] = plan.journeys[exec.scenario.name];
  const begun = Date.now();
  const made = call(begin, who, {});
  kept(who, begin, made);
  if (!made.right) return;
  const id = field(begin, made.answer, "id")[0];
  while (Date.now() - begun < LONGEST && !there(look, call(look, who, { id }).answer)) sleep(AGAIN);
  waited.add(Date.now() - begun, { name: begin, tenant: who.tenant || who.name });
}

function called(data) {
  const who = whose(data.people);
  const names = plan.journeys[exec.scenario.name];
  const n = turn();
  const name = names[Math.floor(n / data.people.length) % names.length];
  return { who, name, made: call(name, who, { text: sentence(n % 50), count: 1 + (n % DAYS) }) };
}

function there(look, answer) {
  const told = Object.entries(plan.finished);
  return answer.status === plan.operations[look].status && told.every(([word, value]) =>
    `${find(answer, plan.operations[look].fields[word])[0]}` === value);
}

function kept(who, name, made) {
  if (made.right) console.log(`made report ${who.name} ${exec.scenario.name} ${field(name, made.answer, "id")[0]}`);
}
