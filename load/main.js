// The scenarios of a load run. Everything about the deployment comes from the plan, which `python -m golive load`
// renders from the target: no route is written here. Journeys are one module each.
import { signInAll } from "./lib/operation.js";
import { plan } from "./lib/plan.js";
import { browse, press } from "./journeys/browsing.js";
import { recall, remember, store } from "./journeys/memory.js";
import { listen, speak } from "./journeys/speech.js";
import { core, strain } from "./journeys/stress.js";
import { translate } from "./journeys/language.js";

export const options = plan.options;
export { browse, core, listen, press, recall, speak, store, strain, translate };

export function setup() {
  const people = signInAll();
  const known = plan.remember ? remember(people) : [];
  console.log(`begun ${Date.now()}`); // the scenarios begin now; k6's results do not say when its setup was over
  return { people, known };
}
