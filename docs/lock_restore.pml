// SPDX-License-Identifier: Apache-2.0
// The lock of docs/lock.md when its log goes back, once: a backup is restored, or the power fails before the disk has
// it. The last messages are gone, and others will stand at their sequences. Words, time and wire are lock.pml's.
//
// What is on its way then is still delivered, and who has not read since still acts on the old log. Sequences alone do
// not tell the two logs apart: a late message lands as soon as the new one has grown to what it expects. So each append
// names `prev` as well, the message that it follows, and the server compares both.
//
// Bounds: TRIES_MAX tries to acquire of each contender, one over each view; LOG_MAX; all have one lease. Assumed: when
// the log goes back, all who contend have read its last message, as who follows the stream has. See the limit below.
// A message that was stored may be stored again after the loss: with its own, the server has lost its memory of ids.
//
// Run two contenders, a log that goes back once: -DLOG_MAX=4
// Guard NO_WAIT_AFTER_GOING_BACK: who sees the log go back waits a lease, even if it says free
// Guard NO_PREV: each append names the message that it follows, which the server compares as well
// Limit LOSS_UNSEEN: who contends but has not read what is lost keeps out of those who work on
// Reached REACH_RESTORED: work begins after the log has gone back
#define CONTENDERS 2
#ifndef LOG_MAX
#define LOG_MAX 4
#endif
#ifndef TRIES_MAX
#define TRIES_MAX 2
#endif
#define MARGIN 1
#define LEASE 2

#define MSG(kind, who, n) ((kind) * 16 + (who) * 8 + (n))  // n is new for each message; the bootstrap's message is 0.
#define ACQUIRED 1
#define RENEWED 2
#define FREE 3
#define IS_HELD(m) ((m) / 16 == ACQUIRED || (m) / 16 == RENEWED)
#define FOLLOWS 0
#define ASKS 1
#define HOLDS 2
#define RENEWS 3
#define WAITS_FOR_AN_ANSWER(p) (state[p] == ASKS || state[p] == RENEWS)

byte log[LOG_MAX + 2], last = 1;
byte state[CONTENDERS], seen[CONTENDERS] = 1, seen_message[CONTENDERS], age[CONTENDERS], wary[CONTENDERS];
byte trust[CONTENDERS], sent[CONTENDERS], next_n[CONTENDERS];
byte out[CONTENDERS], out_prev[CONTENDERS], expected[CONTENDERS];
byte late[CONTENDERS], late_prev[CONTENDERS], late_expected[CONTENDERS];
bool acknowledged[CONTENDERS], tried[CONTENDERS], restored;
byte turn, i;

#ifdef REACH_RESTORED
#define REACHED() assert(!restored)
#else
#define REACHED() skip
#endif
#ifdef NO_PREV
#define TAKES(exp, before) ((exp) == last)
#else
#define TAKES(exp, before) ((exp) == last && log[exp] == (before))
#endif

inline tidy() {  // Equal futures are equal states: as in lock.pml.
  for (i : 0 .. CONTENDERS - 1) {
    if
    :: restored && late_expected[i] < last -> late[i] = 0; late_prev[i] = 0; late_expected[i] = 0
    :: else
    fi;
    if
    :: state[i] == FOLLOWS && (restored && expected[i] < last || out[i] == 0) ->
      out[i] = 0; out_prev[i] = 0; expected[i] = 0
    :: else
    fi;
    if
    :: state[i] == FOLLOWS && !IS_HELD(seen_message[i]) -> age[i] = 0
    :: state[i] == HOLDS || state[i] == RENEWS -> age[i] = 0; wary[i] = 0
    :: else
    fi
  }
  i = 0
}

inline deliver(p, m, before, exp) {
  if
  :: TAKES(exp, before) && last < LOG_MAX ->
    last++;
    log[last] = m
  :: else
  fi;
  tidy()
}

inline sees(p, sequence, m) {
  seen_message[p] = m;
  seen[p] = sequence;
  age[p] = 0;
  tried[p] = false
}

inline send(p, kind) {
  late[p] = out[p];
  late_prev[p] = out_prev[p];
  late_expected[p] = expected[p];
  out[p] = MSG(kind, p, (kind == ACQUIRED -> next_n[p] : 0) + 4 * restored);
  out_prev[p] = seen_message[p];
  expected[p] = seen[p];
  next_n[p] = next_n[p] + (kind == ACQUIRED);
  sent[p] = 0;
  acknowledged[p] = false
}

