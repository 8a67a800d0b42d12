// Errors over HTTP: RFC 9457 problem details; `code` and `facts` carry the catalogue entry, so that the CLI prints the
// very error that the coordinator met.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { catalogue } from '../../shared/errors/catalogue.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Logger } from '../../shared/runtime/logger.ts';

/** A fastify error handler; unexpected errors are logged whole and shown without their insides. */
export function problemHandler(logger: Logger) {
  return async (
    error: FastifyError | TroopError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> => {
    const known = error instanceof TroopError ? error : fromFastify(error);
    const entry = catalogue[known.code];
    if (entry.httpStatus >= 500) logger.error({ err: error, requestId: request.id }, 'a request failed');
    await reply
      .status(entry.httpStatus)
      .type('application/problem+json')
      .send({
        type: `urn:troop:error:${known.code}`,
        title: entry.message,
        status: entry.httpStatus,
        detail: known.message,
        instance: request.id,
        hint: known.hint,
        code: known.code,
        facts: known.facts,
      });
  };
}

function fromFastify(error: FastifyError): TroopError {
  const first = error.validation?.[0];
  if (first !== undefined) {
    const where = `${error.validationContext ?? 'request'}${first.instancePath}`;
    const allowed = (error.validation ?? []).flatMap(({ instancePath, keyword, params }) =>
      instancePath === first.instancePath && keyword === 'const' ? [String(params['allowedValue'])] : [],
    );
    const reason = allowed.length > 0 ? `it is none of ${allowed.join(', ')}` : first.message;
    return new TroopError('TROOP-1002', { what: where, reason: reason ?? 'wrong form' });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new TroopError('TROOP-1002', { what: 'the request', reason: error.message });
  }
  return new TroopError('TROOP-1001', { reason: 'see the coordinator log' }, { cause: error });
}
