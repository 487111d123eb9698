// What to do, as `python -m golive load` wrote it. Secrets are not in it: it names environment variables.
export const plan = JSON.parse(open(__ENV.GOLIVE_PLAN));
