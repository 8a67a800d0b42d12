// What is costly to find out and perhaps never asked for.

/** Asks at the first call, and gives what that comes to, a failure too, to every later one, whatever they are given. */
export function atMostOnce<Given extends readonly unknown[], Answer>(
  ask: (...given: Given) => Promise<Answer>,
): (...given: Given) => Promise<Answer> {
  let answer: Promise<Answer> | null = null;
  return (...given) => (answer ??= ask(...given));
}
