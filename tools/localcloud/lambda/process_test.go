package lambda_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// gone reports whether a process has ended; a zombie has.
func gone(pid int) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) != nil
	}
	_, after, _ := strings.Cut(string(raw[bytes.LastIndexByte(raw, ')'):]), " ")
	return strings.HasPrefix(after, "Z")
}
