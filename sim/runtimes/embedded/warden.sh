# The warden of one run: a shell that waits at a pipe held by the command that opened the run. When that command ends,
# however it ends, the pipe closes, and the warden kills what the run started and removes its folder.
#
#   sh warden.sh <run folder> <run id>      standard input: the pipe
#
# Whose process is it? One of the run's when it is journaled with that start time in pids.jsonl, or bears the run's id
# in its environment (what a wrapper script started), or works in the run's folder in a session that one of these leads
# or, where it has overwritten its environment (Redis and Postgres do), that no stranger leads. A shell or an editor that
# somebody opened in the folder is none of these. sweep.ts asks the same.
run=$1
id=$2
trap '' INT TERM HUP QUIT

while read -r _; do :; done

# Prints "pid:quit" for each journaled process that still runs. Field 22 of stat is the start time; the name in field 2
# may hold blanks, so fields are counted behind its last parenthesis.
journaled() {
  while IFS=':,' read -r _ pid _ start _ quit _; do
    { read -r stat < "/proc/$pid/stat"; } 2>/dev/null || continue
    set -- ${stat##*) }
    [ "$1" != Z ] && [ "${20}" = "$start" ] && echo "$pid:$quit"
  done 2>/dev/null < "$run/pids.jsonl"
}

# Prints the journaled pids that may lead a session: all but those that somebody else has by now. The kernel gives no pid
# away that is still a session's.
sessions() {
  while IFS=':,' read -r _ pid _ start _; do
    if { read -r stat < "/proc/$pid/stat"; } 2>/dev/null; then
      set -- ${stat##*) }
      [ "${20}" = "$start" ] || continue
    fi
    echo "$pid"
  done 2>/dev/null < "$run/pids.jsonl"
}

# Prints "pid:session" for each process that works in the run's folder. Field 6 of stat is the session.
working() {
  ls -ld /proc/[0-9]*/cwd 2>/dev/null | while read -r line; do
    case $line in
      *" -> $run" | *" -> $run/"* | *" -> $run (deleted)") line=${line#*/proc/}; pid=${line%%/*} ;;
      *) continue ;;
    esac
    { read -r stat < "/proc/$pid/stat"; } 2>/dev/null || continue
    set -- ${stat##*) }
    echo "$pid:$4"
  done
}

# Prints the pids of those processes in whose environment there is an entry like this.
with_entry() {
  grep -lsz "$@" | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
}

# What overwrites its environment fills it up with zeros: it has an empty entry, and no environment has one.
marked() {
  bearing=$(with_entry "^CLUSTER_TWIN_RUN=$id\$" /proc/[0-9]*/environ)
  overwritten=$(with_entry '^$' /proc/[0-9]*/environ)
  ours=" $(echo $sessions $bearing) "
  retitled=" $(echo $overwritten) "
  echo "$bearing"
  for entry in $(working); do
    pid=${entry%:*}
    session=${entry#*:}
    case $ours in *" $session "*) echo "$pid"; continue ;; esac
    case $retitled in *" $pid "*) grep -qsz '^[A-Za-z_][A-Za-z0-9_]*=' "/proc/$session/environ" || echo "$pid" ;; esac
  done
}

# A killed Postgres leaves a segment of System V shared memory, named in line 7 of its postmaster.pid. The number may
# have been given to somebody else since: it is removed only when that very process made it.
free_shared_memory() {
  for file in "$run"/*/postmaster.pid "$run"/*/*/postmaster.pid; do
    [ -f "$file" ] || continue
    { read -r creator; read -r _; read -r _; read -r _; read -r _; read -r _; read -r _ segment; } < "$file"
    while read -r _ shmid _ _ cpid _; do
      [ "$shmid" = "$segment" ] && [ "$cpid" = "${creator#-}" ] && ipcrm -m "$shmid" 2>/dev/null
    done < /proc/sysvipc/shm
  done
}

# The first look asks Postgres to end by itself (it then frees its shared memory); SIGCONT wakes it when it was stopped.
# After ten looks, 10 ms apart, it is killed like all others.
sessions=$(sessions)
round=0
while [ $round -lt 50 ]; do
  round=$((round + 1))
  rest=
  for entry in $(journaled); do
    pid=${entry%:*}
    rest="$rest $pid"
    if [ "${entry#*:}" = true ] && [ $round -le 10 ]; then
      [ $round = 1 ] && kill -QUIT "$pid" 2>/dev/null
      kill -CONT "$pid" 2>/dev/null
    else
      kill -KILL "$pid" 2>/dev/null
    fi
  done
  if [ -z "$rest" ]; then
    free_shared_memory
    rm -rf "$run"
  fi
  # Also after the folder is gone: what was being started while the command died may have come too late for the look before.
  for pid in $(marked); do
    case " $rest $$ $PPID " in *" $pid "*) continue ;; esac
    rest="$rest $pid"
    kill -KILL "$pid" 2>/dev/null
  done
  [ -z "$rest" ] && [ ! -e "$run" ] && exit 0
  [ $round -gt 1 ] && sleep 0.01
done
exit 1
