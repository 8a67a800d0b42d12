// Proxies that the environment of pip names.
export interface EnvironmentProxies {
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are reached directly, comma separated. */
  readonly no?: string;
}
