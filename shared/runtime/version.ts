/** The version of both programs; a test holds it equal to package.json. */
export const TROOP_VERSION = '0.1.0';
