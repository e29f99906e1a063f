package redis

import goredis "github.com/redis/go-redis/v9"

// Each script runs as one, and names all its keys, which lie in one slot.
// Numbers go back as text where they could exceed what a Lua number prints.

// onceScript: KEYS key; ARGV mark, milliseconds. 1 when this call is the
// first, or the repetition of the first after its answer was lost.
var onceScript = goredis.NewScript(`
local mark = redis.call('GET', KEYS[1])
if mark then
  return mark == ARGV[1] and 1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)

// takeScript: KEYS bucket; ARGV step, depth, now, in microseconds. 0 when
// there was a token, else how long until there is. The same sum as
// store.Bucket.
var takeScript = goredis.NewScript(`
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
local step, depth, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local next = math.max(full, now) + step
local wait = next - depth - now
if wait > 0 then
  return wait
end
local life = math.ceil((next - now) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', string.format('%.0f', math.max(life, 1)))
return 0
`)

// packed is how a job is kept, which both sides read:
// at|ready|attempt|token|length of owner|owner payload
const packed = `
local function unpack_job(v)
  local at, ready, attempt, token, n, pos = string.match(v, '^(%d+)|(%d+)|(%d+)|([^|]*)|(%d+)|()')
  n = tonumber(n)
  return {at=at, ready=ready, attempt=attempt, token=token, owner=string.sub(v, pos, pos + n - 1), payload=string.sub(v, pos + n)}
end
local function pack_job(j)
  return j.at .. '|' .. j.ready .. '|' .. j.attempt .. '|' .. j.token .. '|' .. #j.owner .. '|' .. j.owner .. j.payload
end
`

// claimScript: KEYS ready, jobs; ARGV now, end of lease, limit, owner, token.
// Returns id, job, id, job, …
var claimScript = goredis.NewScript(packed + `
local out = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local j = unpack_job(redis.call('HGET', KEYS[2], id))
  j.ready, j.owner, j.token = ARGV[2], ARGV[4], ARGV[5]
  j.attempt = string.format('%.0f', tonumber(j.attempt) + 1)
  local v = pack_job(j)
  redis.call('HSET', KEYS[2], id, v)
  redis.call('ZADD', KEYS[1], j.ready, id)
  out[#out + 1] = id
  out[#out + 1] = v
end
return out
`)

// reholdScript: KEYS ready, jobs; ARGV id, token, ready, 1 to keep the lease.
// 0 when the lease is lost.
var reholdScript = goredis.NewScript(packed + `
local v = redis.call('HGET', KEYS[2], ARGV[1])
if not v then
  return 0
end
local j = unpack_job(v)
if j.token ~= ARGV[2] then
  return 0
end
j.ready = ARGV[3]
if ARGV[4] ~= '1' then
  j.owner, j.token = '', ''
end
redis.call('HSET', KEYS[2], ARGV[1], pack_job(j))
redis.call('ZADD', KEYS[1], j.ready, ARGV[1])
return 1
`)

// writeScript does a batch. KEYS index, answer, then two for each op; ARGV
// life of the answer in milliseconds, then six for each op: what, name in the
// index, id, x, y, value. It returns the answer: "conflict N" or "lost N" with
// the number of the op that failed, or "ok" and for each op version, seq,
// found, held. Everything is checked before anything is written, since a
// script that fails midway isn't undone.
var writeScript = goredis.NewScript(packed + `
local answer = redis.call('GET', KEYS[2])
if answer then
  return answer
end
local count = (#ARGV - 1) / 6
local ops = {}
for i = 1, count do
  local k, a = 1 + 2 * i, 6 * i - 4
  local op = {what=ARGV[a], name=ARGV[a+1], id=ARGV[a+2], x=ARGV[a+3], value=ARGV[a+5], k1=KEYS[k], k2=KEYS[k+1]}
  ops[i] = op
  if op.what == 'save' or op.what == 'remove' then
    local old = redis.call('HGET', op.k1, op.id)
    if (old and string.match(old, '^%d+') or '0') ~= op.x then
      return 'conflict ' .. i
    end
  elseif op.what == 'append' then
    op.seq = op.id ~= '' and redis.call('HGET', op.k2, op.id)
  else
    local old = redis.call('HGET', op.k2, op.id)
    op.job = old and unpack_job(old)
    if op.what == 'complete' and (not op.job or op.job.token ~= op.x) then
      return 'lost ' .. i
    end
  end
end
local out = {'ok'}
for i = 1, count do
  local op = ops[i]
  local version, seq, found, held = '0', '0', '0', '0'
  if op.what == 'save' then
    version = string.format('%.0f', redis.call('HINCRBY', KEYS[1], op.name, 1))
    redis.call('HSET', op.k1, op.id, version .. ':' .. op.value)
  elseif op.what == 'remove' then
    redis.call('HDEL', op.k1, op.id)
  elseif op.what == 'append' then
    if op.seq then
      seq, found = op.seq, '1'
    else
      seq = string.format('%.0f', redis.call('HINCRBY', KEYS[1], op.name, 1))
      redis.call('XADD', op.k1, seq .. '-1', 'i', op.id, 'v', op.value)
      if op.id ~= '' then
        redis.call('HSET', op.k2, op.id, seq)
      end
    end
  else
    if op.job then
      found = '1'
      held = op.job.token ~= '' and '1' or '0'
    end
    if op.what == 'enqueue' then
      redis.call('HSETNX', KEYS[1], op.name, 0)
      redis.call('HSET', op.k2, op.id, pack_job({at=op.x, ready=op.x, attempt='0', token='', owner='', payload=op.value}))
      redis.call('ZADD', op.k1, op.x, op.id)
    else
      redis.call('HDEL', op.k2, op.id)
      redis.call('ZREM', op.k1, op.id)
      if op.what == 'complete' then
        found, held = '0', '0'
      end
    end
  end
  out[#out + 1] = version .. ' ' .. seq .. ' ' .. found .. ' ' .. held
end
answer = table.concat(out, ' ')
redis.call('SET', KEYS[2], answer, 'PX', ARGV[1])
return answer
`)

// restoreScript puts one item back. KEYS index, k1, k2; ARGV what, name in the
// index, id, n, at, ready, value. 0 when something else is there.
var restoreScript = goredis.NewScript(packed + `
local what, name, id, n, at, ready, value = unpack(ARGV)
local last = tonumber(redis.call('HGET', KEYS[1], name) or '0')
if what == 'doc' then
  local old = redis.call('HGET', KEYS[2], id)
  local new = n .. ':' .. value
  if old == new then
    return 1
  end
  if old and tonumber(string.match(old, '^%d+')) >= tonumber(n) then
    return 0
  end
  if last < tonumber(n) then
    redis.call('HSET', KEYS[1], name, n)
  end
  redis.call('HSET', KEYS[2], id, new)
elseif what == 'entry' then
  local old = redis.call('XRANGE', KEYS[2], n .. '-1', n .. '-1')[1]
  if old then
    return old[2][2] == id and old[2][4] == value and 1 or 0
  end
  if last + 1 ~= tonumber(n) or (id ~= '' and redis.call('HEXISTS', KEYS[3], id) == 1) then
    return 0
  end
  redis.call('HSET', KEYS[1], name, n)
  redis.call('XADD', KEYS[2], n .. '-1', 'i', id, 'v', value)
  if id ~= '' then
    redis.call('HSET', KEYS[3], id, n)
  end
elseif what == 'job' then
  local new = pack_job({at=at, ready=ready, attempt=n, token='', owner='', payload=value})
  local old = redis.call('HGET', KEYS[3], id)
  if old then
    return old == new and 1 or 0
  end
  redis.call('HSETNX', KEYS[1], name, 0)
  redis.call('HSET', KEYS[3], id, new)
  redis.call('ZADD', KEYS[2], ready, id)
else
  redis.call('HSETNX', KEYS[1], name, 0)
  redis.call('HSET', KEYS[2], id, n)
end
return 1
`)
