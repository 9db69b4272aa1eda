/**
 * Chance that a standard normal value is above z. For |z| < 3 by the series Abramowitz and Stegun 26.2.11, beyond by their
 * continued fraction 26.2.14: about 14 digits, also far out.
 */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) return 0.5 - density * areaSeries(z);
  let fraction = z;
  for (let term = 200; term > 0; term -= 1) fraction = z + term / fraction;
  return density / fraction;
}

function areaSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}
