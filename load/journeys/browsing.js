// Somebody who is signed in and looks around: the operations of the plan one after another, with pauses to read.
import exec from "k6/execution";
import { sleep } from "k6";
import { Counter } from "k6/metrics";
import { call } from "../lib/operation.js";
import { pause, sentence, turn, whose } from "../lib/people.js";
import { plan } from "../lib/plan.js";

const foreign = new Counter("golive_foreign_markers");
const markers = plan.identities.filter((who) => who.values["identity.marker"]);

export function browse(data) {
  const who = whose(data.people);
  const steps = plan.journeys[exec.scenario.name];
  for (const name of steps) {
    call(name, who, { text: sentence(turn() % 50), count: 5 }, (answer) => leaked(name, who, answer));
    sleep(pause(1));
  }
}

// What carries another tenant's mark was not for this user to see.
function leaked(name, who, answer) {
  if (!answer.body) return "";
  const others = markers.filter((m) => (m.tenant || m.name) !== (who.tenant || who.name));
  const seen = others.filter((m) => answer.body.includes(m.values["identity.marker"]));
  if (!seen.length) return "";
  foreign.add(seen.length, { name, tenant: who.tenant || who.name });
  return `holds the mark of ${seen.map((m) => m.name).join(", ")}`;
}
