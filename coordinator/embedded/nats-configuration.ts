// The configuration file of the embedded NATS server: who may connect and what each may do. It holds passwords, so it
// is written with mode 0600 and never shown. An agent gets the least that its work needs: it cannot make consumers, read
// results, listen to others' replies, or speak in another's name.
import {
  claimSubject,
  controlSubject,
  heartbeatSubject,
  inboxPrefix,
  logSubjectsOf,
  OFFERS_STREAM,
  renewSubject,
  resultSubject,
  scrapeSubject,
} from '../../shared/protocol/subjects.ts';

export interface NatsUser {
  readonly user: string;
  readonly password: string;
}

export interface NatsConfiguration {
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly storeDirectory: string;
  readonly pidFile: string;
  readonly logFile: string;
  readonly coordinator: NatsUser;
  /** By agent id, which is the user's name too. */
  readonly agents: ReadonlyMap<string, string>;
}

/** What an agent may publish and listen to; the lists are all there is. */
export function agentPermissions(agentId: string): {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
} {
  return {
    publish: [
      `$JS.API.CONSUMER.MSG.NEXT.${OFFERS_STREAM}.>`,
      `$JS.ACK.${OFFERS_STREAM}.>`,
      // The newer form, with domain and account hash before the stream. Spelt out token by token: with `>` at its end
      // the older form of another stream's acknowledgement would fit it too, and an agent could delete results.
      `$JS.ACK.*.*.${OFFERS_STREAM}.*.*.*.*.*.*`,
      `$JS.ACK.*.*.${OFFERS_STREAM}.*.*.*.*.*.*.*`,
      claimSubject(agentId),
      renewSubject(agentId),
      heartbeatSubject(agentId),
      resultSubject(agentId),
      logSubjectsOf(agentId),
    ],
    subscribe: [`${inboxPrefix(agentId)}.>`, controlSubject(agentId), scrapeSubject(agentId)],
  };
}

/** The whole file; texts are written as JSON strings, which the server reads as its own. */
export function natsConfigurationText(configuration: NatsConfiguration): string {
  const agents = [...configuration.agents].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const lines = [
    `server_name: ${quoted(configuration.serverName)}`,
    `host: ${quoted(configuration.host)}`,
    `port: ${configuration.port}`,
    `pid_file: ${quoted(configuration.pidFile)}`,
    `log_file: ${quoted(configuration.logFile)}`,
    'logfile_size_limit: 16MB',
    // Notices a half-open connection within a minute instead of six.
    'ping_interval: "20s"',
    'ping_max: 3',
    'max_payload: 1MB',
    'lame_duck_duration: "30s"',
    `jetstream { store_dir: ${quoted(configuration.storeDirectory)} }`,
    'authorization {',
    '  users: [',
    userLine(configuration.coordinator, null),
    ...agents.map(([user, password]) => userLine({ user, password }, answersOf(user))),
    '  ]',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A scrape is answered on the coordinator's inbox, once; `allow_responses` grants just that. */
const answersOf = (agentId: string): string => {
  const { publish, subscribe } = agentPermissions(agentId);
  return [
    `publish: { allow: ${JSON.stringify(publish)} }`,
    `subscribe: { allow: ${JSON.stringify(subscribe)} }`,
    'allow_responses: { max: 1, expires: "30s" }',
  ].join(', ');
};

const userLine = ({ user, password }: NatsUser, permissions: string | null): string => {
  const rights = permissions === null ? '' : `, permissions: { ${permissions} }`;
  return `    { user: ${quoted(user)}, password: ${quoted(password)}${rights} }`;
};

// A `$` at the start of a bare word would be a variable there; in quotes it is text.
const quoted = (text: string): string => JSON.stringify(text);
