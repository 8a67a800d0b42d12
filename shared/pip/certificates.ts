// What pip's settings name as authorities to trust is read with a bound.

/** Of a file of authorities in PEM: ten times all that there are. */
export const MAXIMUM_PEM_BYTES = 4 * 1024 * 1024;
