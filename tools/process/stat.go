package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// stat holds fields of Linux's /proc/PID/stat.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
type stat struct {
	state   string // "Z": it has ended, and nobody has waited for it
	parent  int
	started string // ticks from boot to the process's start
}

// Parent returns the id of a process's parent. It returns an error where there
// is no such process, or no /proc.
func Parent(pid int) (int, error) {
	s, err := readStat(pid)
	return s.parent, err
}

func readStat(pid int) (stat, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(string(raw))
}

// parseStat reads the fields 3, 4 and 22. They follow the name, field 2, which
// stands in brackets and may hold anything.
func parseStat(text string) (stat, error) {
	end := strings.LastIndexByte(text, ')')
	fields := strings.Fields(text[end+1:])
	if end < 0 || len(fields) < 20 {
		return stat{}, errors.New("the process has ended")
	}
	parent, err := strconv.Atoi(fields[1])
	return stat{state: fields[0], parent: parent, started: fields[19]}, err
}

// startTime returns when a running process began: from /proc where there is
// one, else from ps.
func startTime(pid int) (string, error) {
	s, err := readStat(pid)
	switch {
	case err == nil && s.state == "Z":
		return "", errors.New("the process has ended")
	case err == nil:
		return s.started, nil
	}
	if _, procErr := os.Stat("/proc/self/stat"); procErr == nil {
		return "", err
	}
	out, err := psCommand(pid).Output()
	if text := strings.TrimSpace(string(out)); err == nil && text != "" {
		return text, nil
	}
	return "", fmt.Errorf("no process %d", pid)
}

func psCommand(pid int) *exec.Cmd {
	return exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid))
}
