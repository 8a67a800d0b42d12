// Typed access to the fields of a JSON object from outside; whatever is not of its type is named in the error.

/** What is wrong with which field, as the end of a sentence. */
export class FieldError extends Error {}

export class FieldReader {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #path: string;

  private constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldError(path === '' ? 'it is not a JSON object' : `"${path}" is not an object`);
    }
    this.#fields = new Map(Object.entries(value));
    this.#path = path;
  }

  /** A value that was parsed before; `path` is what comes before the names of its fields in errors. */
  static of(value: unknown, path = ''): FieldReader {
    return new FieldReader(value, path);
  }

  static ofJson(text: string, maxLength: number): FieldReader {
    if (text.length > maxLength) {
      throw new FieldError(`it is longer than ${maxLength} characters`);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new FieldError('it is not JSON');
    }
    return new FieldReader(value, '');
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** In the order of the document. */
  get names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /** Whatever is there, undefined when nothing is. */
  value(name: string): unknown {
    return this.#fields.get(name);
  }

  /** Null for an absent field. */
  optionalObject(name: string): FieldReader | null {
    return this.#isAbsent(name) ? null : new FieldReader(this.#fields.get(name), this.#nameOf(name));
  }

  isEmptyObject(name: string): boolean {
    const value = this.#fields.get(name) ?? null;
    return (
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
    );
  }

  string(name: string): string {
    const value = this.#fields.get(name);
    return typeof value === 'string' && value !== '' ? value : this.#fail(name, 'a text');
  }

  number(name: string): number {
    const value = this.#fields.get(name);
    return typeof value === 'number' ? value : this.#fail(name, 'a number');
  }

  /** RFC 3339, as it stands there. */
  time(name: string): string {
    const value = this.string(name);
    return isTime(value) ? value : this.#fail(name, 'an RFC 3339 time');
  }

  objects(name: string): readonly FieldReader[] {
    const value: unknown = this.#fields.get(name);
    if (!Array.isArray(value)) {
      return this.#fail(name, 'a list');
    }
    return value.map(
      (item: unknown, position) => new FieldReader(item, `${this.#nameOf(name)}[${position}]`),
    );
  }

  /** Null for null and for an absent field. */
  nullableString(name: string): string | null {
    const value = this.#fields.get(name) ?? null;
    return value === null || typeof value === 'string' ? value : this.#fail(name, 'a text or null');
  }

  /** Null for null and for an absent field. */
  nullableStrings(name: string): readonly string[] | null {
    const value = this.#fields.get(name) ?? null;
    if (value === null) {
      return null;
    }
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      return value;
    }
    return this.#fail(name, 'a list of texts or null');
  }

  optionalString(name: string): string | undefined {
    return this.#isAbsent(name) ? undefined : this.string(name);
  }

  optionalTime(name: string): string | undefined {
    return this.#isAbsent(name) ? undefined : this.time(name);
  }

  /** In bytes. */
  optionalSize(name: string): number | undefined {
    if (this.#isAbsent(name)) {
      return undefined;
    }
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#fail(name, 'a size in bytes');
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#fields.get(name) ?? undefined;
    return value === undefined || typeof value === 'boolean' ? value : this.#fail(name, 'true or false');
  }

  #isAbsent(name: string): boolean {
    return (this.#fields.get(name) ?? undefined) === undefined;
  }

  #nameOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #fail(name: string, wanted: string): never {
    throw new FieldError(`"${this.#nameOf(name)}" is not ${wanted}`);
  }
}

function isTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
