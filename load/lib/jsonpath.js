// The JSONPath that operations use for fields: names, [*], [n], and a header. Returns all values found.
const STEP = /^(?:\.([A-Za-z_][\w-]*)|\[(\d+|\*)\]|\['([^']+)'\])/;

export function supported(place) {
  return place.startsWith("header:") || steps(place) !== null;
}

export function find(answer, place) {
  if (place.startsWith("header:")) {
    const value = header(answer, place.slice("header:".length));
    return value === undefined ? [] : [value];
  }
  let found = [body(answer)];
  for (const step of steps(place) || []) {
    found = found.flatMap((value) => taken(value, step));
  }
  return found.filter((value) => value !== undefined);
}

export function body(answer) {
  try {
    return answer.json();
  } catch (_) {
    return undefined;
  }
}

function steps(place) {
  const found = [];
  let rest = place.slice(1);
  while (rest) {
    const match = STEP.exec(rest);
    if (!match) return null;
    found.push(match[1] || match[2] || match[3]);
    rest = rest.slice(match[0].length);
  }
  return found;
}

function taken(value, step) {
  if (value === null || typeof value !== "object") return [];
  if (step === "*") return Array.isArray(value) ? value : Object.values(value);
  return [value[step]];
}

function header(answer, name) {
  const key = Object.keys(answer.headers).find((k) => k.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : answer.headers[key];
}
