// Somebody who is signed in and looks around: the operations of the plan one after another, with pauses to read.
import exec from "k6/execution";
import { sleep } from "k6";
import { Counter } from "k6/metrics";
import { call, field } from "../lib/operation.js";
import { pause, sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";

const foreign = new Counter("golive_foreign_markers");
const own = new Counter("golive_own_markers");
const SHORT = 0.1; // seconds between the calls of somebody who presses
const markers = plan.identities.filter((who) => who.values["identity.marker"]);

export function browse(data) {
  walk(data, 1);
}

// As browse, with hardly a pause: as much as the service gives.
export function press(data) {
  walk(data, SHORT);
}

function walk(data, seconds) {
  const who = whose(data.people);
  for (const name of plan.journeys[exec.scenario.name]) {
    const n = turn();
    const values = { text: sentence(n % 50), count: 5, name: `Load ${n}`, email: `load-${plan.run}-${n}@canary.example` };
    const made = call(name, who, values, (answer) => leaked(name, who, answer));
    if (made.right && MADE[name]) {
      console.log(`made ${MADE[name]} ${who.name} ${exec.scenario.name} ${field(name, made.answer, "id")[0]}`);
    }
    sleep(pause(seconds));
  }
}

// Operations that leave something behind, which is counted and taken away when the run is over.
const MADE = { create_lead: "lead" };

// What carries another tenant's mark was not for this user to see.
function leaked(name, who, answer) {
  if (!answer.body) return "";
  const mine = who.values["identity.marker"];
  if (mine && answer.body.includes(mine)) own.add(1, { name, tenant: who.tenant || who.name });
  const others = markers.filter((m) => (m.tenant || m.name) !== (who.tenant || who.name));
  const seen = others.filter((m) => answer.body.includes(m.values["identity.marker"]));
  if (!seen.length) return "";
  foreign.add(seen.length, { name, tenant: who.tenant || who.name });
  return `holds the mark of ${seen.map((m) => m.name).join(", ")}`;
}
