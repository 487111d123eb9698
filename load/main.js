// The scenarios of a load run. Everything about the deployment comes from the plan, which `python -m golive load`
// renders from the target: no route is written here. Journeys are one module each.
import { Gauge } from "k6/metrics";
import { signInAll } from "./lib/operation.js";
import { plan } from "./lib/plan.js";
import { browse, press } from "./journeys/browsing.js";
import { recall, remember, store } from "./journeys/memory.js";
import { neighbour, order, overrun, wait } from "./journeys/neighbours.js";
import { listen, speak } from "./journeys/speech.js";
import { core, strain } from "./journeys/stress.js";
import { back, modeOf, visit } from "./journeys/day.js";
import { interpret, translate } from "./journeys/language.js";

export const options = plan.options;
export { browse, core, interpret, listen, neighbour, order, overrun, press, recall, speak, store, strain, translate, visit, wait };

const begun = new Gauge("golive_begun"); // ms since 1970

export function setup() {
  const people = signInAll();
  if (plan.restores_modes) people.forEach((who) => { who.mode = modeOf(who); });
  const known = plan.remember ? remember(people) : [];
  console.log(`begun ${Date.now()}`); // the scenarios begin now; k6's results do not say when its setup was over
  if (plan.pushes) begun.add(Date.now());
  return { people, known };
}

export function teardown(data) {
  if (plan.restores_modes) back(data.people);
}
