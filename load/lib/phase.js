// Which phase of the run an iteration belongs to: the scenario, or, where one goes on through several parts, that of now.
import exec from "k6/execution";
import { plan } from "./plan.js";

const begun = {}; // scenario to when it began: k6 works that out anew whenever it is asked

export function phase() {
  const scenario = exec.scenario.name;
  const parts = plan.parts[scenario];
  if (!parts) return scenario;
  if (!(scenario in begun)) begun[scenario] = exec.scenario.startTime;
  const since = Date.now() - begun[scenario];
  let n = parts.length - 1;
  while (n > 0 && parts[n][1] > since) n--;
  const name = parts[n][0];
  exec.vu.metrics.tags.scenario = name; // all samples of the iteration bear it
  return name;
}
