// SPDX-License-Identifier: Apache-2.0
// Asking for a regeneration, as docs/lock.md has it, above the lock of lock.pml, which is taken for right here: one run
// at a time, lost at any moment. Checked: no change is lost. Whoever was told that its request is stored, or that a run
// is coming, finds its change read by a run that has completed, or something still pending.
//
// Words. A *request* is a message of the request stream, its sequence its place. A run appends `started` with `through`,
// the last request, to the regeneration's log before it reads any input, and `completed` when it has done its work.
// *Pending*: the last request is above the `through` of the last run that completed. A server remembers an id for a
// while (the *window*): the same again is answered by "duplicate" with the sequence of the first, and nothing is stored.
//
// Askers have one reason, so one id, here 0; the id that an asker uses when the run of request s has begun is s. Changes
// are numbered. An asker makes its change first and then asks. What it reads of the log may be old: any version.
//
// Bounds: ASKERS askers, a change each, RUNS_MAX runs; the request stream is made anew once. Left out: how long anyone
// waits, who runs (anyone, whenever something is pending), and the askers that nobody serves as nobody is there.
//
// Run two askers with one reason, two runs: -DASKERS=2
// Guard THROUGH_AFTER_READING: a run appends `started` with `through` before it reads any input
// Guard DUPLICATE_IS_DONE: who was answered "duplicate" looks whether the run of that request has begun, and asks again
// Guard NO_ASKED: who counts on the run of another's request appends `asked` first, which is refused if one has begun
// Guard LOST_RUN_COUNTS: a run that was lost has done nothing
// Guard NO_CREATION_TIME: a `through` of a request stream that is no more counts as nothing
// Reached REACH_COUNTED_ON: an asker counts on the run of another's request
// Reached REACH_ASKED_AGAIN: an asker asks again with another id
// Reached REACH_LOST_RUN: a run completes after one was lost
#ifndef ASKERS
#define ASKERS 2
#endif
#ifndef RUNS_MAX
#define RUNS_MAX 2
#endif
#define REQUESTS_MAX (2 * ASKERS)
#define VERSIONS_MAX (RUNS_MAX + ASKERS)

byte requests;                     // The last request's sequence.
byte stored_as[REQUESTS_MAX + 1];  // The sequence at which an id was stored, as long as the server remembers; or 0.
byte through_at[VERSIONS_MAX + 1], version;  // Of the log, after each append: `through` of the last `started`.
byte through, completed_through, runs;  // Of the run that goes on; of the last one that completed.
byte change, read;                 // The last change; the last that a run has read which completed.
byte counts_on[ASKERS], mine[ASKERS];  // The request that an asker counts on, or 0; its change.
bool made_anew, lost_one;
byte i;

#define PENDING (requests > completed_through)
#ifdef REACH_COUNTED_ON
#define COUNTED_ON assert(false)
#else
#define COUNTED_ON skip
#endif
#ifdef REACH_ASKED_AGAIN
#define ASKED_AGAIN assert(false)
#else
#define ASKED_AGAIN skip
#endif
#ifdef REACH_LOST_RUN
#define COMPLETED assert(!lost_one)
#else
#define COMPLETED skip
#endif

// Checked wherever it may change: who counts on a request has been served, or a coming run will.
#define SERVED(a) (counts_on[a] == 0 || counts_on[a] > completed_through || mine[a] <= read)

inline check() {
  for (i : 0 .. ASKERS - 1) {
    assert(SERVED(i))
  }
  i = 0
}

inline append(last_through) {
  through_at[version + 1] = last_through;
  version++
}

active [ASKERS] proctype Asker() {
  byte id, request, seen;
  bool duplicate, stream;
  atomic { change++; mine[_pid] = change };
publish:
  atomic {
    stream = made_anew;
    duplicate = stored_as[id] != 0;
    if
    :: !duplicate && requests < REQUESTS_MAX -> requests++; stored_as[id] = requests
    :: else
    fi;
    request = stored_as[id]
  };
  if
  :: !duplicate && request != 0 -> goto count
  :: request != 0 -> skip  // A duplicate; or the answer was lost, and the retry is one.
  :: request == 0 -> goto end  // The bound is reached.
  fi;
#ifdef DUPLICATE_IS_DONE
  goto count;
#endif
judge:
  atomic {
    if  // An old version may be read.
    :: seen = version
    :: version > 0 -> seen = version - 1
    fi
  };
  if
  :: d_step { through_at[seen] >= request -> id = request; ASKED_AGAIN };
    goto publish
  :: else
  fi;
#ifndef NO_ASKED
  if
  :: d_step { version == seen && version < VERSIONS_MAX -> append(through_at[version]) }
  :: version != seen -> goto judge
  :: version == VERSIONS_MAX -> goto end
  fi;
#endif
  COUNTED_ON;
count:
  atomic {
    counts_on[_pid] = (stream == made_anew -> request : 0);  // What was stored in a stream that is no more went with it.
    check()
  };
end:
  atomic { id = 0; request = 0; seen = 0; duplicate = false; stream = false }
}

active proctype Runs() {
  byte input;
end:
  do
  :: PENDING && runs < RUNS_MAX && version < VERSIONS_MAX ->
    runs++;
#ifdef THROUGH_AFTER_READING
    input = change;
    d_step { through = requests; append(through) };
#else
    d_step { through = requests; append(through) };
    input = change;
#endif
    if
    :: d_step {
        completed_through = through;
        read = (input > read -> input : read);
        COMPLETED;
        check();
        through = 0;
        input = 0 }
    :: d_step {  // The holder died.
        lost_one = true;
#ifdef LOST_RUN_COUNTS
        completed_through = through;
#endif
        check();
        through = 0;
        input = 0 }
    fi
  :: runs == RUNS_MAX || version == VERSIONS_MAX -> break
  od
}

active proctype Stream() {
end:
  do
  :: d_step { !made_anew ->  // Deleted and made again: sequences begin anew, and ids are forgotten.
      made_anew = true;
      requests = 0;
      for (i : 0 .. REQUESTS_MAX) {
        stored_as[i] = 0
      }
      for (i : 0 .. ASKERS - 1) {
        counts_on[i] = 0
      }
#ifndef NO_CREATION_TIME
      for (i : 0 .. VERSIONS_MAX) {
        through_at[i] = 0
      }
      through = 0;
      completed_through = 0;
#endif
      i = 0 }
  :: d_step { stored_as[0] != 0 -> stored_as[0] = 0 }  // The window has passed.
  od
}
