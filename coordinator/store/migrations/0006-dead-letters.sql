-- Messages that could not be read or believed, with the reason. Bounded: the oldest go when there are many.

create table dead_letters (
  id bigint generated always as identity primary key,
  subject text not null,
  reason text not null,
  body bytea not null,
  received_at timestamptz not null default clock_timestamp()
);
