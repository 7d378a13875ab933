// SPDX-License-Identifier: Apache-2.0
// Who waits for the lock of docs/lock.md gets it. The order of waiters is in the messages of whoever holds it: `next`.
// Above lock.pml, which is taken for right here: an append is a step, at most one succeeds over each message.
//
// Words. A *waiter* announces itself again and again; whoever acquires lists those that it has heard, who waits longest
// first. When the lock is free the first of the list tries at once and the others after it, each later than the one
// before: of those that are alive, the first one tries first. One who was silent, or let a free lock pass, is dropped.
//
// Here `next` is the order of arrival of those alive and known. A holder releases, or dies, and its lease passes. Weakly
// fair: who can act for ever acts some day, so that the one whose turn it is tries at last. Checked: contender 0,
// which does not die, gets in whenever it waits.
//
// Bounds: CONTENDERS, of which one may die; all come again for ever. Left out: times, lost announcements, and that those
// behind go ahead after a while: here they wait for the first, so that a dead one that nobody drops stops all of them,
// where it would cost time at each handover.
//
// Run three contenders, nobody starves: -DLIVENESS
// Guard NO_NEXT -DLIVENESS: who acquires writes the order of waiters, and they keep it
// Guard DEAD_ARE_KEPT -DLIVENESS: who let a free lock pass is dropped from the list
// Guard NO_TAKEOVER -DLIVENESS: the lease of a dead holder is waited out
// Reached REACH_IN: the first contender gets in after it has waited for another
#define CONTENDERS 3
#define NOBODY 3

byte holder = NOBODY;
byte arrived[CONTENDERS];  // Its place in the order, 1 is first; 0: not in it.
bool waiting[CONTENDERS], dead[CONTENDERS], in, waited;

#ifdef NO_NEXT
#define TURN(p) true
#else
#define TURN(p) (arrived[p] == 1)
#endif
#ifdef REACH_IN
#define REACHED(p) assert((p) != 0 || !waited)
#else
#define REACHED(p) skip
#endif
byte count, i;

inline leaves(p) {  // Those behind move up.
  for (i : 0 .. CONTENDERS - 1) {
    if
    :: arrived[i] > arrived[p] -> arrived[i]--
    :: else
    fi
  }
  i = 0;
  arrived[p] = 0;
  waiting[p] = false;
  count--
}

active [CONTENDERS] proctype Contender() {
end:
  do
  :: d_step { !waiting[_pid] && holder != _pid && !dead[_pid] ->  // It announces itself, and is heard.
      waiting[_pid] = true;
      count++;
      arrived[_pid] = count;
      waited = waited || (_pid == 0 && holder != NOBODY) }
  :: d_step { waiting[_pid] && !dead[_pid] && holder == NOBODY && TURN(_pid) ->
      holder = _pid;
      leaves(_pid);
      REACHED(_pid) }
  :: d_step { holder == _pid && !dead[_pid] -> holder = NOBODY }
  // It dies, but not the one that we look at; whoever starts it again makes it a new one, once it is forgotten.
  :: d_step { _pid == 2 && !dead[_pid] -> dead[_pid] = true }
  :: d_step { dead[_pid] && !waiting[_pid] && holder != _pid -> dead[_pid] = false }
  od
}

active proctype Time() {
end:
  do
#ifndef NO_TAKEOVER
  :: d_step { holder != NOBODY && dead[holder] -> holder = NOBODY }  // Its lease has passed, and the lock is as free.
#endif
#ifndef DEAD_ARE_KEPT
  :: d_step { holder == NOBODY && waiting[2] && dead[2] && arrived[2] == 1 -> leaves(2) }
#endif
  od
}

#ifdef LIVENESS
ltl gets_in { [] (waiting[0] -> <> (holder == 0)) }
#endif
