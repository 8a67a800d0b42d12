-- Whether an environment has a stack is asked for every stack that is drawn: what is unique begins with that, and no longer with
-- the lane, so that the answer does not take a walk through all its inspections.
alter table inspections
  drop constraint inspections_environment_id_lane_role_stack_id_key,
  add unique (environment_id, stack_id, lane, role);
