// SPDX-License-Identifier: Apache-2.0
// The lock of docs/lock.md as a model for Spin. scripts/model.py checks it, and that it fails once any guard is removed.
//
// Words. The *log* is the stream: message s stands in log[s], the last in log[last]. A *contender* follows the log and
// appends to it; each append expects a last sequence, and the server stores it only if that is the last one. A message
// is HELD (acquired or renewed), FREE (released) or REVOKED (taken away by an operator, with the lease of the message
// that it follows). *Trust* is what a holder believes: it works while that lasts, and only then.
//
// Time goes in ticks. Every contender has a clock of its own; the clocks tick in turn, so that between any two events
// two of them count numbers that differ by one at most. That is "equally fast within the margin", and MARGIN is that
// one. No one must act before time goes on: a contender that pauses, for as long as it likes, is every schedule in
// which it takes no step. Only the end of trust needs no step, since the guard beside the work ends it by its clock.
//
// The wire. Of each contender two messages may be on their way: `out`, the newest, and `late`, the one before. Each is
// delivered at any time, any number of times, or never; an answer arrives late or never; a retry is one more delivery.
// What is read is the next message that one has not seen: an old view is one who has not read on.
//
// Bounds. CONTENDERS, their leases, and LOG_MAX messages in the log; one forced release; two tries to acquire over one
// message. Left out here: waiters and their order (lock_waiters.pml), requests (lock_requests.pml), a log that goes back
// (lock_restore.pml), a server that breaks its word (R3 before 2.11), a work that goes on although its guard is frozen
// with it, and a clock that leaves the margin.
//
// Run two contenders at once: -DLOG_MAX=6
// Run three contenders at once: -DCONTENDERS=3 -DLOG_MAX=3
// Run two contenders, a forced release at once of one that is dead: -DLOG_MAX=5 -DFREE_NOW_OF_THE_DEAD
// Guard NO_LEASE_WAIT: the lease of the last message is waited out before a takeover
// Guard NO_FIRST_SIGHT: it is waited from the first sight of that very message, a renewal as well
// Guard TRUST_FROM_LAST_SENDING: trust counts from the first sending, not from a retry
// Guard NO_MARGIN: trust ends a margin before the lease
// Guard TIMEOUT_IS_SUCCESS: no answer is no success
// Guard NO_NONCE: a stored message is one's own if sequence and nonce are
// Guard NO_HEADER_ON_ACQUIRE: to acquire expects the last sequence
// Guard NO_HEADER_ON_RENEW: a renewal expects the last sequence
// Guard NO_HEADER_ON_RELEASE: a release expects the last sequence
// Guard NO_HEADER_ON_REVOKE: a forced release expects the sequence that was shown
// Guard REVOKED_WITHOUT_LEASE: a forced release copies the lease
// Limit FREE_NOW: a forced release at once (`--now`) keeps the next one out while the holder lives
// Reached REACH_TAKEOVER -DREACH: work begins after another's lease has passed
// Reached REACH_AFTER_RELEASE -DREACH: work begins after a release
// Reached REACH_AFTER_REVOKE -DREACH: work begins after a forced release
// Reached REACH_AFTER_RENEWAL -DREACH: work begins after a renewed lease has passed
#ifndef CONTENDERS
#define CONTENDERS 2
#endif
#ifndef LOG_MAX
#define LOG_MAX 6
#endif
#ifdef NO_MARGIN
#define MARGIN 0
#else
#define MARGIN 1
#endif
#define LEASE(p) (2 + ((p) == 0))  // Not all the same: a revoked lease must be the right one.
#define LEASE_MAX 3

// A message in one byte: what, whose, and which try of its sender (with the sequence before it, that is its nonce).
#define MSG(kind, who, try) ((kind) * 16 + (who) * 4 + (try))
#define KIND(m) ((m) / 16)
#define WHO(m) (((m) / 4) % 4)
#define FREE 0  // The bootstrap's message, the first of the log, is 0.
#define HELD 1
#define REVOKED 2
#define RENEWAL 2  // Not the first nor the second try to acquire: a renewal, of which there is one over each message.
#define RELEASE 3

#define FOLLOWS 0   // Waits, or does nothing.
#define ASKS 1      // Has sent a message to acquire, and does not know what became of it.
#define HOLDS 2
#define RENEWS 3    // Holds, and has sent a renewal.

byte log[LOG_MAX + 2], last = 1;
byte state[CONTENDERS], seen[CONTENDERS] = 1, age[CONTENDERS], tries[CONTENDERS];  // age: ticks since first sight of seen
byte trust[CONTENDERS], out[CONTENDERS], expected[CONTENDERS], sent[CONTENDERS];
byte late[CONTENDERS], late_expected[CONTENDERS];
byte revoke, revoke_expected;
byte turn, token;
byte i;  // Of loops; 0 between steps.

