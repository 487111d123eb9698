// Which phase of the run an iteration belongs to: the scenario, or, where one goes on through several parts, that of now.
import exec from "k6/execution";
import { plan } from "./plan.js";

export function phase() {
  const parts = plan.parts[exec.scenario.name];
  if (!parts) return exec.scenario.name;
  const since = Date.now() - exec.scenario.startTime;
  const name = parts.filter(([, begins], n) => n === 0 || begins <= since).pop()[0];
  exec.vu.metrics.tags.scenario = name; // all samples of the iteration bear it
  return name;
}
