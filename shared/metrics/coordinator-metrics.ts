// Every metric of the coordinator.
import { defineMetrics, DURATION_BUCKETS_SECONDS } from './definition.ts';

export const coordinatorMetrics = defineMetrics({
  troop_build_info: {
    type: 'gauge',
    help: 'Constant 1, to join versions',
    labels: ['component', 'version', 'node_version'],
  },
  troop_agents: { type: 'gauge', help: 'Enrolled agents by state', labels: ['state'] },
  troop_jobs: { type: 'gauge', help: 'Jobs by state', labels: ['state'] },
  troop_inspections: {
    type: 'gauge',
    help: 'Inspections that are pending, and decided ones by outcome',
    labels: ['outcome'],
  },
  troop_campaigns: { type: 'gauge', help: 'Campaigns by state', labels: ['state'] },
  troop_offers_waiting: {
    type: 'gauge',
    help: 'Offers in the broker that nobody took yet',
    labels: ['lane'],
  },
  troop_claims_total: { type: 'counter', help: 'Claims by verdict', labels: ['verdict'] },
  troop_claim_duration_seconds: {
    type: 'histogram',
    help: 'Claim received to answered',
    labels: [],
    buckets: DURATION_BUCKETS_SECONDS,
  },
  troop_lease_renewals_total: { type: 'counter', help: 'Renewals by verdict', labels: ['verdict'] },
  troop_lease_expirations_total: {
    type: 'counter',
    help: 'Leases that ran out without an answer',
    labels: [],
  },
  troop_offers_published_total: {
    type: 'counter',
    help: 'Offers by what the broker said',
    labels: ['result'],
  },
  troop_trial_messages_total: {
    type: 'counter',
    help: 'Messages of trials by kind and fate',
    labels: ['kind', 'result'],
  },
  troop_trial_message_duration_seconds: {
    type: 'histogram',
    help: 'Message received to committed',
    labels: [],
    buckets: DURATION_BUCKETS_SECONDS,
  },
  troop_dead_letters_total: {
    type: 'counter',
    help: 'Messages that could not be read or believed',
    labels: [],
  },
  troop_bus_connected: { type: 'gauge', help: 'Whether the broker is connected', labels: [] },
  troop_bus_reconnects: { type: 'gauge', help: 'Reconnections to the broker since the start', labels: [] },
  troop_db_pool_connections: { type: 'gauge', help: 'Connections of the PostgreSQL pool', labels: ['state'] },
});