#ifdef REVOKED_WITHOUT_LEASE
#define LEASE_OF(m) (KIND(m) == REVOKED -> 1 : LEASE(WHO(m)))
#else
#define LEASE_OF(m) LEASE(WHO(m))
#endif
#ifdef NO_LEASE_WAIT
#define WAITED(p) true
#else
#define WAITED(p) (age[p] >= LEASE_OF(log[seen[p]]))
#endif
#define MAY_ACQUIRE(p) (KIND(log[seen[p]]) == FREE || WAITED(p))
#ifdef NO_NONCE
#define OWN(p) (KIND(log[expected[p] + 1]) == HELD && WHO(log[expected[p] + 1]) == p)
#else
#define OWN(p) (log[expected[p] + 1] == out[p])
#endif

#ifdef NO_HEADER_ON_ACQUIRE
#define BARE_ACQUIRE(m) (KIND(m) == HELD && (m) % 4 != RENEWAL)
#else
#define BARE_ACQUIRE(m) false
#endif
#ifdef NO_HEADER_ON_RENEW
#define BARE_RENEW(m) (KIND(m) == HELD && (m) % 4 == RENEWAL)
#else
#define BARE_RENEW(m) false
#endif
#ifdef NO_HEADER_ON_RELEASE
#define BARE_RELEASE(m) (KIND(m) == FREE)
#else
#define BARE_RELEASE(m) false
#endif
#ifdef NO_HEADER_ON_REVOKE
#define BARE_REVOKE(m) (KIND(m) == REVOKED)
#else
#define BARE_REVOKE(m) false
#endif
#define BARE(m) (BARE_ACQUIRE(m) || BARE_RENEW(m) || BARE_RELEASE(m) || BARE_REVOKE(m))

#define WAITS_FOR_AN_ANSWER(p) (state[p] == ASKS || state[p] == RENEWS)
#ifdef NO_FIRST_SIGHT
#define FORGET_AGE(p) skip
#else
#define FORGET_AGE(p) age[p] = 0
#endif
#ifdef REACH
#define BEFORE(p, s) (WAITS_FOR_AN_ANSWER(p) && (s) == expected[p])
#else
#define BEFORE(p, s) false
#endif
// Message s was p's, and p has not learned it yet.
#define KEEPS(p, s) \
  (WAITS_FOR_AN_ANSWER(p) && (s) == expected[p] + 1 && log[s] == out[p] || BEFORE(p, s))
#define OPEN_TOKEN(p) (state[p] == ASKS && expected[p] + 1 <= token)
#if CONTENDERS == 2
#define ANY(what) (what(0) || what(1))
#define KEPT(s) (KEEPS(0, s) || KEEPS(1, s))
#else
#define ANY(what) (what(0) || what(1) || what(2))
#define KEPT(s) (KEEPS(0, s) || KEEPS(1, s) || KEEPS(2, s))
#endif

// What no step can look at any more is forgotten: equal futures are then equal states.
inline tidy() {
  for (i : 0 .. CONTENDERS - 1) {
    if
    :: late[i] != 0 && late_expected[i] < last && !BARE(late[i]) -> late[i] = 0; late_expected[i] = 0
    :: else
    fi;
    if
    :: out[i] != 0 && state[i] == FOLLOWS && expected[i] < last && !BARE(out[i]) -> out[i] = 0; expected[i] = 0
    :: else
    fi;
    if
    :: seen[i] < last && !WAITS_FOR_AN_ANSWER(i) -> seen[i] = last - 1; FORGET_AGE(i); tries[i] = 0
    :: seen[i] == last && KIND(log[last]) == FREE -> age[i] = 0
    :: else
    fi
  }
  for (i : 1 .. last - 1) {
    if
    :: !KEPT(i) -> log[i] = 0
    :: else
    fi
  }
  if
  :: !ANY(OPEN_TOKEN) -> token = 0
  :: else
  fi;
  i = 0
}

// The server takes message m if it expects the last sequence. A stored one that comes again changes nothing.
inline deliver(m, exp) {
  if
  :: log[exp + 1] != m && (exp == last || BARE(m)) && last < LOG_MAX ->
    exp = last;
    last++;
    log[last] = m
  :: else
  fi;
  tidy()
}

inline sees(p, sequence) {  // A message that p has not seen.
  seen[p] = sequence;
#ifndef NO_FIRST_SIGHT
  age[p] = 0;
#endif
  tries[p] = 0
}

inline send(p, m) {
  late[p] = out[p];
  late_expected[p] = expected[p];
  out[p] = m;
  expected[p] = seen[p];
  sent[p] = 0
}

inline follow(p) {  // Whatever is on the wire stays there.
  state[p] = FOLLOWS;
  trust[p] = 0;
  sent[p] = 0
}

// "Can it work at all": each of these must be reached.
#if defined(REACH_TAKEOVER)
#define REACHED(p) assert(KIND(log[expected[p]]) != HELD || WHO(log[expected[p]]) == p)
#elif defined(REACH_AFTER_RELEASE)
#define REACHED(p) assert(KIND(log[expected[p]]) != FREE || expected[p] == 1)
#elif defined(REACH_AFTER_REVOKE)
#define REACHED(p) assert(KIND(log[expected[p]]) != REVOKED)
#elif defined(REACH_AFTER_RENEWAL)
#define REACHED(p) assert(log[expected[p]] % 4 != RENEWAL)
#else
#define REACHED(p) skip
#endif

