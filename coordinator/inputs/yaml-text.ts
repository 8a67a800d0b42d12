// YAML as people write it. The parser of the library composes values by recursion: a few kilobytes of brackets or dashes exhaust
// its stack, and where that happens while V8 compiles a pattern, the whole process is aborted. So nesting is counted first, by
// the part of it that does not recurse.
import { Lexer, parse, Parser } from 'yaml';

/** Of the parser's own stack: a list in a mapping counts twice. */
const MAX_DEPTH = 200;

/** Without aliases. @throws Error whose first line says what is wrong, and where */
export function parseYamlText(text: string): unknown {
  refuseDeep(text);
  return parse(text, { maxAliasCount: 0, logLevel: 'error' });
}

function refuseDeep(text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) throw new Error('it is nested too deeply');
  }
}
