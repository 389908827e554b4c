-- Lines leave quarantine, replayed or discarded: one numbered batch as one atomic step, once and never again.
-- KEYS: 1 live stream, 2 fence (hash: batch, outcome), 3 names of the ledgers (set), then one ledger (hash) per connector
-- ARGV: 1 number of the batch, one more than that of the last; 2 its outcome: 'done', or 'void' so that it never happens;
--       then the name of each ledger in KEYS; then per line: a tag (one letter and, to be published, eight hex digits of CRC-32), the number of its ledger in
--       KEYS, its data; letters: c published as clean, r as repaired, d discarded
-- Answers {'OK', outcome}, {'SEEN', outcome} where this batch was settled before, or {'FENCED', number that stands}.
-- Everything is checked before the first write, since a script that fails half-way is not rolled back.
local function kind(key, wanted)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= wanted then
    return redis.error_reply('WRONGTYPE ' .. key .. ' holds a ' .. found .. ', not a ' .. wanted)
  end
end
local wrong = kind(KEYS[1], 'stream') or kind(KEYS[2], 'hash') or kind(KEYS[3], 'set')
for i = 4, #KEYS do wrong = wrong or kind(KEYS[i], 'hash') end
if wrong then return wrong end

local fence = redis.call('HMGET', KEYS[2], 'batch', 'outcome')
local stands, number = tonumber(fence[1] or 0), tonumber(ARGV[1])
if stands == number then return {'SEEN', fence[2]} end
if stands ~= number - 1 then return {'FENCED', tostring(stands)} end

local counts = {}
local function count(ledger, term, by)
  local terms = counts[ledger] or {}
  terms[term] = (terms[term] or 0) + by
  counts[ledger] = terms
end
for i = #KEYS, #ARGV, 3 do
  local letter, crc, ledger = string.sub(ARGV[i], 1, 1), string.sub(ARGV[i], 2), tonumber(ARGV[i + 1])
  count(ledger, 'quarantined', -1)
  if letter == 'd' then
    count(ledger, 'discarded', 1)
  else
    redis.call('XADD', KEYS[1], '*', 'data', ARGV[i + 2], 'crc', crc)
    count(ledger, letter == 'r' and 'repaired' or 'clean', 1)
    count(ledger, 'published', 1)
    count(ledger, 'pending', 1)
  end
end
for ledger, terms in pairs(counts) do
  redis.call('SADD', KEYS[3], ARGV[ledger - 1])
  for term, by in pairs(terms) do redis.call('HINCRBY', KEYS[ledger], term, by) end
end
redis.call('HSET', KEYS[2], 'batch', ARGV[1], 'outcome', ARGV[2])
return {'OK', ARGV[2]}