inline follow(p) {
  state[p] = FOLLOWS;
  trust[p] = 0;
  sent[p] = 0;
  acknowledged[p] = false
}

inline goes_back(p) {  // A holder stops; a contender waits as long as anyone may still believe in what is lost.
  sees(p, last, log[last]);
#ifndef NO_WAIT_AFTER_GOING_BACK
  wary[p] = LEASE;
#endif
  follow(p);
  tidy()
}

#define WENT_BACK(p) (last < seen[p] || last == seen[p] && log[last] != seen_message[p])

inline learns(p) {  // The message is stored, or was: an answer may be older than the loss.
  if
  :: LEASE - MARGIN > sent[p] ->
    assert(trust[1 - p] == 0);  // No two work at once.
    REACHED();
    trust[p] = LEASE - MARGIN - sent[p];
    sees(p, expected[p] + 1, out[p]);
    state[p] = HOLDS;
    sent[p] = 0;
    acknowledged[p] = false
  :: else -> follow(p)
  fi;
  tidy()
}

#define STANDS(p) (last > expected[p] && log[expected[p] + 1] == out[p])
#define MAY_ACQUIRE(p) (wary[p] == 0 && (!IS_HELD(seen_message[p]) || age[p] >= LEASE))
#define p _pid
active [CONTENDERS] proctype Contender() {
  do
  :: d_step { !WAITS_FOR_AN_ANSWER(p) && WENT_BACK(p) -> goes_back(p) }
  :: d_step { !WAITS_FOR_AN_ANSWER(p) && last > seen[p] ->
      sees(p, seen[p] + 1, log[seen[p] + 1]);
      follow(p);
      tidy() }
  :: d_step { state[p] == FOLLOWS && !tried[p] && next_n[p] < TRIES_MAX && MAY_ACQUIRE(p) ->
      send(p, ACQUIRED);
      tried[p] = true;
      state[p] = ASKS;
      tidy() }
  :: d_step { WAITS_FOR_AN_ANSWER(p) && (acknowledged[p] || STANDS(p)) -> learns(p) }
  :: d_step { state[p] == HOLDS -> send(p, RENEWED); state[p] = RENEWS; tidy() }
  :: d_step { state[p] == HOLDS || state[p] == RENEWS -> follow(p); send(p, FREE); tidy() }
  :: d_step { state[p] != FOLLOWS -> follow(p); tidy() }  // Refused, given up, or a crash: then it reads.
  :: d_step { out[p] != 0 ->
      if
      :: WAITS_FOR_AN_ANSWER(p) && TAKES(expected[p], out_prev[p]) && last < LOG_MAX -> acknowledged[p] = true
      :: else
      fi;
      deliver(p, out[p], out_prev[p], expected[p]) }
  :: d_step { late[p] != 0 -> deliver(p, late[p], late_prev[p], late_expected[p]) }
  od
}
#undef p

#ifdef LOSS_UNSEEN
#define FOLLOWS_CLOSELY(p) true
#else
#define FOLLOWS_CLOSELY(p) (seen[p] == last || WAITS_FOR_AN_ANSWER(p) && STANDS(p) && expected[p] + 1 == last)
#endif
#define MAY_KEEP(sequence) (last > (sequence) && FOLLOWS_CLOSELY(0) && FOLLOWS_CLOSELY(1))
inline lose(keep) {
  for (i : keep + 1 .. last) {
    log[i] = 0
  }
  last = keep;
  restored = true;
  tidy()
}

active proctype Restore() {
  if
  :: d_step { MAY_KEEP(1) -> lose(1) }
  :: d_step { MAY_KEEP(2) -> lose(2) }
  :: d_step { MAY_KEEP(3) -> lose(3) }
  fi
}

active proctype Clocks() {
  do
  :: d_step {
      if
      :: trust[turn] > 0 -> trust[turn]--
      :: else
      fi;
      if
      :: trust[turn] == 0 && (state[turn] == HOLDS || state[turn] == RENEWS) -> follow(turn)
      :: else
      fi;
      if
      :: WAITS_FOR_AN_ANSWER(turn) && sent[turn] < LEASE - MARGIN -> sent[turn]++
      :: else
      fi;
      if
      :: IS_HELD(seen_message[turn]) && age[turn] < LEASE -> age[turn]++
      :: else
      fi;
      if
      :: wary[turn] > 0 -> wary[turn]--
      :: else
      fi;
      turn = (turn + 1) % CONTENDERS;
      tidy() }
  od
}
