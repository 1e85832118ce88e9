/** A number for people: four digits, thousands grouped, never an exponent. */
export function digits(value) {
  const decimals = value === 0 ? 0 : Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

/** A share of one, in per cent. */
export const percent = (share) => `${digits(share * 100)} %`;
