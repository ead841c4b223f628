package sandbox

import (
	"bytes"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxLine is the longest line, in bytes, which is the largest log event. Longer
// ones are split.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const maxLine = 256 << 10

// maxPipe is the most that a pipe holds, in bytes (Linux: 64 KiB unless raised).
const maxPipe = 64 << 10

// output reads a process's pipe and passes its lines on. Reading and passing on
// are one critical section, so that drain can promise that everything written
// before its call has been passed on when it returns.
type output struct {
	file *os.File
	raw  syscall.RawConn
	line func(string)

	mu   sync.Mutex
	buf  [16 << 10]byte
	rest []byte // an unfinished line
	done chan struct{}
}

// newOutput returns an output and the writing end of its pipe, which is for the
// process. The caller closes it.
func newOutput(line func(string)) (*output, *os.File, error) {
	r, w, err := pipe()
	if err != nil {
		return nil, nil, err
	}
	raw, err := r.SyscallConn()
	if err != nil {
		_ = r.Close()
		_ = w.Close()
		return nil, nil, err
	}
	o := &output{file: r, raw: raw, line: line, done: make(chan struct{})}
	return o, w, nil
}

// pipe returns a pipe whose reading end never blocks a thread and whose writing
// end blocks its writer, as programs expect of their stdout.
func pipe() (r, w *os.File, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	err = unix.Pipe(fds[:])
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err == nil {
		err = unix.SetNonblock(fds[0], true)
	}
	if err != nil {
		return nil, nil, os.NewSyscallError("pipe", err)
	}
	return os.NewFile(uintptr(fds[0]), "output"), os.NewFile(uintptr(fds[1]), "output"), nil
}

// run reads until the pipe ends or close is called.
func (o *output) run() {
	defer close(o.done)
	_ = o.raw.Read(func(fd uintptr) bool {
		for {
			if more, end := o.pull(fd); !more {
				return end
			}
		}
	})
	o.flush()
}

// pull reads once. more reports whether there may be more to read, end whether
// the pipe has ended.
func (o *output) pull(fd uintptr) (more, end bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := unix.Read(int(fd), o.buf[:])
	switch {
	case n > 0:
		o.feed(o.buf[:n])
		return true, false
	case err == unix.EINTR:
		return true, false
	case err == unix.EAGAIN:
		return false, false
	}
	return false, true
}

// drain passes on what the process has written so far, including an unfinished
// line.
func (o *output) drain() {
	_ = o.raw.Control(func(fd uintptr) {
		for read := 0; read < maxPipe; read += len(o.buf) {
			if more, _ := o.pull(fd); !more {
				return
			}
		}
	})
	o.flush()
}

func (o *output) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.rest) > 0 {
		o.line(string(o.rest))
		o.rest = o.rest[:0]
	}
}

func (o *output) feed(b []byte) {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			o.rest = append(o.rest, b...)
			b = nil
		} else {
			o.emit(b[:i])
			b = b[i+1:]
		}
		for len(o.rest) >= maxLine {
			o.line(string(o.rest[:maxLine]))
			o.rest = append(o.rest[:0], o.rest[maxLine:]...)
		}
	}
}

func (o *output) emit(tail []byte) {
	if len(o.rest) == 0 {
		o.line(string(tail))
		return
	}
	o.rest = append(o.rest, tail...)
	o.line(string(o.rest))
	o.rest = o.rest[:0]
}

// close ends run even if a child process still holds the pipe.
func (o *output) close() {
	_ = o.file.Close()
	<-o.done
}
