// The form of a fingerprint as a schema, for what comes over the wire or out of the database. It is bounded: a machine
// has no million CPUs, and an agent is not trusted to send a small message.
import Type, { type TSchema } from 'typebox';

const text = (maxLength = 512): TSchema => Type.String({ maxLength });
const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
const count = (): TSchema => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const limit = (): TSchema =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Literal('unlimited'), Type.Null()]);
const flag = (): TSchema => Type.Boolean();
const list = (item: TSchema, maxItems: number): TSchema => Type.Array(item, { maxItems });
const record = (value: TSchema, maxProperties: number): TSchema =>
  Type.Record(Type.String({ maxLength: 256 }), value, { maxProperties });

/** All named fields, and no others: a field that is not known here would be stored unread. */
const group = (fields: Record<string, TSchema>): TSchema =>
  Type.Object(fields, { additionalProperties: false });

const cache = group({
  level: count(),
  type: Type.Union([Type.Literal('data'), Type.Literal('instruction'), Type.Literal('unified')]),
  sizeBytes: count(),
  instances: count(),
  ways: orNull(count()),
  lineBytes: orNull(count()),
});

const numaNode = group({ id: count(), cpus: text(4096), memoryBytes: orNull(count()) });

const cpu = group({
  architecture: orNull(text()),
  vendor: orNull(text()),
  modelName: orNull(text()),
  family: orNull(count()),
  model: orNull(count()),
  stepping: orNull(count()),
  flags: orNull(list(text(64), 2000)),
  level: orNull(text()),
  sockets: orNull(count()),
  physicalCores: orNull(count()),
  logicalCpus: orNull(count()),
  caches: orNull(list(cache, 64)),
  numaNodes: orNull(list(numaNode, 1024)),
  smtActive: orNull(flag()),
  microcode: orNull(text()),
  maximumMhz: orNull(count()),
  governor: orNull(text()),
  frequencyDriver: orNull(text()),
  turbo: orNull(flag()),
});

const kernel = group({
  name: orNull(text()),
  release: orNull(text()),
  version: orNull(text()),
  transparentHugePages: orNull(text()),
  addressRandomisation: orNull(count()),
  isolatedCpus: orNull(text(4096)),
  mitigations: orNull(record(text(1024), 256)),
});

const container = group({
  kind: orNull(text()),
  cpuLimit: limit(),
  memoryLimitBytes: limit(),
  allowedCpus: orNull(count()),
});

const gpu = group({
  vendor: text(),
  name: orNull(text()),
  driver: orNull(text()),
  cudaVersion: orNull(text()),
  computeCapability: orNull(text()),
  memoryBytes: orNull(count()),
  uuid: orNull(text()),
});

const interpreter = group({
  path: text(4096),
  implementation: text(),
  version: text(),
  fullVersion: text(),
  platform: text(),
  freeThreaded: flag(),
  libc: orNull(text()),
  tags: orNull(group({ count: count(), best: text() })),
});

const tool = group({ path: text(4096), version: orNull(text()) });

export const FingerprintSchema = group({
  schema: count(),
  machineIdDigest: orNull(text()),
  firmware: orNull(text()),
  cpu,
  memory: group({ totalBytes: orNull(count()), swapBytes: orNull(count()) }),
  kernel,
  os: group({ id: orNull(text()), version: orNull(text()), prettyName: orNull(text()) }),
  libc: group({
    family: orNull(Type.Union([Type.Literal('glibc'), Type.Literal('musl'), Type.Literal('system')])),
    version: orNull(text()),
  }),
  virtualisation: orNull(text()),
  container,
  gpus: orNull(list(gpu, 128)),
  interpreters: orNull(list(interpreter, 256)),
  tools: orNull(record(tool, 128)),
  unknown: record(text(4096), 512),
});
