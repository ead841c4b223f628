package fleet

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// warmLimit bounds how long an instance may take that Warm starts.
const warmLimit = 60 * time.Second

// Warm starts an instance of a revision that has none, which then waits for its first
// invocation. The error of one that does not initialise has the end of its log.
func (f *Fleet) Warm(ctx context.Context, rev *Revision) error {
	if !f.enter() {
		return ErrClosed
	}
	defer f.wg.Done()
	in, fresh, err := f.acquire(ctx, rev)
	if err != nil {
		return err
	}
	var out sandbox.Outcome
	ok := true
	if fresh {
		if err := f.prepare(in); err != nil {
			f.discard(in)
			return err
		}
		out, ok = f.boot(in, warmLimit)
	}
	if !ok {
		f.discard(in)
		return fmt.Errorf("%s: %s", errorType(out), strings.TrimSpace(out.Exit+" "+string(in.log.end())))
	}
	f.mu.Lock()
	in.set.settling++
	f.mu.Unlock()
	f.park(in)
	return nil
}

// End kills the instances whose revision's key has the prefix, also those that are busy,
// and waits for their end.
func (f *Fleet) End(prefix string) {
	f.mu.Lock()
	var boxes []*sandbox.Sandbox
	for in := range f.all {
		if strings.HasPrefix(in.rev.Key, prefix) && in.box != nil {
			boxes = append(boxes, in.box)
		}
	}
	f.mu.Unlock()
	f.Retire(prefix)
	for _, box := range boxes {
		f.kill(box) // once more, for those that are idle: they are gone when it returns
	}
}
