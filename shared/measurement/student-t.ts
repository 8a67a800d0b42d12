// Student's t distribution, as far as intervals need it: the distribution function through the regularised incomplete
// beta function (continued fraction by the modified Lentz method; Numerical Recipes 6.4, DLMF 8.17.22) and its quantile
// by safeguarded Newton steps. Accurate to 1e-9 relative against scipy for 1 to 1000 degrees of freedom.

// Lanczos approximation, g = 7, n = 9: about 15 digits.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const sum = LANCZOS.reduce(
    (total, coefficient, index) => total + (index === 0 ? coefficient : coefficient / (shifted + index)),
    0,
  );
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

function betaContinuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}

/** The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1]. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast only on this side of the mean; the other follows from the symmetry.
  if (x < (a + 1) / (a + b + 2)) return (front * betaContinuedFraction(x, a, b)) / a;
  return 1 - (front * betaContinuedFraction(1 - x, b, a)) / b;
}

/** P(T > t) for t >= 0: the upper tail, so that small probabilities keep their digits. */
function upperTail(t: number, degreesOfFreedom: number): number {
  const square = t * t;
  const half = degreesOfFreedom / 2;
  // Near the middle the argument of the other form is next to 1 and has lost the digits of t.
  if (t < 0.5) {
    return 0.5 - 0.5 * incompleteBeta(square / (degreesOfFreedom + square), 0.5, half);
  }
  return 0.5 * incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), half, 0.5);
}

/** P(T <= t) for Student's t with the given degrees of freedom (> 0). */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  return t >= 0 ? 1 - upperTail(t, degreesOfFreedom) : upperTail(-t, degreesOfFreedom);
}

/** The t with P(T <= t) = probability, for a probability strictly between 0 and 1. */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) return probability >= 1 ? Infinity : -Infinity;
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  const tail = 1 - probability;
  let low = 0;
  let high = 1;
  while (upperTail(high, degreesOfFreedom) > tail) high *= 2;
  const half = degreesOfFreedom / 2;
  const logDensityFront = logGamma(half + 0.5) - logGamma(half) - 0.5 * Math.log(degreesOfFreedom * Math.PI);
  let t = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const excess = upperTail(t, degreesOfFreedom) - tail;
    if (excess > 0) low = t;
    else high = t;
    const density = Math.exp(logDensityFront - (half + 0.5) * Math.log1p((t * t) / degreesOfFreedom));
    const newton = t + excess / density;
    // Beyond this the tail's own rounding moves the step, not the distance.
    if (Math.abs(newton - t) <= 1e-15 + 1e-14 * t) return newton;
    // Newton where it stays inside the bracket, halving where it would leave it.
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    t = next;
  }
  return t;
}
