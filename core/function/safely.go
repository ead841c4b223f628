package function

import (
	"fmt"
	"runtime/debug"
)

// panicked is a panic as an error: its stack goes to the log with it.
type panicked struct {
	value any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// safely calls f and turns a panic into an error, so that the invocation is
// answered and the instance lives on.
func safely[T any](f func() (T, error)) (value T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{value: v, stack: string(debug.Stack())}
		}
	}()
	return f()
}