// p knows that its message is stored, and believes from before its first sending on.
inline learns(p) {
  if
  :: LEASE(p) - MARGIN > sent[p] ->
    for (i : 0 .. CONTENDERS - 1) {
      assert(i == p || trust[i] == 0)  // No two work at once.
    }
    if
    :: state[p] == ASKS ->
      assert(expected[p] + 1 > token);  // Tokens grow.
      token = expected[p] + 1;
      REACHED(p)
    :: else
    fi;
    trust[p] = LEASE(p) - MARGIN - sent[p];
    sees(p, expected[p] + 1);
    state[p] = HOLDS;
    sent[p] = 0
  :: else ->  // Too late: a ghost, which nobody renews.
    sees(p, expected[p] + 1);
    follow(p)
  fi;
  tidy()
}

// What expects another sequence than the last is refused for ever: to send it, and to read then, is only to read.
#ifdef NO_NONCE
#define MAY_SEND(p) true  // Not where it is taken for one's own.
#else
#define MAY_SEND(p) (seen[p] == last)
#endif
#define p _pid

active [CONTENDERS] proctype Contender() {
  do
  :: d_step { state[p] == FOLLOWS && seen[p] < last -> sees(p, seen[p] + 1); tidy() }
  :: d_step { state[p] == FOLLOWS && MAY_ACQUIRE(p) && MAY_SEND(p) && tries[p] < 2 ->
      send(p, MSG(HELD, p, tries[p]));
      tries[p]++;
      state[p] = ASKS;
      tidy() }
  // An answer "stored", or a reading that shows the message: both tell of the past. A refusal tells nothing but to read.
  :: d_step { WAITS_FOR_AN_ANSWER(p) && last > expected[p] && OWN(p) -> learns(p) }
  :: d_step { WAITS_FOR_AN_ANSWER(p) && last > expected[p] && !OWN(p) ->
      sees(p, expected[p] + 1);
      follow(p);
      tidy() }
#ifdef TIMEOUT_IS_SUCCESS
  :: d_step { WAITS_FOR_AN_ANSWER(p) -> learns(p) }
#endif
#ifdef TRUST_FROM_LAST_SENDING
  :: d_step { WAITS_FOR_AN_ANSWER(p) -> sent[p] = 0 }  // A retry.
#endif
  :: d_step { state[p] == HOLDS && seen[p] < last -> sees(p, seen[p] + 1); follow(p); tidy() }
  :: d_step { state[p] == HOLDS && MAY_SEND(p) ->
      send(p, MSG(HELD, p, RENEWAL));
      state[p] = RENEWS;
      tidy() }
  :: d_step { state[p] == HOLDS || state[p] == RENEWS ->  // The work ends first, and then the lock is released.
      follow(p);
      send(p, MSG(FREE, p, RELEASE));
      tidy() }
  // A crash, or giving up. What a new program knows from the file is what the old one had seen, and when.
  :: d_step { state[p] != FOLLOWS -> follow(p); tidy() }
  // The wire.
  :: d_step { out[p] != 0 -> deliver(out[p], expected[p]) }
  :: d_step { late[p] != 0 -> deliver(late[p], late_expected[p]) }
  od
}

#undef p

#if defined(FREE_NOW)
#define TAKEN_AWAY(whose) MSG(FREE, whose, 1)
#define MAY_FREE(whose) true
#elif defined(FREE_NOW_OF_THE_DEAD)
#define TAKEN_AWAY(whose) MSG(FREE, whose, 1)
#define MAY_FREE(whose) (state[whose] == FOLLOWS)
#else
#define TAKEN_AWAY(whose) MSG(REVOKED, whose, 0)
#define MAY_FREE(whose) true
#endif
active proctype Operator() {
  d_step { KIND(log[last]) == HELD && MAY_FREE(WHO(log[last])) ->  // What is shown, and old once one has decided.
    revoke = TAKEN_AWAY(WHO(log[last]));
    revoke_expected = last };
  d_step { deliver(revoke, revoke_expected); revoke = 0; revoke_expected = 0 }
}

active proctype Clocks() {
  do
  :: d_step {
      if
      :: trust[turn] == 1 -> follow(turn)
      :: trust[turn] > 1 -> trust[turn]--
      :: else
      fi;
      if
      :: WAITS_FOR_AN_ANSWER(turn) && sent[turn] < LEASE(turn) - MARGIN -> sent[turn]++
      :: else
      fi;
      if
      :: KIND(log[seen[turn]]) != FREE && age[turn] < LEASE_OF(log[seen[turn]]) -> age[turn]++
      :: else
      fi;
      turn = (turn + 1) % CONTENDERS;
      tidy() }
  od
}
