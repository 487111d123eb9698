/** What the API answers; an answer that is none is an error with its status. */
export async function ask<T>(path: string, token: string): Promise<T> {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}
