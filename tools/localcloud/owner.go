package localcloud

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// owner is the process that listens on a port.
type owner struct {
	pid     int
	command string // its arguments, the first 80 characters
}

// listenerOf finds the process that listens on a TCP port, from Linux's /proc. ok
// is false if it cannot be found: on another system, or for another user's
// process.
func listenerOf(proc string, port uint16) (o owner, ok bool) {
	inodes := map[string]bool{}
	for _, table := range []string{"net/tcp", "net/tcp6"} {
		raw, err := os.ReadFile(filepath.Join(proc, table))
		if err == nil {
			listening(string(raw), port, inodes)
		}
	}
	if len(inodes) == 0 {
		return owner{}, false
	}
	links, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "fd", "*"))
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !inodes[strings.TrimSuffix(strings.TrimPrefix(target, "socket:["), "]")] {
			continue
		}
		dir := filepath.Dir(filepath.Dir(link))
		pid, err := strconv.Atoi(filepath.Base(dir))
		return owner{pid, commandOf(dir)}, err == nil
	}
	return owner{}, false
}

// listening adds the inodes of the sockets that listen on port to inodes.
// https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt
func listening(table string, port uint16, inodes map[string]bool) {
	suffix := fmt.Sprintf(":%04X", port)
	for _, line := range strings.Split(table, "\n") {
		f := strings.Fields(line)
		if len(f) > 9 && strings.HasSuffix(f[1], suffix) && f[3] == "0A" {
			inodes[f[9]] = true
		}
	}
}

func commandOf(dir string) string {
	raw, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
	command := strings.TrimSpace(strings.ReplaceAll(string(raw), "\x00", " "))
	return command[:min(len(command), 80)]
}
