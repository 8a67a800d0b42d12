-- Taking in tens of thousands of releases takes longer than an ordinary statement may; this transaction alone is given it.
select set_config('statement_timeout', '600000', true)
