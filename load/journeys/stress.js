// Load that grows until the system gives way: each arrival is one call. How it is refused is looked at, not only that.
import exec from "k6/execution";
import { Counter } from "k6/metrics";
import { body } from "../lib/jsonpath.js";
import { call, signIn } from "../lib/operation.js";
import { sentence, turn, whose } from "../lib/people.js";
import { phase } from "../lib/phase.js";
import { plan } from "../lib/plan.js";
import { kept } from "./memory.js";

const improper = new Counter("golive_improper_errors");
const stacks = new Counter("golive_stack_traces");
const unadvised = new Counter("golive_unadvised_refusals");
const unconnected = new Counter("golive_unconnected");
const REFUSED = [429, 503];
const STACK = /Traceback \(most recent call last\)|^\s+at .+:\d+\)?$|File ".+", line \d+/m;

// One call of the operations in turn, each text new. What is stored carries the run's mark.
export function strain(data) {
  const n = turn();
  const who = whose(data.people);
  const now = phase();
  const names = plan.journeys[now];
  const name = names[n % names.length];
  const made = call(name, who, { text: sentence(`${now} ${n}`, n), kind: "note", count: 5,
    source_language: "en", target_language: plan.languages[n % plan.languages.length] });
  if (name === "memory_store") kept(who, made, now);
  look(name, made.answer);
}

// What must go on whatever happens: the health that the balancer asks for, and signing in.
export function core(data) {
  const who = whose(data.people);
  const names = plan.journeys[exec.scenario.name];
  const name = names[turn() % names.length];
  if (name === "sign_in") signIn(who);
  else call(name, who, {});
}

function look(name, answer) {
  const tags = { name };
  if (answer.status === 0) unconnected.add(1, tags);
  if (answer.status < 400) return;
  const text = answer.body || "";
  if (STACK.test(text)) stacks.add(1, tags);
  if (body(answer) === undefined) improper.add(1, tags);
  if (REFUSED.includes(answer.status) && !answer.headers["Retry-After"]) unadvised.add(1, tags);
}
