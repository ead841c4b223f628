package postgres

import (
	"os/exec"
	"strconv"
)

// watchdogScript waits for the end of its input. Then it stops the server, if it
// still is the one that it was started for, waits for that up to ten seconds, and
// removes what is left over. Its arguments are postmaster.pid, the process and the
// leftovers.
const watchdogScript = `
read -r _
pidfile=$1 pid=$2
shift 2
if [ "$(head -n 1 "$pidfile" 2>/dev/null)" = "$pid" ]; then
	kill -INT "$pid" 2>/dev/null
	tries=0
	while [ -e "$pidfile" ] && [ "$tries" -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
		tries=$((tries + 1))
		sleep 0.1
	done
fi
if [ "$#" -gt 0 ]; then
	rm -rf -- "$@"
fi
`

func watchdogCommand(h home, pid int, leftovers []string) *exec.Cmd {
	args := append([]string{"-c", watchdogScript, "watchdog", h.pidFile(), strconv.Itoa(pid)}, leftovers...)
	return exec.Command("/bin/sh", args...)
}
