// Stacks as JSON lines, the form of DESIGN.md. The packages of a stream's stacks are the same objects again and again, so their
// texts are kept as long as they live.
import type { TargetEnvironment } from './environment.ts';
import type { Stack, StackPackage } from './stack.ts';

export class StackLines {
  readonly #packages = new WeakMap<StackPackage, string>();
  readonly #environments = new WeakMap<TargetEnvironment, string>();

  /** What `JSON.stringify` makes of the stack, faster. Its packages and its environment must never change. */
  line({ stack_id: id, environment, packages }: Stack): string {
    let text = '';
    for (let index = 0; index < packages.length; index++) {
      const item = packages[index] as StackPackage;
      text += index === 0 ? textOf(this.#packages, item) : `,${textOf(this.#packages, item)}`;
    }
    const place = textOf(this.#environments, environment);
    return `{"stack_id":${JSON.stringify(id)},"environment":${place},"packages":[${text}]}`;
  }
}

function textOf<Value extends object>(texts: WeakMap<Value, string>, value: Value): string {
  const known = texts.get(value);
  if (known !== undefined) {
    return known;
  }
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
