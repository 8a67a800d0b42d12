/** For what hears of failures, where there should be none. */
export const rethrow = (error: unknown): never => {
  throw error;
};
