package fleet

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// instance is one execution environment: a log stream, a folder for temporary
// files, credentials and a process.
type instance struct {
	rev     *Revision
	set     *set
	stream  string
	temp    string
	code    string
	env     []string
	expires time.Time
	log     *journal
	box     *sandbox.Sandbox
	init    time.Duration // of the process, for its first invocation
	used    time.Time
}

// prepare sets up an instance, except its process.
func (f *Fleet) prepare(in *instance) error {
	var err error
	if in.code, err = in.rev.Code(); err != nil {
		return err
	}
	id := randomHex()
	in.stream = f.opt.Now().UTC().Format("2006/01/02/") + "[" + in.rev.Version + "]" + id
	in.temp = filepath.Join(f.tempDir(), id)
	if err := os.MkdirAll(in.temp, 0o700); err != nil {
		return err
	}
	in.log = &journal{now: f.opt.Now, to: in.rev.Lines(in.stream)}
	in.env, in.expires, err = in.rev.Environment(in.stream, in.temp)
	return err
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// initialise starts the process. As on AWS one that fails to initialise is
// started once more as part of the invocation, within the function's timeout;
// fail is the outcome of an invocation that cannot run.
func (f *Fleet) initialise(in *instance) (fail sandbox.Outcome, ok bool) {
	limit := f.opt.InitTimeout
	if in.rev.Debug != nil {
		limit = in.rev.Timeout
	}
	fail, ok = f.boot(in, limit)
	if ok || f.isClosed() {
		return fail, ok
	}
	reporter{in.rev, in.log}.initFailed(fail)
	return f.boot(in, in.rev.Timeout)
}

func (f *Fleet) boot(in *instance, limit time.Duration) (sandbox.Outcome, bool) {
	spec := sandbox.Spec{Bootstrap: filepath.Join(in.code, "bootstrap"), Dir: in.code, Env: in.env, Line: in.log.line}
	if d := in.rev.Debug; d != nil {
		spec.Bootstrap, spec.Args, spec.Grace = d.Command[0], d.Command[1:], debuggerGrace
	}
	if _, err := os.Stat(spec.Bootstrap); errors.Is(err, fs.ErrNotExist) {
		return noEntrypoint("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"), false
	}
	box, err := sandbox.Start(spec, f.spawner)
	if err != nil {
		return noEntrypoint(execError(err)), false
	}
	if !f.attach(in, box) {
		f.kill(box)
		return sandbox.Outcome{Status: sandbox.Exited, Exit: ErrClosed.Error()}, false
	}
	if err := f.ledger.Add(box, streamVariable+"="+in.stream); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.opt.Fail(err) // the process may be gone already; then there is nothing to add
	}
	out, ok := box.Ready(limit)
	if !ok {
		f.kill(box)
		return out, false
	}
	in.init = out.Duration
	return out, true
}

// debuggerGrace is how long a debugger may take to end the function.
const debuggerGrace = 2 * time.Second

// streamVariable identifies the instance of a process in the ledger.
const streamVariable = "AWS_LAMBDA_LOG_STREAM_NAME"

func (f *Fleet) kill(box *sandbox.Sandbox) {
	box.Kill()
	f.ledger.Remove(box)
}

func noEntrypoint(text string) sandbox.Outcome {
	return sandbox.Outcome{Status: sandbox.Exited, ErrorType: "Runtime.InvalidEntrypoint", Exit: text}
}

// execError returns the error of a failed execution with the path on AWS.
func execError(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return "fork/exec /var/task/bootstrap: " + errno.Error()
	}
	return err.Error()
}

// alive reports whether an idle instance can take an invocation.
func (in *instance) alive(now time.Time) bool {
	select {
	case <-in.box.Exited():
		return false
	default:
		if in.rev.Debug != nil { // its timeout is longer than any session
			return now.Before(in.expires)
		}
		return now.Add(in.rev.Timeout).Before(in.expires)
	}
}
