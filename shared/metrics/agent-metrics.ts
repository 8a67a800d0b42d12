// Every metric of an agent.
import { defineMetrics, DURATION_BUCKETS_SECONDS } from './definition.ts';

export const agentMetrics = defineMetrics({
  troop_agent_build_info: {
    type: 'gauge',
    help: 'Constant 1, to join versions',
    labels: ['version', 'node_version'],
  },
  troop_agent_slots: { type: 'gauge', help: 'Measurement slots by state', labels: ['state'] },
  troop_agent_trials_started_total: { type: 'counter', help: 'Trials started here', labels: [] },
  troop_agent_trials_finished_total: { type: 'counter', help: 'Trials finished here', labels: ['ending'] },
  troop_agent_phase_duration_seconds: {
    type: 'histogram',
    help: 'Time in each phase of a trial',
    labels: ['phase'],
    buckets: DURATION_BUCKETS_SECONDS,
  },
  troop_agent_builds_total: {
    type: 'counter',
    help: 'Environments asked for, by how they came',
    labels: ['result'],
  },
  troop_agent_download_bytes_total: {
    type: 'counter',
    help: 'Bytes fetched from package indexes',
    labels: [],
  },
  troop_agent_work_free_bytes: { type: 'gauge', help: 'Free space where the agent works', labels: [] },
  troop_agent_spooled_messages: {
    type: 'gauge',
    help: 'Messages stored here until they are committed',
    labels: [],
  },
  troop_agent_bus_connected: { type: 'gauge', help: 'Whether the broker is connected', labels: [] },
});
