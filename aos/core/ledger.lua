-- One look at every counter at one instant.
-- KEYS: 1 live stream, 2 its totals (hash), then one ledger (hash) per connector, then one cursor (hash) per open batch
-- ARGV: 1 how many ledgers stand in KEYS
-- Answers {entries in the stream, acknowledged, trimmed, {ledger, ...}, {position, ...}}; a ledger is a flat list of names
-- and counts, a position is '' where no cursor stands.
local ledgers, positions = {}, {}
local count = tonumber(ARGV[1])
for i = 1, count do ledgers[i] = redis.call('HGETALL', KEYS[2 + i]) end
for i = 3 + count, #KEYS do
  positions[#positions + 1] = redis.call('HGET', KEYS[i], 'position') or ''
end
local moved = redis.call('HMGET', KEYS[2], 'acked', 'trimmed')
return {redis.call('XLEN', KEYS[1]), tonumber(moved[1] or 0), tonumber(moved[2] or 0), ledgers, positions}
