// The indicators that Troop brings. Tolerances leave room for another order of summing and for approximations of a few
// units in the last place, not for wrong results.
import { CPU, FIRST_CALL, PEAK_MEMORY, WALL } from '../benchmark.ts';
import { THREADS, type AnswerTolerance, type IndicatorDescriptor } from './indicator.ts';

const RESIDENT_METRICS = [WALL, CPU, FIRST_CALL, PEAK_MEMORY] as const;
const EXACT: AnswerTolerance = { relative: 0, absolute: 0 };
const ROUNDED: AnswerTolerance = { relative: 1e-8, absolute: 1e-8 };

export const hello: IndicatorDescriptor = {
  name: 'hello',
  describe: 'integer arithmetic in pure Python',
  packages: [],
  parameters: {
    work: {
      kind: 'integer',
      describe: 'iterations of the inner loop in one call',
      default: 1000,
      minimum: 1,
      maximum: 10_000_000,
    },
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: EXACT,
};

export const importTime: IndicatorDescriptor = {
  name: 'import',
  describe: 'time to import the named modules in a fresh process',
  packages: [],
  parameters: {
    modules: {
      kind: 'texts',
      describe: 'names of the modules, such as ["numpy", "scipy.linalg"]',
      maximumCount: 32,
      pattern: String.raw`[A-Za-z_]\w{0,63}(\.[A-Za-z_]\w{0,63}){0,7}`,
    },
  },
  metrics: [WALL, CPU, PEAK_MEMORY],
  launch: 'fresh',
  phase: 'import',
  tolerance: EXACT,
};

export const matmul: IndicatorDescriptor = {
  name: 'matmul',
  describe: 'product of two square float64 matrices with NumPy',
  packages: ['numpy'],
  parameters: {
    size: { kind: 'integer', describe: 'rows and columns', default: 512, minimum: 8, maximum: 16_384 },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: ROUNDED,
};

export const linalg: IndicatorDescriptor = {
  name: 'linalg',
  describe: 'solving, singular values or eigenvalues of a dense symmetric matrix with NumPy',
  packages: ['numpy'],
  parameters: {
    operation: {
      kind: 'choice',
      describe: 'what is computed',
      default: 'solve',
      choices: ['solve', 'svd', 'eigh'],
    },
    size: { kind: 'integer', describe: 'rows and columns', default: 200, minimum: 8, maximum: 4096 },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  // The condition of the matrix grows with the square of its size.
  tolerance: { relative: 1e-6, absolute: 1e-6 },
};

export const fft: IndicatorDescriptor = {
  name: 'fft',
  describe: 'discrete Fourier transform of a complex vector with NumPy',
  packages: ['numpy'],
  parameters: {
    size: {
      kind: 'integer',
      describe: 'length of the vector',
      default: 65_536,
      minimum: 8,
      maximum: 16_777_216,
    },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: ROUNDED,
};

export const ufunc: IndicatorDescriptor = {
  name: 'ufunc',
  describe: 'element-wise arithmetic on a float64 vector with NumPy',
  packages: ['numpy'],
  parameters: {
    size: {
      kind: 'integer',
      describe: 'length of the vector',
      default: 250_000,
      minimum: 8,
      maximum: 100_000_000,
    },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: ROUNDED,
};

export const dataframe: IndicatorDescriptor = {
  name: 'dataframe',
  describe: 'merge and group-by with pandas',
  packages: ['pandas'],
  parameters: {
    rows: { kind: 'integer', describe: 'rows of the table', default: 50_000, minimum: 8, maximum: 5_000_000 },
    groups: { kind: 'integer', describe: 'groups', default: 500, minimum: 8, maximum: 5000 },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: EXACT,
};

export const classify: IndicatorDescriptor = {
  name: 'classify',
  describe: 'fit and predict of a logistic regression with scikit-learn',
  packages: ['numpy', 'scikit-learn'],
  parameters: {
    samples: { kind: 'integer', describe: 'rows of the data', default: 2000, minimum: 8, maximum: 1_000_000 },
    features: { kind: 'integer', describe: 'columns of the data', default: 20, minimum: 1, maximum: 1000 },
    threads: THREADS,
  },
  metrics: RESIDENT_METRICS,
  launch: 'resident',
  tolerance: EXACT,
};
