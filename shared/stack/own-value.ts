// What a record says under a name that comes from outside: a project called `constructor` is not what every object has by that name.

export function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
